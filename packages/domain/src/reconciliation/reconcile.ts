import type { Clock } from '#core/clock.js';
import type { Database } from '#db/database.js';
import type { DaySpan } from '../books/book.js';
import { type BookDeps, withBookSnapshot } from '../books/book-snapshot.js';
import { findGroupNames } from '../books/group-names.js';
import { periodOf } from '../books/periods.js';
import { assertProjectKnown } from '../openai-projects/assert-project-known.js';
import { cutRange, daysOf } from '../spend/local-days.js';
import { assertReconciledRange, isLong, spansOf } from './reconciled-days.js';
import { createBookReader, type ReadBook } from './book-reader.js';
import type { BilledCell } from './cells.js';
import { type ComparedRow, createRows } from './compared-rows.js';
import { explainBilledDifference } from './explain-billed-difference.js';
import { explainReportedDifference } from './explain-reported-difference.js';
import { findPriceRatios } from './find-price-ratios.js';
import { loadModelCells, type ModelCells, rowOfModel } from './load-model-cells.js';
import { loadGroupCells } from './load-group-cells.js';
import { loadReportedCells } from './load-reported-cells.js';
import { loadReportedDays } from './load-reported-days.js';
import type { ReportedCell } from './reported-cells.js';
import { type BooksScope, readBooksScope, type ScopeQuery } from './read-books-scope.js';
import type {
  DifferencePart,
  PriceRatio,
  Reconciliation,
  ReconciliationGroup,
  ReconciliationRow,
} from './reconciliation.js';
import { addParts, addTally, compare, newTally, type Tally, toThreeBooks, weightOf } from './tally.js';

export interface ReconciliationQuery extends ScopeQuery {
  by: ReconciliationGroup;
  /** Rows at most; the others are summed in `rest`. Days and months are never left out. */
  limit: number;
}

/**
 * The three books side by side per UTC day, month, project, key or model, and why they differ. All of it is read from sums
 * of one snapshot: five questions by day and month, six by model, by project and key nine, and two more where a model's
 * price is a reason.
 * @throws Problem `invalid-request` for a range that is no range, or has more than 400 days, or 62 by day; `not-found` for
 *   an organization that the tenant has not, or a project that nothing names
 */
export async function reconcile(
  deps: { db: Database; clock: Clock },
  tenantId: string,
  query: ReconciliationQuery,
): Promise<Reconciliation> {
  assertReconciledRange(query);
  const { organizationId, projectId } = query;
  if (projectId !== undefined) await assertProjectKnown(deps, tenantId, { id: projectId, asked: query });
  return withBookSnapshot(deps, tenantId, async (inSnapshot) => {
    inSnapshot.snapshot.lookAhead(query);
    const scope = await readBooksScope(inSnapshot, tenantId, query);
    const { fine, coarse } = cutQuery(query, scope);
    const readerOf = (spans: DaySpan[]) =>
      createBookReader(inSnapshot, tenantId, { spans, only: { organizationId, projectId } });
    const readers = { spans: fine, fine: readerOf(fine), coarse: readerOf(coarse) };
    const models = loadModelCells(readers.fine);
    const [billed, reported, reportedDays] = await Promise.all([
      models.then((found) => loadBilled(readers, query, { scope, models: found })),
      loadReported(readers, query, { scope, models }),
      loadReportedDays(readers.fine, scope.links),
    ]);
    const found = assemble(query, { scope, billed, reported, reportedDays });
    return { ...found, rows: await withNames(inSnapshot, tenantId, query.by, found.rows) };
  });
}

async function withNames(
  deps: BookDeps,
  tenantId: string,
  by: ReconciliationGroup,
  rows: readonly ReconciliationRow[],
): Promise<ReconciliationRow[]> {
  if (by !== 'project' && by !== 'key') return [...rows];
  const groups = rows.map(({ group }) => group);
  const nameOf = await findGroupNames(deps, tenantId, by, groups);
  return rows.map((row) => Object.assign(row, { name: nameOf(row.group) }));
}

interface Readers {
  /** Days, months and models are compared over these, projects and keys over fewer. */
  spans: readonly DaySpan[];
  fine: ReadBook;
  coarse: ReadBook;
}

/**
 * Whatever is compared at once is alike in what is provisional. Of long ranges the finer spans are halves of months, whose
 * sums are kept: as many as days of a month, and no fewer than it takes to see a rule of prices. A cell for each day of
 * each key would be more than anybody reads.
 */
function cutQuery(query: ReconciliationQuery, scope: BooksScope): Record<'fine' | 'coarse', DaySpan[]> {
  const days = daysOf(query);
  const state = (day: string) => `${scope.isBillProvisional(day)} ${scope.isUsageProvisional(day)}`;
  const coarse = spansOf(days, state);
  const half = (day: string) => periodOf('half-month', day);
  const fine = isLong(query) ? coarse.flatMap((span) => cutRange(span, half)) : days.map(singleDay);
  return { fine, coarse };
}

const singleDay = (day: string): DaySpan => ({ fromDay: day, toDay: day });

interface Billed {
  cells: BilledCell[];
  /** Per day and model, whatever the rows are. */
  ofModels: readonly BilledCell[];
  ratios: ReadonlyMap<string, PriceRatio>;
}

/** Reasons are found per model; by project and key, those models stand apart that have one. */
async function loadBilled(
  { spans, coarse }: Readers,
  { by }: ReconciliationQuery,
  { scope, models }: { scope: BooksScope; models: ModelCells },
): Promise<Billed> {
  const ratios = findPriceRatios(models.cells, spans, scope);
  if (by !== 'project' && by !== 'key') return { cells: models.cells, ofModels: models.cells, ratios };
  const unpriced = new Set(models.cells.flatMap(({ model, unpricedRequests }) => (unpricedRequests > 0 ? model : [])));
  const cells = await loadGroupCells(coarse, {
    by,
    rowOf: by === 'key' ? storedKeyOf(scope) : sameGroup,
    models,
    isTelling: (model) => ratios.has(model) || unpriced.has(model),
  });
  return { cells, ofModels: models.cells, ratios };
}

async function loadReported(
  { fine, coarse }: Readers,
  { by }: ReconciliationQuery,
  { scope, models }: { scope: BooksScope; models: Promise<ModelCells> },
): Promise<ReportedCell[]> {
  if (by === 'day' || by === 'month') return loadReportedDays(fine, scope.links);
  if (by === 'model') return loadReportedCells(fine, by, { rowOf: rowOfModel, and: 'fee' });
  const { hasFees } = await models;
  const keyOf = by === 'key' ? storedKeyOf(scope) : sameGroup;
  const rowOf = ({ group }: { group: string | null }) => keyOf(group);
  return loadReportedCells(coarse, by, { rowOf, rowOfMeasured: rowOf, and: hasFees ? 'fee' : undefined });
}

type RowOf = (group: string | null) => string | null;

function sameGroup(group: string | null): string | null {
  return group;
}

/** The stored key in whose row a key at OpenAI, or a stored one, stands; else that key itself. */
function storedKeyOf({ links }: BooksScope): RowOf {
  const stored = new Map(
    links.flatMap(({ openaiKeyId, providerKeyId, standingKeyId }) => [
      [openaiKeyId, standingKeyId],
      [providerKeyId, standingKeyId],
    ]),
  );
  return (group) => (group === null ? null : (stored.get(group) ?? group));
}

function monthOf(day: string): string {
  return day.slice(0, 7);
}

/** Which row a span belongs to, by the span's first day. */
const timeGroups: Partial<Record<ReconciliationGroup, (day: string) => string>> = {
  day: (day) => day,
  month: monthOf,
};

interface Books {
  scope: BooksScope;
  billed: Billed;
  reported: ReportedCell[];
  /** Whatever the rows are. */
  reportedDays: readonly ReportedCell[];
}

function assemble(query: ReconciliationQuery, books: Books): Reconciliation {
  const { scope, billed, reported } = books;
  const timeOf = timeGroups[query.by];
  const { ratios } = billed;
  const rows = createRows();
  const rowOf = (cell: { day: string; group: string | null }) => (timeOf ? timeOf(cell.day) : cell.group);
  for (const cell of billed.cells) {
    const parts = explainBilled(cell, books);
    rows.addBilled(rowOf(cell), cell, parts);
  }
  for (const cell of reported) {
    const parts = explainReported(cell, books);
    rows.addReported(rowOf(cell), cell, parts);
  }
  const days = daysOf(query);
  if (timeOf) for (const day of days) rows.ensureDay(timeOf(day), day, scope);
  const provisional = days.filter((day) => scope.isBillProvisional(day));
  return {
    ...present(query, rows.all(), books, days),
    priceRatios: [...ratios.values()],
    provisionalDays: provisional.length,
    firstProvisionalDay: provisional[0] ?? null,
    hasOrganization: scope.hasOrganization,
  };
}

function explainBilled(cell: BilledCell, { scope, billed }: Books): DifferencePart[] {
  const isProvisional = scope.isBillProvisional(cell.day);
  const hasPriceRatio = !isProvisional && cell.model !== null && billed.ratios.has(cell.model);
  return explainBilledDifference(cell, { isProvisional, hasPriceRatio });
}

function explainReported(cell: ReportedCell, { scope }: Books): DifferencePart[] {
  return explainReportedDifference(cell, { isProvisional: scope.isUsageProvisional(cell.day) });
}

/** Sums of all rows, and the reasons of their days: the same ones, whatever the rows are. */
function totalOf(compared: readonly ComparedRow[], books: Books): Tally {
  const total = newTally();
  for (const { tally } of compared) addTally(total, tally);
  const reasons = newTally();
  for (const cell of books.billed.ofModels) addParts(reasons.billedParts, explainBilled(cell, books));
  for (const cell of books.reportedDays) addParts(reasons.reportedParts, explainReported(cell, books));
  return { ...total, billedParts: reasons.billedParts, reportedParts: reasons.reportedParts };
}

function present(
  { by, limit }: ReconciliationQuery,
  compared: readonly ComparedRow[],
  books: Books,
  days: readonly string[],
): Pick<Reconciliation, 'total' | 'rows' | 'rest'> {
  const { scope } = books;
  const timeOf = timeGroups[by];
  const provisional = new Set<string | null>(
    timeOf && days.filter((day) => scope.isBillProvisional(day)).map((day) => timeOf(day)),
  );
  const total = totalOf(compared, books);
  const has = {
    billed: total.billed !== null || days.some((day) => scope.isBilled(day)),
    reported: total.reported !== null || days.some((day) => scope.isReported(day)),
    measured: total.measured !== null,
  };
  if (has.billed) total.billed ??= 0n;
  if (has.reported && !compared.some(({ hasUnpriced }) => hasUnpriced)) total.reported ??= 0n;
  const isShown = ({ tally }: ComparedRow) =>
    tally.measured !== null || tally.reported !== null || tally.billed !== null;
  const sorted = compared.filter(isShown).toSorted(timeOf ? byTime : byWeight);
  const kept = timeOf ? sorted.length : limit;
  const left = sorted.slice(kept);
  const rest = newTally();
  for (const { tally } of left) addTally(rest, tally);
  const openaiKeysOf = by === 'key' ? rememberOpenaiKeys(scope) : () => [];
  return {
    total: toThreeBooks(total, has),
    rows: sorted.slice(0, kept).map(({ group, tally }) => ({
      group,
      name: group,
      providerKeyId: by === 'key' && group !== null && isStoredKey(group) ? group : null,
      openaiKeyIds: openaiKeysOf(group),
      isProvisional: provisional.has(group),
      ...toThreeBooks(tally, has),
    })),
    rest: left.length === 0 ? null : { ...toThreeBooks(rest, has), rows: left.length },
  };
}

/** The keys at OpenAI that stand in a row. */
function rememberOpenaiKeys({ links }: BooksScope): (group: string | null) => string[] {
  const linked = new Map<string, Set<string>>();
  for (const { standingKeyId, openaiKeyId } of links) {
    linked.set(standingKeyId, (linked.get(standingKeyId) ?? new Set()).add(openaiKeyId));
  }
  return (group) => {
    if (group === null) return [];
    return [...(linked.get(group) ?? (isStoredKey(group) ? [] : [group]))];
  };
}

/** Ids of stored keys are UUIDs, those of OpenAI never. */
function isStoredKey(group: string): boolean {
  return /^[\da-f]{8}-[\da-f]{4}-/.test(group);
}

function byTime(a: ComparedRow, b: ComparedRow): number {
  return (a.group ?? '').localeCompare(b.group ?? '');
}

function byWeight(a: ComparedRow, b: ComparedRow): number {
  return compare(weightOf(b.tally), weightOf(a.tally)) || (a.group ?? '').localeCompare(b.group ?? '');
}
