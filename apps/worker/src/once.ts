import pLimit from 'p-limit';
import { Problem } from '#core/problem.js';
import { systemActor } from '#domain/audit/actor.js';
import { probeNow, type ProbeNowDeps } from '#domain/probes/probe-now.js';
import type { ProbeRunView } from '#domain/probes/probe-run.js';
import { type ActiveKey, unscopedListActiveKeys } from '#domain/provider-keys/unscoped-list-active-keys.js';
import { renderOnceTable } from './once-table.js';

const atOnce = 50;

/** One key with what its probe found; null when another process is probing it and does not end. */
export interface OnceResult {
  key: ActiveKey;
  run: ProbeRunView | null;
}

/**
 * Probes every active key of every tenant once, in this process and without a queue, and prints a table that ends with
 * `N ok, N failing`. What a worker is probing at this moment is waited for, not probed again.
 * @returns the exit status: 0 when all are ok, 1 when any is not
 */
export async function probeOnce(deps: ProbeNowDeps & { write: (text: string) => void }): Promise<0 | 1> {
  const limit = pLimit(atOnce);
  const keys = await unscopedListActiveKeys(deps);
  const probed = await Promise.all(keys.map((key) => limit(() => probeKey(deps, key))));
  const results = probed.filter((result) => result !== null);
  deps.write(renderOnceTable(results));
  return results.every(({ run }) => run?.outcome === 'ok') ? 0 : 1;
}

/** Null when the key was deleted meanwhile, which is no fault of any key. */
async function probeKey(deps: ProbeNowDeps, key: ActiveKey): Promise<OnceResult | null> {
  try {
    return {
      key,
      run: await probeNow({ ...deps, actor: systemActor }, key.tenantId, { providerKeyId: key.id, trigger: 'once' }),
    };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (error.code === 'not-found') return null;
    if (error.code === 'probe-in-progress') return { key, run: null };
    throw error;
  }
}
