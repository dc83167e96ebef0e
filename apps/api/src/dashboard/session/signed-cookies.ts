import type { KeyObject } from 'node:crypto';
import { parse, serialize } from 'cookie';
import type { Request, Response } from 'express';
import { errors, jwtVerify, SignJWT } from 'jose';
import type { Clock } from '#core/clock.js';

/** What a cookie is for. It is signed with its purpose, so that none passes for another. */
export type CookiePurpose = 'session' | 'visitor' | 'flash' | 'flow' | 'tenant';

export interface Cookies {
  /** The claims that we signed into this cookie; null when it is absent, forged, for something else, or expired. */
  read(request: Request, purpose: CookiePurpose): Promise<Record<string, unknown> | null>;
  /** Replaces the cookie. It is believed until `expiresAt`, whatever the browser does with it. */
  write(response: Response, purpose: CookiePurpose, cookie: CookieContent): Promise<void>;
  clear(response: Response, purpose: CookiePurpose): void;
  /** Whether browsers return our cookies over TLS (and to localhost) alone. */
  readonly isSecure: boolean;
}

export interface CookieContent {
  claims: Record<string, string | number | boolean | null>;
  expiresAt: Date;
}

const issuer = 'keyledger-dashboard';
const algorithm = 'HS256';

/**
 * Cookies as JWTs (RFC 7519) that are signed, not encrypted: they hold ids and plain words, never a secret. No script can
 * read them. `secure` adds the `Secure` attribute and the `__Host-` prefix (RFC 6265bis §4.1.3), with which a browser
 * takes them from this very host over TLS alone.
 */
export function createSignedCookies(deps: { key: KeyObject; clock: Clock; secure: boolean }): Cookies {
  const { key, clock, secure } = deps;
  const nameOf = (purpose: CookiePurpose) => `${secure ? '__Host-' : ''}keyledger_${purpose}`;
  // Lax, not Strict: whoever follows a link to the dashboard from a chat is signed in there. Writes have CSRF protection.
  const attributes = { httpOnly: true, sameSite: 'lax', path: '/', secure } as const;

  return {
    isSecure: secure,
    async read(request, purpose) {
      const token = parse(request.get('cookie') ?? '')[nameOf(purpose)];
      if (token === undefined) return null;
      try {
        const expected = { issuer, audience: purpose, algorithms: [algorithm], requiredClaims: ['exp'] };
        return (await jwtVerify(token, key, { ...expected, currentDate: clock.now() })).payload;
      } catch (error) {
        // Whatever is wrong with it, to us it is not there.
        if (error instanceof errors.JOSEError) return null;
        throw error;
      }
    },
    async write(response, purpose, { claims, expiresAt }) {
      const token = await new SignJWT(claims)
        .setProtectedHeader({ alg: algorithm })
        .setIssuer(issuer)
        .setAudience(purpose)
        .setExpirationTime(expiresAt)
        .sign(key);
      const maxAge = Math.max(0, Math.floor((expiresAt.getTime() - clock.now().getTime()) / 1000));
      append(response, serialize(nameOf(purpose), token, { ...attributes, maxAge }));
    },
    clear(response, purpose) {
      append(response, serialize(nameOf(purpose), '', { ...attributes, maxAge: 0 }));
    },
  };
}

/** The last word on a cookie counts: an earlier one of the same name in this answer is dropped. */
function append(response: Response, cookie: string): void {
  const name = cookie.slice(0, cookie.indexOf('=') + 1);
  const others = [response.getHeader('Set-Cookie') ?? []].flat().map(String);
  response.setHeader('Set-Cookie', [...others.filter((other) => !other.startsWith(name)), cookie]);
}
