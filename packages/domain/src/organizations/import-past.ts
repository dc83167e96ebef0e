import { OrganizationReadError } from '#openai/organization/organization-read-error.js';
import type { FeedSource } from './feed-source.js';
import { inImport, type ImportRun } from './import-run.js';
import type { ImportDeps } from './import-settings.js';
import { type Feed, findFeed, moveFeed } from './move-feed.js';
import { daysBefore, startOfUtcDay } from './utc-days.js';
import { windowsAhead } from './windows-ahead.js';
import { writeWindow } from './write-window.js';

/** So many steps in a row without anything, before the oldest project, are the end of the past. */
const emptyStepsAtTheEnd = 4;

/**
 * Reads one more step of a feed's past, backwards by the UTC day. The past ends where the settings say, where OpenAI
 * refuses to answer, or where it has long been empty. A crash repeats the step.
 * @returns whether there is more
 * @throws OrganizationReadError, ImportOvertakenError, or the signal's reason
 */
export async function importPast(deps: ImportDeps, run: ImportRun, source: FeedSource): Promise<boolean> {
  const { known, oldestProject } = await inImport(deps, run, async (tx) => ({
    known: await findFeed(tx, { ...run, feed: source.feed }),
    oldestProject: await tx.openaiProject.findFirst({
      where: { tenantId: run.tenantId, organizationId: run.organizationId },
      orderBy: { createdAt: 'asc' },
      select: { createdAt: true },
    }),
  }));
  if (!known || known.isBackfilled) return false;
  const oldest = startOfUtcDay(daysBefore(deps.clock.now(), deps.importing.historyDays));
  const stepFrom = daysBefore(known.knownFrom, source.stepDays);
  const from = stepFrom > oldest ? stepFrom : oldest;
  const beginning = oldestProject?.createdAt ?? oldest;
  try {
    const isBackfilled = await readStep(deps, run, { source, known, from, isEnd: from <= oldest, beginning });
    return !isBackfilled;
  } catch (error) {
    if (!(error instanceof OrganizationReadError && error.httpStatus === 400)) throw error;
    // OpenAI has no answers about times that long ago.
    await endPast(deps, run, { feed: source.feed, known });
    return false;
  }
}

async function readStep(
  deps: ImportDeps,
  run: ImportRun,
  step: { source: FeedSource; known: Feed; from: Date; isEnd: boolean; beginning: Date },
): Promise<boolean> {
  const { source, known, from, isEnd, beginning } = step;
  if (from >= known.knownFrom) {
    await endPast(deps, run, { feed: source.feed, known });
    return true;
  }
  let rows = 0;
  let isBackfilled = isEnd;
  for await (const window of windowsAhead(deps, run, { source, range: { from, to: known.knownFrom, width: '1d' } })) {
    rows += window.rows;
    const emptySteps = rows === 0 ? known.emptySteps + 1 : 0;
    isBackfilled = isEnd || (emptySteps >= emptyStepsAtTheEnd && from < beginning);
    const move = window.isLast
      ? { to: 'past' as const, knownFrom: from, emptySteps, isBackfilled }
      : { to: 'part' as const };
    await writeWindow(deps, run, { source, window, move });
  }
  return isBackfilled;
}

function endPast(deps: ImportDeps, run: ImportRun, { feed, known }: { feed: string; known: Feed }): Promise<void> {
  const { knownFrom, emptySteps } = known;
  return inImport(deps, run, (tx) =>
    moveFeed(tx, {
      organizationId: run.organizationId,
      feed,
      readAt: deps.clock.now(),
      growth: { rows: 0, unknown: 0 },
      move: { to: 'past', knownFrom, emptySteps, isBackfilled: true },
    }),
  );
}
