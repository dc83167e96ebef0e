import { utcDay } from '#core/utc-day.js';
import { withTenant } from '#db/with-tenant.js';
import { claimImport } from '#domain/organizations/claim-import.js';
import { forgetRefusals } from '#domain/organizations/forget-refusals.js';
import { type FeedProgress, getImportProgress } from '#domain/organizations/get-import-progress.js';
import { getOrganization } from '#domain/organizations/get-organization.js';
import { importOrganization } from '#domain/organizations/import-organization.js';
import type { ImportDeps, ImportStep } from '#domain/organizations/import-settings.js';
import {
  type ConnectedOrganization,
  unscopedListConnectedOrganizations,
} from '#domain/organizations/unscoped-list-connected-organizations.js';
import { alignColumns, printable } from './align-columns.js';

type OnceDeps = ImportDeps & { write: (text: string) => void };

/** `imported`, or why not. */
interface Result {
  cells: string[];
  /** Why, and what OpenAI refused of the past, in a sentence each; none where the result says all. */
  remarks: string[];
  isImported: boolean;
}

/**
 * Imports every connected organization in this process and without a queue, one after another, until nothing of the past
 * is left; a line for each step, and at the end a table and what went wrong. What a worker is importing at this moment is left to it.
 * @param signal cuts off the import under way; the others are not begun
 * @returns the exit status: 0 when all were imported, 1 when any was not
 */
export async function importOnce(deps: OnceDeps, signal: AbortSignal): Promise<0 | 1> {
  const organizations = await unscopedListConnectedOrganizations(deps);
  if (organizations.length === 0) {
    deps.write('No connected organizations. Store an admin key on the dashboard or with POST /keys.\n');
    return 0;
  }
  const results: Result[] = [];
  for (const organization of organizations) results.push(await importOne(deps, organization, signal));
  const headings = ['TENANT', 'ORGANIZATION', 'RESULT', 'SINCE', 'USAGE ROWS', 'COST LINES', 'UNKNOWN'];
  deps.write(`${alignColumns([headings, ...results.map(({ cells }) => cells)])}\n`);
  for (const remark of results.flatMap(({ remarks }) => remarks)) deps.write(`${remark}\n`);
  const imported = results.filter(({ isImported }) => isImported).length;
  deps.write(`${imported} imported, ${results.length - imported} not\n`);
  return imported === results.length ? 0 : 1;
}

async function importOne(deps: OnceDeps, organization: ConnectedOrganization, signal: AbortSignal): Promise<Result> {
  const { tenantId, tenantSlug } = organization;
  const { name } = await getOrganization(deps, tenantId, organization.organizationId);
  const whose = [printable(tenantSlug), printable(name)];
  // Somebody asks for it, as by “Import now”.
  await withTenant(deps.db, tenantId, (tx) => forgetRefusals(tx, organization));
  const onStep = (step: ImportStep) => deps.write(`${whose.join(' · ')}: ${describe(step)}\n`);
  const { result, message, organizationId } = await runToTheEnd({ ...deps, onStep }, organization, signal);
  const { feeds } = await getImportProgress(deps, tenantId, organizationId);
  const sum = (of: (feed: (typeof feeds)[number]) => number) => feeds.reduce((total, feed) => total + of(feed), 0);
  const since = feeds.flatMap(({ knownFrom }) => (knownFrom ? [utcDay(knownFrom)] : [])).toSorted();
  const cells = [
    ...whose,
    result,
    since[0] ?? '–',
    sum(({ feed, rows }) => (feed === 'costs' ? 0 : rows)).toLocaleString('en-US'),
    sum(({ feed, rows }) => (feed === 'costs' ? rows : 0)).toLocaleString('en-US'),
    sum(({ unknownResults }) => unknownResults).toLocaleString('en-US'),
  ];
  const said = message === undefined ? [] : [printable(message)];
  const remarks = [...said, ...feeds.flatMap(refusalOf)].map((remark) => `${whose.join(' · ')}: ${remark}`);
  return { cells, remarks, isImported: result === 'imported' };
}

/** An import may turn out to be of another organization than was thought, whose former key was deleted. */
async function runToTheEnd(
  deps: OnceDeps,
  { tenantId, organizationId }: ConnectedOrganization,
  signal: AbortSignal,
): Promise<{ result: string; message?: string; organizationId: string }> {
  let part: 'all' | 'past' = 'all';
  let id = organizationId;
  while (!signal.aborted) {
    const claim = await claimImport(deps, tenantId, { organizationId: id, part });
    const ended = claim && (await importOrganization(deps, claim, signal));
    if (!ended) return { result: 'a worker is importing it', organizationId: id };
    id = ended.organizationId;
    if (ended.kind === 'failed') return { result: ended.code, message: ended.message, organizationId: id };
    if (ended.kind === 'done' && !ended.hasMorePast) return { result: 'imported', organizationId: id };
    part = 'past';
  }
  return { result: 'cut off', organizationId: id };
}

function refusalOf({ feed, knownFrom, refusedAt }: FeedProgress): string[] {
  if (!knownFrom || !refusedAt) return [];
  return [`OpenAI refused ${feed} of before ${utcDay(knownFrom)}; they are asked for again, at the latest a day later`];
}

function describe({ feed, from, to, rows }: ImportStep): string {
  const minute = (at: Date) => at.toISOString().slice(0, 16).replace('T', ' ');
  const days = from && to ? ` ${minute(from)} – ${minute(to)} UTC` : '';
  return `${feed}${days}, ${rows.toLocaleString('en-US')} ${feed === 'inventory' ? 'keys' : 'rows'}`;
}
