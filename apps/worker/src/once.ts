import type { ProbeNowDeps } from '#domain/probes/probe-now.js';
import { probeNow } from '#domain/probes/probe-now.js';
import type { ProbeRunView } from '#domain/probes/probe-run.js';
import { type ActiveKey, unscopedListActiveKeys } from '#domain/provider-keys/unscoped-list-active-keys.js';
import pLimit from 'p-limit';
import { renderOnceTable } from './once-table.js';

const atOnce = 50;

/** One key with what its probe found. */
export interface OnceResult {
  key: ActiveKey;
  run: ProbeRunView;
}

/**
 * Probes every active key of every tenant once, in this process and without a queue, and prints a table that ends with
 * `N ok, N failing`. What a worker is probing at this moment is waited for, not probed again.
 * @returns the exit status: 0 when all are ok, 1 when any is not
 */
export async function probeOnce(deps: ProbeNowDeps & { write: (text: string) => void }): Promise<0 | 1> {
  const limit = pLimit(atOnce);
  const keys = await unscopedListActiveKeys(deps);
  const results = await Promise.all(
    keys.map((key) =>
      limit(async (): Promise<OnceResult> => {
        const run = await probeNow(deps, key.tenantId, { providerKeyId: key.id, trigger: 'once' });
        return { key, run };
      }),
    ),
  );
  deps.write(renderOnceTable(results));
  return results.every(({ run }) => run.outcome === 'ok') ? 0 : 1;
}
