import type { ProbeRunView } from '#domain/probes/probe-run.js';
import { alignColumns, printable } from './align-columns.js';
import type { OnceResult } from './once.js';

/**
 * The results as aligned columns, failing keys last so that they stand next to the closing line. A failure has its code
 * beside it; why OpenAI was not reached is said below in words, once however many keys it hit.
 */
export function renderOnceTable(results: readonly OnceResult[]): string {
  if (results.length === 0) return 'No active keys. Add one on the dashboard or with POST /keys.\n0 ok, 0 failing\n';
  const sorted = results.toSorted((a, b) => Number(isOk(b)) - Number(isOk(a)));
  const rows = [
    ['TENANT', 'KEY', 'OUTCOME', 'STATUS', 'LATENCY', 'COST USD', 'MODEL', 'REASON'],
    ...sorted.map(toCells),
  ];
  const ok = results.filter(isOk).length;
  return `${alignColumns(rows)}\n${reasonsOf(sorted)}${ok} ok, ${results.length - ok} failing\n`;
}

function isOk({ run }: OnceResult): boolean {
  return run?.outcome === 'ok';
}

/** The words of these are our own, and name no address; what OpenAI says of a key is on the key's page. */
const unreached: readonly string[] = ['network-error', 'timeout'];

function reasonsOf(results: readonly OnceResult[]): string {
  const reasons = results.flatMap(({ run }) =>
    run && unreached.includes(run.outcome) && run.errorMessage
      ? `${run.errorCode ?? run.outcome}: ${printable(run.errorMessage)}\n`
      : [],
  );
  return [...new Set(reasons)].join('');
}

function toCells({ key, run }: OnceResult): string[] {
  const whose = [printable(key.tenantSlug), printable(key.label)];
  if (!run) return [...whose, 'no result', '–', '–', 'unknown', 'another process is still probing it'];
  return [
    ...whose,
    run.outcome,
    run.httpStatus === null ? '–' : String(run.httpStatus),
    run.outcome === 'cannot-open' ? '–' : `${run.latencyMs} ms`,
    costOf(run),
    run.mode === 'models' ? 'list of models' : printable(run.model),
    run.outcome === 'ok' ? '' : printable(run.errorCode ?? '–'),
  ];
}

function costOf({ outcome, costUsd, costBasis, mode, httpStatus }: ProbeRunView): string {
  if (outcome === 'cannot-open') return '–'; // nothing was sent
  if (costUsd !== null) return costBasis === 'estimated' ? `≈${costUsd}` : costUsd;
  if (costBasis === 'unpriced') return 'no price';
  // OpenAI bills no refusal; whether it billed an answer that never arrived whole, nobody can tell.
  const isRefused = httpStatus !== null && httpStatus >= 400;
  return mode === 'models' || isRefused ? 'free' : 'unknown';
}
