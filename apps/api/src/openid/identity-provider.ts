import type { Problem } from '#core/problem.js';
import type { Identity, SubjectOfIssuer } from '#domain/people/identity.js';

/** What one sign-in is known by; nobody but the browser that began it has all three. */
export interface SignInFlow {
  state: string;
  nonce: string;
  /** Of PKCE (RFC 7636). */
  codeVerifier: string;
  /** Begun by who is signed in here already, and has to prove anew at the provider who they are. */
  isAgain: boolean;
}

export interface Arrival {
  identity: Identity;
  signedInAt: Date | null;
  weakness: Problem | null;
}

/** An OpenID provider, as the sign-in pages use it. */
export interface IdentityProvider {
  /** As the settings name it. */
  readonly issuer: string;
  /** Its host, for people to read. */
  readonly name: string;
  /**
   * Where to send a browser that signs in.
   * @throws Problem `unavailable`
   */
  authorizationUrl(flow: SignInFlow): Promise<string>;
  /**
   * Who came back, by what the provider sent along in the address, when they proved there who they are (null: it does not
   * tell), and why their sign-in there is too weak to count; null when it is not.
   * @param query of the address, without `?`
   * @throws Problem `sign-in-failed`, `unavailable`
   */
  identify(flow: SignInFlow, query: string): Promise<Arrival>;
  /**
   * Who left the provider, by the token with which its server says so (OpenID Connect Back-Channel Logout 1.0 §2.4).
   * @throws Problem `invalid-request`, `unavailable`
   */
  whoLeft(logoutToken: string): Promise<SubjectOfIssuer>;
  /** Where somebody who signed out here can sign out there as well; null when it offers none or does not answer. */
  signOutUrl(): Promise<string | null>;
}
