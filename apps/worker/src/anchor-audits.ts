import { appendFile } from 'node:fs/promises';
import type { Clock } from '#core/clock.js';
import type { Logger } from '#core/logger.js';
import type { Database } from '#db/database.js';
import { toAnchorJson } from '#domain/audit/audit-anchor.js';
import { unscopedListAuditHeads } from '#domain/audit/unscoped-list-audit-heads.js';

/**
 * Says where each tenant's audit chain ends, outside of the database: a line in the log, and one in the file of anchors where
 * there is one. Only what was said elsewhere shows that the end of a chain was cut off later.
 * @throws what writing the file fails with, after the log has it all
 */
export async function anchorAudits(
  deps: { db: Database; clock: Clock; logger: Logger },
  { file }: { file?: string | undefined },
): Promise<void> {
  const anchors = (await unscopedListAuditHeads(deps)).map(toAnchorJson);
  for (const anchor of anchors) deps.logger.info(anchor, 'audit anchor');
  if (file === undefined || anchors.length === 0) return;
  const at = deps.clock.now().toISOString();
  const lines = anchors.map((anchor) => `${JSON.stringify({ at, ...anchor })}\n`).join('');
  await appendFile(file, lines, { mode: 0o600 });
}
