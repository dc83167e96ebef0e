import { formatUsd, formatUsdOrNull } from '#core/money.js';
import { accessTo } from '#domain/access-tokens/access-table.js';
import { reconcile } from '#domain/reconciliation/reconcile.js';
import type { Difference, ReconciliationRow, ThreeBooks } from '#domain/reconciliation/reconciliation.js';
import type { AppDeps } from '../app-deps.js';
import { defineRoute, type Route } from '../http/define-route.js';
import { reconciliationFile } from './reconciliation-file.js';
import { readReconciliationQuery } from './read-reconciliation-query.js';
import { reconciliationJson, reconciliationQuery } from './reconciliation-schemas.js';
import { anyBody, nothing } from './schemas.js';

export function reconciliationRoutes(deps: AppDeps): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/reconciliation',
      access: accessTo.reconciliation.read,
      tag: 'Reconciliation',
      summary: 'Compare what was measured, reported and billed',
      description:
        'With `Accept: text/csv` or `?format=csv`: the bill as a file, a row per UTC day, project, key and line item, ' +
        'with the column names of FOCUS 1.2; with `&table=reconciliation` the rows of this comparison.',
      params: nothing,
      query: reconciliationQuery,
      body: anyBody,
      response: reconciliationJson,
      alternatives: ['text/csv'],
      async handle({ query, caller, accepts }) {
        const asked = readReconciliationQuery(query, deps.clock.now());
        const format = query.format ?? (accepts(['json', 'csv']) === 'csv' ? 'csv' : 'json');
        if (format === 'csv') return reconciliationFile(deps, caller.tenant.id, { asked, table: query.table });
        const { total, rows, rest, priceRatios, ...found } = await reconcile(deps, caller.tenant.id, asked);
        return {
          ...found,
          from: asked.fromDay,
          to: asked.toDay,
          by: asked.by,
          total: presentBooks(total),
          items: rows.map(presentRow),
          rest: rest && { ...presentBooks(rest), rows: rest.rows },
          priceRatios: priceRatios.map(({ amount, ...ratio }) => ({ ...ratio, usd: formatUsd(amount) })),
        };
      },
    }),
  ];
}

function presentRow({ providerKeyId, group, name, openaiKeyIds, isProvisional, ...books }: ReconciliationRow) {
  return { group, name, keyId: providerKeyId, openaiKeyIds, isProvisional, ...presentBooks(books) };
}

function presentBooks({ measured, reported, billed, billedLessReported, reportedLessMeasured }: ThreeBooks) {
  return {
    measuredUsd: formatUsdOrNull(measured),
    reportedUsd: formatUsdOrNull(reported),
    billedUsd: formatUsdOrNull(billed),
    billedLessReported: presentDifference(billedLessReported),
    reportedLessMeasured: presentDifference(reportedLessMeasured),
  };
}

function presentDifference(difference: Difference | null) {
  if (difference === null) return null;
  const { amount, percent, parts } = difference;
  return {
    usd: formatUsd(amount),
    percent: percent === null ? null : Math.round(percent * 100) / 100,
    parts: parts.map((part) => ({ reason: part.reason, usd: formatUsd(part.amount) })),
  };
}
