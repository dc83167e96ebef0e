import { parse, serialize } from 'cookie';
import type { Request, Response } from 'express';
import type { Cookies } from '../session/signed-cookies.js';
import { themes, type Theme } from '../view-models/frame.js';

const cookieName = 'theme';
const keptSecs = 365 * 24 * 3600;

/** The reader's choice; what the device prefers while they have not chosen. */
export function themeOf(request: Request): Theme {
  return toTheme(parse(request.get('cookie') ?? '')[cookieName]);
}

/** Unsigned, and open to the page's script, which writes the same cookie without a reload. */
export function writeTheme(
  { isSecure }: Pick<Cookies, 'isSecure'>,
  response: Response,
  wanted: string | undefined,
): void {
  const attributes = { path: '/', maxAge: keptSecs, sameSite: 'lax', secure: isSecure } as const;
  response.append('Set-Cookie', serialize(cookieName, toTheme(wanted), attributes));
}

function toTheme(text: string | undefined): Theme {
  return themes.find((theme) => theme === text) ?? 'system';
}
