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
}

export interface LoginInput {
  theme: Theme;
  error: string;
  csrfToken: string | null;
  returnTo: string;
  isPublic: boolean;
}

export function loginPage(input: LoginInput): LoginPage {
  return {
    ...input,
    documentTitle: 'Sign in · Keyledger',
    hrefs: { submit: links.login(), overview: links.overview() },
  };
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
}

export function problemPage(input: ProblemInput): ProblemPage {
  const needsLogin = input.status === 401;
  return {
    documentTitle: `${input.title} · Keyledger`,
    theme: input.theme,
    status: input.status,
    title: input.title,
    detail: input.detail ?? defaultDetail(input.status),
    requestId: input.requestId,
    action: needsLogin
      ? { label: 'Sign in', href: links.login() }
      : { label: 'Go to the overview', href: links.overview() },
  };
}

function defaultDetail(status: number): string {
  if (status === 404) return 'There is nothing at this address. It may have been deleted, or belong to another tenant.';
  if (status === 429) return 'Wait a moment, then try again.';
  if (status >= 500)
    return 'Nothing you typed is wrong. Try again; if it stays, look in the server’s log for the request id below.';
  return 'Go back and try again.';
}
