import { Problem } from '#core/problem.js';
import type { AppDeps } from '../../app-deps.js';

/**
 * Bounds how often one token, or one person at their provider, signs in: each time stays in the audit for good.
 * @param who the same for every sign-in of theirs
 * @throws Problem `rate-limited`
 */
export async function limitSignIns(
  { buckets, settings }: Pick<AppDeps, 'buckets' | 'settings'>,
  who: string,
): Promise<void> {
  const { allowed, nextTokenMs } = await buckets.take(`sign-ins:${who}`, settings.signIns);
  if (allowed) return;
  const retryAfterSecs = Math.ceil(nextTokenMs / 1000);
  throw new Problem('rate-limited', {
    detail: `You have signed in too often. Try again in ${retryAfterSecs} s; sessions that go on are not affected.`,
    retryAfterSecs,
  });
}
