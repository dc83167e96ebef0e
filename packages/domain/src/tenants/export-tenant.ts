import type { Database, Tx } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';
import type { AuditDeps } from '../audit/record-audit.js';
import { assertNotPurged } from './assert-not-purged.js';
import { type ExportedTable, exportedTables } from './exported-tables.js';
import { findPlatformTenantId, recordTenantChange } from './record-tenant-change.js';
import { lockTenant } from './lock-tenant.js';
import { tenantNotFound, type TenantView } from './tenant-view.js';

const rowsPerPiece = 1_000;

/**
 * All of a tenant as JSON lines: one about the tenant, `{"table", "row"}` for each row, and at the end how many there were
 * of each, by which a file that was cut off is known. Money and large numbers are text, exact to the last digit. There is no
 * secret in it, sealed or not, and no hash of one. At most one piece of 1,000 rows is in memory, and no transaction outlives
 * its piece: what is written meanwhile may be in it or not. That somebody exports is audited when the first line is asked
 * for, and before it is there: what is refused until then is no export.
 * @throws Problem `not-found`; `tenant-state` when its purge has begun, from the lines too when it begins meanwhile
 */
export async function exportTenant(
  deps: AuditDeps & { db: Database },
  tenantId: string,
): Promise<{ slug: string; lines: AsyncGenerator<string, void, undefined> }> {
  const { slug } = await withTenant(deps.db, tenantId, (tx) => lockExportable(tx, tenantId));
  return { slug, lines: writeLines(deps, tenantId) };
}

async function lockExportable(tx: Tx, tenantId: string): Promise<TenantView> {
  const tenant = await lockTenant(tx, tenantId);
  assertNotPurged(tenant);
  return tenant;
}

async function auditExport(deps: AuditDeps & { db: Database }, tenantId: string): Promise<TenantView> {
  const platformId = await findPlatformTenantId(deps);
  return withTenant(deps.db, tenantId, async (tx) => {
    const tenant = await lockExportable(tx, tenantId);
    const subject = { kind: 'tenant', id: tenantId, name: tenant.name };
    await recordTenantChange(tx, deps, { tenantId, platformId }, { action: 'tenant.export', subject });
    return tenant;
  });
}

async function* writeLines(
  deps: AuditDeps & { db: Database },
  tenantId: string,
): AsyncGenerator<string, void, undefined> {
  const { purgeBeganAt: _began, ...tenant } = await auditExport(deps, tenantId);
  yield toLine({ keyledger: 'tenant', version: 1, exportedAt: deps.clock.now(), tenant });
  const rows: Record<string, number> = {};
  for (const [table, how] of Object.entries(exportedTables)) {
    let count = 0;
    for await (const lines of readTable(deps.db, tenant.id, { table, how })) {
      count += lines.length;
      yield lines.join('');
    }
    rows[table] = count;
  }
  yield toLine({ end: true, rows });
}

function toLine(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}

interface Row {
  line: string;
  /** Where it stands in the order of the table. */
  position: string[];
}

/** The names in these statements are those of our own table of tables and of the catalog, never anybody's input. */
async function* readTable(
  db: Database,
  tenantId: string,
  { table, how }: { table: string; how: ExportedTable },
): AsyncGenerator<string[], void, undefined> {
  const columns = await withTenant(db, tenantId, (tx) => listColumns(tx, table));
  const shown = columns.filter(({ name }) => name !== 'tenant_id' && !how.without?.includes(name));
  const select = shown.map(({ name, type }) => (exactAsText.has(type) ? `t.${name}::text AS ${name}` : `t.${name}`));
  const order = how.order.map((name) => `t.${name}`);
  const typeOf = new Map(columns.map(({ name, type }) => [name, type]));
  const last = how.order.map((name, index) => `$${index + 2}::text::${typeOf.get(name)}`);
  const statement = (beyond: string) => `
    SELECT jsonb_build_object('table', '${table}', 'row', to_jsonb(r) - 'at_position')::text AS line,
      r.at_position AS position
    FROM (SELECT ${select.join(', ')}, ARRAY[${order.map((name) => `${name}::text`).join(', ')}] AS at_position
      FROM ${table} t WHERE t.tenant_id = $1::uuid ${beyond} ORDER BY ${order.join(', ')} LIMIT ${rowsPerPiece}) r`;
  let after: string[] | null = [];
  while (after !== null) {
    const sql = statement(after.length === 0 ? '' : `AND (${order.join(', ')}) > (${last.join(', ')})`);
    const given: string[] = [tenantId, ...after];
    const rows: Row[] = await withTenant(db, tenantId, async (tx) => {
      const read = await tx.$queryRawUnsafe<Row[]>(sql, ...given);
      await assertStillWhole(tx, tenantId);
      return read;
    });
    yield rows.map(({ line }) => `${line}\n`);
    after = rows.length < rowsPerPiece ? null : (rows.at(-1)?.position ?? null);
  }
}

/** After its rows were read: a purge is noted before the first of them goes, so what was read was all there was. */
async function assertStillWhole(tx: Tx, tenantId: string): Promise<void> {
  const tenant = await tx.tenant.findUnique({ where: { id: tenantId }, select: { purgeBeganAt: true } });
  if (!tenant) throw tenantNotFound();
  assertNotPurged(tenant);
}

/** As numbers, many readers of JSON would round them. */
const exactAsText = new Set(['numeric', 'bigint']);

function listColumns(tx: Tx, table: string): Promise<{ name: string; type: string }[]> {
  return tx.$queryRaw<{ name: string; type: string }[]>`
    SELECT attname::text AS name, format_type(atttypid, NULL) AS type FROM pg_attribute
    WHERE attrelid = ${table}::text::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum`;
}
