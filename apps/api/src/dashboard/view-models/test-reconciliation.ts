import type { Difference, Reconciliation, ThreeBooks } from '#domain/reconciliation/reconciliation.js';
import { differenceReasons } from '#domain/reconciliation/reconciliation.js';
import type { FrameInput } from './frame.js';
import { type ReconciliationPage, reconciliationPage } from './reconciliation-page.js';

/** The page with every reason and every kind of row, whose names are all `name`; for tests of how pages are drawn. */
export function testReconciliation(frame: FrameInput, name: string): ReconciliationPage {
  const found: Reconciliation = {
    total: books,
    rows: [
      { group: name, name, ...books, providerKeyId: name, openaiKeyIds: [name], isProvisional: true },
      { group: null, name: null, ...nothing, providerKeyId: null, openaiKeyIds: [], isProvisional: false },
    ],
    rest: { ...books, rows: 3 },
    priceRatios: [{ model: name, ratio: 0.9, days: 12, amount: -5n }],
    provisionalDays: 2,
    firstProvisionalDay: '2026-11-20',
    hasOrganization: true,
  };
  return reconciliationPage({
    frame,
    by: 'key',
    filters: { from: '2026-11-01', to: '2026-11-21', organization: name, project: name },
    errors: [name],
    today: '2026-11-21',
    organizations: [{ id: name, name, isConnected: true, importedAt: frame.now, importErrorCode: 'forbidden' }],
    projectName: name,
    found,
  });
}

const difference: Difference = {
  amount: 36n,
  percent: 2.5,
  parts: differenceReasons.map((reason, index) => ({ reason, amount: BigInt(index + 1) })),
};
const books: ThreeBooks = {
  measured: 1n,
  reported: 37n,
  billed: 73n,
  billedLessReported: difference,
  reportedLessMeasured: difference,
};
const nothing: ThreeBooks = {
  measured: null,
  reported: null,
  billed: null,
  billedLessReported: null,
  reportedLessMeasured: null,
};
