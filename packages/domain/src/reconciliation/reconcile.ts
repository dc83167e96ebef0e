import type { Clock } from '#core/clock.js';
import type { Database } from '#db/database.js';
import { assertReconciledRange, listDays } from './reconciled-days.js';
import { createBookReader, type DaySpan, type ReadBook } from './book-reader.js';
import type { BilledCell } from './cells.js';
import { type ComparedRow, createRows } from './compared-rows.js';
import { explainBilledDifference } from './explain-billed-difference.js';
import { explainReportedDifference } from './explain-reported-difference.js';
import { findPriceRatios } from './find-price-ratios.js';
import { loadModelCells } from './load-model-cells.js';
import { loadGroupCells } from './load-group-cells.js';
import { loadReportedCells } from './load-reported-cells.js';
import { loadReportedDays } from './load-reported-days.js';
import type { ReportedCell } from './reported-cells.js';
import { type BooksScope, readBooksScope, type ScopeQuery } from './read-books-scope.js';
import type { PriceRatio, Reconciliation, ReconciliationGroup } from './reconciliation.js';
import { addTally, compare, newTally, toThreeBooks, weightOf } from './tally.js';

export interface ReconciliationQuery extends ScopeQuery {
  by: ReconciliationGroup;
  /** Rows at most; the others are summed in `rest`. Days are never left out. */
  limit: number;
}

/**
 * The three books side by side per UTC day, project, key or model, and why they differ. All of it is read from sums: about
 * eight questions by day and model; by project and key a dozen, and two more for each model whose price is a reason.
 * @throws Problem `invalid-request` for a range that is no range or more than 400 days; `not-found` for an organization
 *   that the tenant has not
 */
export async function reconcile(
  deps: { db: Database; clock: Clock },
  tenantId: string,
  query: ReconciliationQuery,
): Promise<Reconciliation> {
  assertReconciledRange(query);
  const scope = await readBooksScope(deps, tenantId, query);
  const { fromDay, toDay, organizationId, projectId } = query;
  const range = { fromDay, toDay, only: { organizationId, projectId } };
  const daily = createBookReader(deps, tenantId, range);
  const spans = spansOf(query, scope);
  const grouped = spans ? createBookReader(deps, tenantId, { ...range, spans }) : daily;
  const [billed, reported] = await Promise.all([
    loadBilled({ daily, grouped }, query, scope),
    loadReported({ daily, grouped }, query, scope),
  ]);
  return assemble(query, { scope, billed, reported });
}

interface Readers {
  daily: ReadBook;
  /** Of projects and keys. */
  grouped: ReadBook;
}

/** Each is a question of its own. */
const mostSpans = 4;

/**
 * Days in a row that are alike in what is provisional: projects and keys are compared over each of these, as a cell for each
 * day of each key would be more than anybody reads. Null where each day is compared by itself.
 */
function spansOf(query: ReconciliationQuery, scope: BooksScope): DaySpan[] | null {
  if (query.by === 'day' || query.by === 'model') return null;
  const kindOf = (day: string) => `${scope.isBillProvisional(day)} ${scope.isUsageProvisional(day)}`;
  const spans: DaySpan[] = [];
  for (const day of listDays(query)) {
    const last = spans.at(-1);
    if (last && kindOf(last.toDay) === kindOf(day)) last.toDay = day;
    else spans.push({ fromDay: day, toDay: day });
  }
  return spans.length > mostSpans ? null : spans;
}

interface Billed {
  cells: BilledCell[];
  ratios: ReadonlyMap<string, PriceRatio>;
}

/** Reasons are found per model; by project and key, those models stand apart that have one. */
async function loadBilled(
  { daily, grouped }: Readers,
  { by }: ReconciliationQuery,
  scope: BooksScope,
): Promise<Billed> {
  const models = await loadModelCells(daily);
  const ratios = findPriceRatios(models.cells, scope);
  if (by === 'day' || by === 'model') return { cells: models.cells, ratios };
  const unpriced = new Set(models.cells.flatMap(({ model, unpricedRequests }) => (unpricedRequests > 0 ? model : [])));
  const cells = await loadGroupCells(grouped, {
    by,
    rowOf: by === 'key' ? storedKeyOf(scope) : sameGroup,
    models,
    isTelling: (model) => ratios.has(model) || unpriced.has(model),
  });
  return { cells, ratios };
}

function loadReported(
  { daily, grouped }: Readers,
  { by }: ReconciliationQuery,
  scope: BooksScope,
): Promise<ReportedCell[]> {
  if (by === 'day') return loadReportedDays(daily, scope.links);
  return loadReportedCells(by === 'model' ? daily : grouped, by, by === 'key' ? storedKeyOf(scope) : sameGroup);
}

type RowOf = (group: string | null) => string | null;

function sameGroup(group: string | null): string | null {
  return group;
}

/** The stored key that a key at OpenAI is, else that key itself. */
function storedKeyOf({ links }: BooksScope): RowOf {
  const stored = new Map(links.map(({ openaiKeyId, providerKeyId }) => [openaiKeyId, providerKeyId]));
  return (group) => (group === null ? null : (stored.get(group) ?? group));
}

interface Books {
  scope: BooksScope;
  billed: Billed;
  reported: ReportedCell[];
}

function assemble(query: ReconciliationQuery, { scope, billed, reported }: Books): Reconciliation {
  const { by } = query;
  const { ratios } = billed;
  const rows = createRows();
  for (const cell of billed.cells) {
    const isProvisional = scope.isBillProvisional(cell.day);
    const hasPriceRatio = !isProvisional && cell.model !== null && ratios.has(cell.model);
    const parts = explainBilledDifference({ ...cell, isProvisional, hasPriceRatio });
    rows.addBilled(by === 'day' ? { ...cell, group: cell.day, name: cell.day } : cell, parts);
  }
  for (const cell of reported) {
    const parts = explainReportedDifference({ ...cell, isProvisional: scope.isUsageProvisional(cell.day) });
    rows.addReported(by === 'day' ? { ...cell, group: cell.day, name: cell.day } : cell, parts);
  }
  const days = listDays(query);
  if (by === 'day') for (const day of days) rows.ensureDay(day, scope);
  const provisional = days.filter((day) => scope.isBillProvisional(day));
  return {
    ...present(query, rows.all(), scope, days),
    priceRatios: [...ratios.values()],
    provisionalDays: provisional.length,
    firstProvisionalDay: provisional[0] ?? null,
    hasOrganization: scope.hasOrganization,
  };
}

function present(
  { by, limit }: ReconciliationQuery,
  compared: readonly ComparedRow[],
  scope: BooksScope,
  days: readonly string[],
): Pick<Reconciliation, 'total' | 'rows' | 'rest'> {
  const total = newTally();
  for (const { tally } of compared) addTally(total, tally);
  const has = {
    billed: total.billed !== null || days.some((day) => scope.isBilled(day)),
    reported: total.reported !== null || days.some((day) => scope.isReported(day)),
    measured: total.measured !== null,
  };
  if (has.billed) total.billed ??= 0n;
  if (has.reported) total.reported ??= 0n;
  const isShown = ({ tally }: ComparedRow) =>
    tally.measured !== null || tally.reported !== null || tally.billed !== null;
  const sorted = compared.filter(isShown).toSorted(by === 'day' ? byDay : byWeight);
  const kept = by === 'day' ? sorted.length : limit;
  const left = sorted.slice(kept);
  const rest = newTally();
  for (const { tally } of left) addTally(rest, tally);
  return {
    total: toThreeBooks(total, has),
    rows: sorted.slice(0, kept).map(({ group, name, tally }) => ({
      group,
      name,
      ...toThreeBooks(tally, has),
      providerKeyId: by === 'key' && group !== null && isStoredKey(group) ? group : null,
      openaiKeyIds: by === 'key' ? openaiKeysOf(group, scope) : [],
      isProvisional: by === 'day' && group !== null && scope.isBillProvisional(group),
    })),
    rest: left.length === 0 ? null : { ...toThreeBooks(rest, has), rows: left.length },
  };
}

function openaiKeysOf(group: string | null, { links }: BooksScope): string[] {
  if (group === null) return [];
  const linked = links.filter(({ providerKeyId }) => providerKeyId === group);
  if (linked.length > 0) return linked.map(({ openaiKeyId }) => openaiKeyId);
  return isStoredKey(group) ? [] : [group];
}

/** Ids of stored keys are UUIDs, those of OpenAI never. */
function isStoredKey(group: string): boolean {
  return /^[\da-f]{8}-[\da-f]{4}-/.test(group);
}

function byDay(a: ComparedRow, b: ComparedRow): number {
  return (a.group ?? '').localeCompare(b.group ?? '');
}

function byWeight(a: ComparedRow, b: ComparedRow): number {
  return compare(weightOf(b.tally), weightOf(a.tally)) || (a.group ?? '').localeCompare(b.group ?? '');
}
