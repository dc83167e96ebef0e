import { OrganizationReadError } from '#openai/organization/organization-read-error.js';
import { postSpend } from '../ledger/post-spend.js';
import { beginImport, type BegunImport } from './begin-import.js';
import { endImport, type ImportEnding } from './end-import.js';
import { holdLease } from './hold-lease.js';
import { ImportFailure } from './import-failure.js';
import { importFeeds } from './import-feeds.js';
import { importInventory } from './import-inventory.js';
import { ImportOvertakenError, type ImportRun } from './import-run.js';
import type { ImportDeps } from './import-settings.js';

export interface ClaimedImport {
  tenantId: string;
  organizationId: string;
  /** Of the claim. */
  runId: string;
  /** `past`: the recent part was read not long ago, and only the back-fill goes on. */
  part: 'all' | 'past';
}

/** With the organization that it was of, which is another than was claimed when a new key opens a known one. */
export type EndedImport = ImportEnding & { organizationId: string };

/**
 * Carries out a claimed import: what there is (projects, keys, limits), then usage and costs of late, then some of the
 * past; the ledger follows the bills. Nothing happens if the claim was begun already. Whatever ends it, each window that was
 * committed stays, and what was not is read the next time.
 * @param signal ends it between two windows, or in the middle of a request
 * @returns how it ended; null when it was not begun, or another worker has taken it up
 * @throws what is no fault of OpenAI's, after it was noted
 */
export async function importOrganization(
  deps: ImportDeps,
  claim: ClaimedImport,
  signal: AbortSignal,
): Promise<EndedImport | null> {
  const begun = await beginImport(deps, claim);
  if (!begun) return null;
  const lease = holdLease(deps, { tenantId: claim.tenantId, runId: begun.runId }, signal);
  const ends = async (ending: ImportEnding): Promise<EndedImport | null> => {
    const organizationId = await endImport(deps, { tenantId: claim.tenantId, runId: begun.runId }, ending);
    if (organizationId === null) return null;
    await postSpend(deps, claim.tenantId, organizationId);
    return { ...ending, organizationId };
  };
  try {
    return await ends(await carryOut(deps, { claim, begun, signal: lease.signal }));
  } catch (error) {
    if (error instanceof ImportOvertakenError) return null;
    if (signal.aborted) return await ends({ kind: 'cut-off' });
    if (error instanceof OrganizationReadError || error instanceof ImportFailure) {
      return await ends({ kind: 'failed', code: codeOf(error), message: error.message });
    }
    await ends({ kind: 'failed', code: 'internal', message: 'Something went wrong on our side; the log has more.' });
    throw error;
  } finally {
    lease.stop();
  }
}

/** As a probe that meets the same says `network-error`, no answer is told from one that OpenAI did not give. */
function codeOf(error: OrganizationReadError | ImportFailure): string {
  const isNotReached = error instanceof OrganizationReadError && error.outcome === 'network-error';
  return isNotReached ? 'not-reached' : error.code;
}

async function carryOut(
  deps: ImportDeps,
  { claim, begun, signal }: { claim: ClaimedImport; begun: BegunImport; signal: AbortSignal },
): Promise<ImportEnding> {
  const { tenantId, organizationId, part } = claim;
  const { runId, secret } = begun;
  if (secret === null) {
    const message = 'The stored admin key cannot be opened with this master key. Nothing was sent to OpenAI.';
    throw new ImportFailure('key-cannot-be-opened', message);
  }
  const connection = { secret, baseUrl: deps.importing.baseUrl, signal };
  const run: ImportRun = { tenantId, organizationId, runId, connection };
  const settled = part === 'all' ? await importInventory(deps, run) : run;
  return { kind: 'done', hasMorePast: await importFeeds(deps, settled, part) };
}
