import type { Database } from '#db/database.js';
import { focusColumns } from './focus-columns.js';
import { type FocusLine, listFocusLines } from './list-focus-lines.js';
import type { ScopeQuery } from './read-books-scope.js';
import { toCsv } from '../csv/to-csv.js';

const batchLines = 1_000;

/**
 * The bill as CSV with the columns of FOCUS 1.2, a row per UTC day, project, key and line item, oldest first: the header
 * line, then pieces of up to 1,000 rows. At most one piece is in memory and no transaction outlives its piece.
 */
export async function* streamFocusCsv(
  deps: { db: Database },
  tenantId: string,
  query: ScopeQuery,
): AsyncGenerator<string, void, undefined> {
  yield toCsv([Object.keys(focusColumns)]);
  let after: FocusLine | undefined;
  do {
    const lines = await listFocusLines(deps, tenantId, query, { after, limit: batchLines });
    yield toCsv(lines.map((line) => Object.values(focusColumns).map((value) => value(line))));
    after = lines.length < batchLines ? undefined : lines.at(-1);
  } while (after !== undefined);
}
