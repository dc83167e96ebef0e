import { OrganizationReadError } from '#openai/organization/organization-read-error.js';
import { usageKinds } from '#openai/organization/usage-result.js';
import { costsSource } from './costs-source.js';
import type { FeedSource } from './feed-source.js';
import { importPast } from './import-past.js';
import { importRecent } from './import-recent.js';
import { inImport, type ImportRun } from './import-run.js';
import type { ImportDeps } from './import-settings.js';
import { usageSource } from './usage-source.js';

/** Steps of the back-fill in one run, so that no organization keeps the others waiting. */
const pastStepsPerRun = 20;

/**
 * Reads all kinds of usage and costs: everything recent first (unless `part` says that it was), then some steps of the past
 * of each in turn. What OpenAI refuses of one of them does not keep the others from being read.
 * @returns whether there is more of the past
 * @throws OrganizationReadError the first, once the others were read; or at once, when waiting or another key alone helps
 */
export async function importFeeds(deps: ImportDeps, run: ImportRun, part: 'all' | 'past'): Promise<boolean> {
  // Bills last: the models of their lines are known by the usage.
  const sources = [...usageKinds.map((kind) => usageSource(deps, run, kind)), costsSource(deps, run)];
  const failures: OrganizationReadError[] = [];
  const sound = part === 'past' ? sources : await readRecent(deps, run, { sources, failures });
  if (part === 'all' && failures.length === 0) await noteImported(deps, run);
  const hasMore = await readPast(deps, run, { sources: sound, failures });
  if (failures[0]) throw failures[0];
  return hasMore;
}

interface Reading {
  sources: readonly FeedSource[];
  /** Added to. */
  failures: OrganizationReadError[];
}

/** @returns those that were read to the end */
async function readRecent(deps: ImportDeps, run: ImportRun, { sources, failures }: Reading): Promise<FeedSource[]> {
  const sound: FeedSource[] = [];
  for (const source of sources) {
    await noteFailure(failures, async () => {
      await importRecent(deps, run, source);
      sound.push(source);
    });
  }
  return sound;
}

async function readPast(deps: ImportDeps, run: ImportRun, { sources, failures }: Reading): Promise<boolean> {
  const open = [...sources];
  for (let step = 0; step < pastStepsPerRun; step += 1) {
    const source = open.shift();
    if (!source) break;
    await noteFailure(failures, async () => {
      if (await importPast(deps, run, source)) open.push(source);
    });
  }
  return open.length > 0;
}

async function noteFailure(failures: OrganizationReadError[], read: () => Promise<void>): Promise<void> {
  try {
    await read();
  } catch (error) {
    if (!(error instanceof OrganizationReadError) || endsAll(error)) throw error;
    failures.push(error);
  }
}

/** What would be met again with the next request. */
function endsAll({ code, httpStatus }: OrganizationReadError): boolean {
  return code === 'unavailable' || httpStatus === 401 || httpStatus === 429;
}

function noteImported(deps: ImportDeps, run: ImportRun): Promise<void> {
  return inImport(deps, run, async (tx) => {
    await tx.organization.updateMany({
      where: { tenantId: run.tenantId, id: run.organizationId },
      data: { importedAt: deps.clock.now() },
    });
  });
}
