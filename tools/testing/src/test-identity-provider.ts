import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWTHeaderParameters, type JWTPayload, SignJWT } from 'jose';
import { type InteractionResults, type KoaContextWithOIDC, Provider } from 'oidc-provider';
import { createPageVisitor, type PageVisitor } from './page-visitor.js';

/** Everything that the provider may say of somebody, besides their `sub`, which is what they type as login. */
export type TestClaims = Record<string, unknown>;

/** How somebody proves who they are there; `ts` is when, in seconds since 1970. */
export type TestProof = Pick<NonNullable<InteractionResults['login']>, 'acr' | 'amr' | 'ts'>;

export interface TestIdentityProvider {
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** Of the installation that is its client. */
  publicUrl: string;
  /** By login. */
  people: Map<string, TestClaims>;
  /** By login: what they prove besides their name, which is what everybody does. */
  proofs: Map<string, TestProof>;
  /** Changes the claims of each ID token before it is sent, signed anew with the provider's key; null leaves them. */
  tamper: ((claims: JWTPayload) => JWTPayload) | null;
  /** Puts this in the place of each ID token, made of its claims; null leaves it. */
  forge: ((claims: JWTPayload) => Promise<string>) | null;
  /** Changes what the provider says of itself (its discovery document); null leaves it. */
  misstate: ((metadata: Record<string, unknown>) => Record<string, unknown>) | null;
  /**
   * Signs in there as a person does, and gives consent: the address that the browser is then sent back to.
   * @param browser one that may be signed in there already; default: a new one
   */
  signIn(authorizationUrl: string, login: string, browser?: PageVisitor): Promise<URL>;
  /** Signs out there, as somebody at this browser does: the installation is told, if it has an address for that. */
  signOut(browser: PageVisitor): Promise<void>;
  /** Signs anything with the key that it publishes. */
  sign(claims: JWTPayload, header?: Partial<JWTHeaderParameters>): Promise<string>;
  /** Where what it sends to the installation goes instead, as through a proxy; null: where it is sent. */
  proxy: string | null;
  /** As if it were down. */
  stop(): Promise<void>;
  /** Back again, under the same address. */
  start(): Promise<void>;
  close(): Promise<void>;
}

/** The provider's own pages take a name and any password; this lets people prove more. */
class ProvingProvider extends Provider {
  readonly proofs = new Map<string, TestProof>();

  override async interactionFinished(
    request: IncomingMessage,
    response: ServerResponse,
    { login, ...result }: InteractionResults,
    options?: { mergeWithLastSubmission?: boolean },
  ): Promise<void> {
    const proven = login && { login: { ...login, ...this.proofs.get(login.accountId) } };
    return super.interactionFinished(request, response, { ...result, ...proven }, options);
  }
}

/**
 * A real OpenID provider (`oidc-provider`, certified) on loopback with one client: an installation, registered as docs/sign-in.md
 * says.
 * @param publicUrl where browsers reach the installation
 * @param tellsSignOuts whether it says there that somebody signed out here
 * @param idTokenHasClaims whether address and groups are in the ID token, rather than asked for with the access token
 */
export async function startTestIdentityProvider(options: {
  publicUrl: string;
  tellsSignOuts?: boolean;
  idTokenHasClaims?: boolean;
}): Promise<TestIdentityProvider> {
  const own = await generateKeyPair('RS256', { extractable: true });
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const issuer = `http://127.0.0.1:${port}`;
  const [clientId, clientSecret] = ['keyledger', 'a secret of the tests'];
  const people = new Map<string, TestClaims>();
  const provider = new ProvingProvider(issuer, {
    jwks: { keys: [{ ...(await exportJWK(own.privateKey)), kid: 'own', use: 'sig', alg: 'RS256' }] },
    clients: [
      {
        client_id: clientId,
        client_secret: clientSecret,
        redirect_uris: [`${options.publicUrl}/dashboard/login/callback`],
        post_logout_redirect_uris: [`${options.publicUrl}/dashboard/login`],
        ...(options.tellsSignOuts && {
          backchannel_logout_uri: `${options.publicUrl}/dashboard/login/backchannel-logout`,
        }),
      },
    ],
    cookies: { keys: ['of the tests'] },
    features: { backchannelLogout: { enabled: true } },
    // Without the dispatcher that keeps it from asking loopback.
    fetch: (url, { dispatcher: _guard, ...init }: RequestInit & { dispatcher?: unknown } = {}) =>
      fetch(test.proxy === null ? url : test.proxy + new URL(url).pathname, init),
    acrValues: ['silver', 'gold'],
    claims: { openid: ['sub', 'amr'], email: ['email', 'email_verified'], profile: ['name'], groups: ['groups'] },
    conformIdTokenClaims: !options.idTokenHasClaims,
    pkce: { required: () => true },
    ttl: { AccessToken: 600, AuthorizationCode: 60, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
    findAccount: (_context, accountId) => ({
      accountId,
      claims: () => ({ sub: accountId, ...people.get(accountId) }),
    }),
  });

  const test: TestIdentityProvider = {
    issuer,
    clientId,
    clientSecret,
    publicUrl: options.publicUrl,
    people,
    proofs: provider.proofs,
    tamper: null,
    forge: null,
    misstate: null,
    signIn: (url, login, browser = createPageVisitor(issuer)) => signInAt(issuer, browser, { url, login }),
    proxy: null,
    sign: (claims, header) =>
      new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'own', ...header }).sign(own.privateKey),
    signOut: (browser) => signOutAt(browser),
    async stop() {
      server.closeAllConnections();
      if (server.listening) await new Promise((resolve) => server.close(resolve));
    },
    async start() {
      await once(server.listen(port, '127.0.0.1'), 'listening');
    },
    close: () => test.stop(),
  };
  provider.use(async (context: KoaContextWithOIDC, next) => {
    await next();
    if (context.path === '/.well-known/openid-configuration' && test.misstate) {
      context.body = test.misstate(context.body as Record<string, unknown>);
    }
    const body = context.body as { id_token?: string } | undefined;
    if (context.path !== '/token' || !body?.id_token || (!test.tamper && !test.forge)) return;
    const told = JSON.parse(Buffer.from(body.id_token.split('.')[1] ?? '', 'base64url').toString()) as JWTPayload;
    const claims = test.tamper?.(told) ?? told;
    body.id_token = await (test.forge ?? test.sign)(claims);
  });
  const answer = provider.callback();
  server.on('request', (request, response) => void answer(request, response));
  return test;
}

async function signOutAt(browser: PageVisitor): Promise<void> {
  const { html } = await browser.get('/session/end');
  const xsrf = /name="xsrf" value="(\w+)"/.exec(html)?.[1] ?? '';
  const { status } = await browser.post('/session/end/confirm', { xsrf, logout: 'yes' });
  if (status !== 303) throw new Error(`the provider answered ${status} to who signs out`);
}

/** Fills in the forms that the provider shows, until it sends the browser elsewhere. */
async function signInAt(
  issuer: string,
  browser: PageVisitor,
  { url, login }: { url: string; login: string },
): Promise<URL> {
  let answer = await browser.get(url.slice(issuer.length));
  for (let step = 0; step < 10; step += 1) {
    if (answer.location === '') throw new Error(`the provider answered ${answer.status}: ${answer.html.slice(0, 500)}`);
    const next = new URL(answer.location, issuer);
    if (next.origin !== issuer) return next;
    const path = next.pathname + next.search;
    const shown = await browser.get(path);
    const prompt = /name="prompt" value="(\w+)"/.exec(shown.html)?.[1];
    answer = prompt === undefined ? shown : await browser.post(path, { prompt, login, password: 'any' });
  }
  throw new Error('the provider never sent the browser back');
}
