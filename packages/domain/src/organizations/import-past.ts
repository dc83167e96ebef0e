import { utcDay } from '#core/utc-day.js';
import { OrganizationReadError } from '#openai/organization/organization-read-error.js';
import type { FeedSource } from './feed-source.js';
import { inImport, type ImportRun } from './import-run.js';
import type { ImportDeps } from './import-settings.js';
import { type Feed, type FeedMove, findFeed, moveFeed } from './move-feed.js';
import { daysBefore, startOfUtcDay } from './utc-days.js';
import { windowsAhead } from './windows-ahead.js';
import { writeWindow } from './write-window.js';

/** So many steps in a row without anything, before the oldest project, are the end of the past. */
const emptyStepsAtTheEnd = 4;
/**
 * A refusal stands for so long. Mostly it is for good, and to ask costs each import a request per feed; where it was a passing
 * one, the history comes a day late at most.
 */
const refusalStandsMs = 86_400_000;

/**
 * Reads one more step of a feed's past, backwards by the UTC day. The past ends where the settings say, or where it
 * has long been empty. Where OpenAI refuses to answer it stays open, and the same step is asked for again once the refusal is
 * old. A crash repeats the step.
 * @returns whether there is more that can be read now
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
  const now = deps.clock.now();
  if (!known || known.isBackfilled || isRefused(known, now)) return false;
  const oldest = startOfUtcDay(daysBefore(now, deps.importing.historyDays));
  const stepFrom = daysBefore(known.knownFrom, source.stepDays);
  const from = stepFrom > oldest ? stepFrom : oldest;
  const beginning = oldestProject?.createdAt ?? oldest;
  try {
    const isBackfilled = await readStep(deps, run, { source, known, from, isEnd: from <= oldest, beginning });
    return !isBackfilled;
  } catch (error) {
    if (!(error instanceof OrganizationReadError && error.httpStatus === 400)) throw error;
    // It may have no answers about times that long ago, so the other feeds and the import go on.
    await noteRefusal(deps, run, { feed: source.feed, known, reason: error.message });
    return false;
  }
}

function isRefused({ refusedAt }: Feed, now: Date): boolean {
  return refusedAt !== null && now.getTime() - refusedAt.getTime() < refusalStandsMs;
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
  return moveWithoutRows(deps, run, { feed, move: { to: 'past', knownFrom, emptySteps, isBackfilled: true } });
}

/** Logged when it is new: whoever reads the log would else read it every day. */
async function noteRefusal(
  deps: ImportDeps,
  run: ImportRun,
  { feed, known, reason }: { feed: string; known: Feed; reason: string },
): Promise<void> {
  await moveWithoutRows(deps, run, { feed, move: { to: 'refused', refusedAt: deps.clock.now() } });
  if (known.refusedAt !== null) return;
  const { tenantId, organizationId } = run;
  const facts = { tenantId, organizationId, feed, readBackTo: utcDay(known.knownFrom), reason };
  deps.logger.warn(facts, 'openai refused to answer about the past');
}

function moveWithoutRows(deps: ImportDeps, run: ImportRun, moved: { feed: string; move: FeedMove }): Promise<void> {
  const { organizationId } = run;
  const growth = { rows: 0, unknown: 0 };
  return inImport(deps, run, (tx) => moveFeed(tx, { ...moved, organizationId, growth, readAt: deps.clock.now() }));
}
