import { recentSignInMs } from '#domain/sessions/session.js';
import type { Theme } from './frame.js';
import { links } from './links.js';

/** Pages that stand without the frame, as nobody may be signed in: login, and errors. */

export interface LoginPage {
  documentTitle: string;
  theme: Theme;
  error: string;
  csrfToken: string | null;
  /** Where to go after signing in; a path of this dashboard. */
  returnTo: string;
  hrefs: { submit: string; overview: string };
  isPublic: boolean;
  /** Why signing in through the identity provider did not work, or that somebody has signed out. */
  notice: LoginNotice | null;
  provider: { name: string; href: string } | null;
  takesTokens: boolean;
  /** Whether a token is what most would sign in with here. */
  isTokenMain: boolean;
  /** Whoever is signed in already, and has to prove anew who they are. */
  again: { who: string; how: string; minutes: number } | null;
}

interface LoginNotice {
  title: string;
  text: string;
  link: { href: string; label: string } | null;
}

export interface LoginInput {
  theme: Theme;
  error: string;
  csrfToken: string | null;
  returnTo: string;
  isPublic: boolean;
  notice: { title: string; text: string } | null;
  /** The host of the identity provider; null when there is none. */
  provider: string | null;
  /** Whether access tokens sign in. */
  takesTokens: boolean;
  /** Whose sign-in is too old for what they asked for; null for who is not signed in. */
  again: { kind: 'token' | 'person'; name: string } | null;
  /** Somebody has just signed out, and may do so there as well. */
  signedOut: { signOutUrl: string } | null;
}

export function loginPage({ signedOut, provider, notice, again, ...input }: LoginInput): LoginPage {
  const href = links.providerLogin({ returnTo: input.returnTo, again: again ? '1' : '' });
  return {
    ...input,
    notice: notice ? { ...notice, link: null } : provider !== null && signedOut ? goodbye(provider, signedOut) : null,
    provider: provider === null ? null : { name: provider, href },
    isTokenMain: provider === null || again?.kind === 'token',
    again: again && { ...whoAndHow(again), minutes: recentSignInMs / 60_000 },
    documentTitle: again ? 'Sign in again · Keyledger' : 'Sign in · Keyledger',
    hrefs: { submit: links.login(), overview: links.overview() },
  };
}

/** The same way as before: another one is another person to us, who goes on elsewhere. */
function whoAndHow({ kind, name }: NonNullable<LoginInput['again']>): { who: string; how: string } {
  return kind === 'token'
    ? { who: `the access token “${name}”`, how: 'paste it once more' }
    : { who: name, how: 'prove once more that it is you' };
}

function goodbye(provider: string, { signOutUrl: href }: { signOutUrl: string }): LoginNotice {
  const text = `You are signed out of Keyledger. At ${provider} you may still be signed in.`;
  return { title: 'Signed out', text, link: { href, label: `Sign out there as well` } };
}

export interface ProblemPage {
  documentTitle: string;
  theme: Theme;
  status: number;
  title: string;
  detail: string;
  requestId: string;
  action: { label: string; href: string };
}

export interface ProblemInput {
  theme: Theme;
  status: number;
  title: string;
  detail: string | undefined;
  requestId: string;
  /** Whoever it is told to was refused with their whole tenant, and their session is over. */
  isShutOut: boolean;
}

export function problemPage(input: ProblemInput): ProblemPage {
  return {
    documentTitle: `${input.title} · Keyledger`,
    theme: input.theme,
    status: input.status,
    title: input.title,
    detail: input.detail ?? defaultDetail(input.status),
    requestId: input.requestId,
    action: wayOn(input),
  };
}

function wayOn({ status, isShutOut }: ProblemInput): ProblemPage['action'] {
  // Which also offers to sign out at the provider, who would let in the same person.
  if (isShutOut) return { label: 'Sign in as somebody else', href: links.signedOut() };
  if (status === 401) return { label: 'Sign in', href: links.login() };
  return { label: 'Go to the overview', href: links.overview() };
}

function defaultDetail(status: number): string {
  if (status === 404) return 'There is nothing at this address. It may have been deleted, or belong to another tenant.';
  if (status === 429) return 'Wait a moment, then try again.';
  if (status >= 500)
    return 'Nothing you typed is wrong. Try again; if it stays, look in the server’s log for the request id below.';
  return 'Go back and try again.';
}
