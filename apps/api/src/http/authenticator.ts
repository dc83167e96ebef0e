import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Clock } from '#core/clock.js';
import type { Logger } from '#core/logger.js';
import { Problem } from '#core/problem.js';
import type { Database } from '#db/database.js';
import type { Principal } from '#domain/access-tokens/principal.js';
import { unscopedAuthenticate } from '#domain/access-tokens/unscoped-authenticate.js';
import { payForLogin } from './pay-for-login.js';
import type { TokenBuckets } from './token-buckets.js';

const rememberMs = 15 * 60_000;

export interface Authenticator {
  /**
   * Who holds this token.
   * @throws Problem `invalid-access-token`, `tenant-suspended`, `tenant-deleted`; `rate-limited` after too many wrong
   *   ones from there
   */
  authenticate(token: string, from: { address: string | undefined }): Promise<Principal>;
}

/**
 * Looks tokens up, and slows down whoever tries wrong ones. A try is paid for before the database is asked and given back
 * when the token is good, so that parallel guesses are bounded as well. A token that was good lately need not pay, so
 * that somebody else's guesses behind the same address do not lock its holder out. It is still looked up each time: a
 * revoked token ends at once.
 */
export function createAuthenticator(deps: {
  db: Database;
  clock: Clock;
  logger: Logger;
  buckets: TokenBuckets;
}): Authenticator {
  const lately = new LRUCache<string, true>({ max: 10_000, ttl: rememberMs });
  const underWay = new Map<string, Promise<Principal>>();

  async function check(token: string, digest: string, address: string | undefined): Promise<Principal> {
    const paid = lately.has(digest) ? null : await payForLogin(deps.buckets, address);
    const principal = await unscopedAuthenticate(deps, token, { address }).catch(async (error: unknown) => {
      await paid?.giveBack();
      throw error;
    });
    if (principal === null) {
      lately.delete(digest);
      throw new Problem('invalid-access-token', { detail: 'It is unknown, was revoked, or has expired.' });
    }
    await paid?.giveBack();
    lately.set(digest, true);
    return principal;
  }

  return {
    authenticate(token, { address }) {
      const digest = createHash('sha256').update(token).digest('base64');
      // Parallel requests with one token are one look-up, and pay once.
      const running = underWay.get(digest);
      if (running) return running;
      const checking = check(token, digest, address).finally(() => underWay.delete(digest));
      underWay.set(digest, checking);
      return checking;
    },
  };
}
