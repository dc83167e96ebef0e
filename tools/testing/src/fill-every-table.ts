import { parseUsd } from '#core/money.js';
import { type OwnerConnection, withOwnerConnection } from '#db/with-owner-connection.js';
import { sumDays } from '#domain/books/sum-days.js';
import { recordDeposit } from '#domain/ledger/record-deposit.js';
import { storeProviderKey } from '#domain/provider-keys/store-provider-key.js';
import { ensureFirstAccess } from '#domain/tenants/ensure-first-access.js';
import { simulatedSecret } from '#simulator/simulated-key.js';
import { addTestBilled, addTestOrganization, addTestReported } from './add-test-bill.js';
import { addTestProjects } from './add-test-projects.js';
import { addTestUsage } from './add-test-usage.js';
import type { TestInstallation } from './test-installation.js';

/** Of the key that each of the two tenants has. */
export const filledSecret = simulatedSecret({ behaviour: 'healthy' });

/** The platform's tenant and two more, of which each has a row in every table of tenants: as the product writes it, or else plainly. */
export async function fillEveryTable(home: TestInstallation): Promise<void> {
  await ensureFirstAccess(home, {});
  const tenants = [await home.addTenant('acme'), await home.addTenant('globex', { reportingTimeZone: 'Asia/Kolkata' })];
  for (const { id } of tenants) await fillTenant(home, id);
}

async function fillTenant(home: TestInstallation, tenantId: string): Promise<void> {
  const deps = { ...home, defaults: { model: 'gpt-4o-mini', dailyCapUsd: '0.05' } };
  const key = await storeProviderKey(deps, tenantId, {
    label: 'Tab\tand\nline \\ “quotes”',
    secret: filledSecret,
  });
  const organizationId = await addTestOrganization(home.db, tenantId, { providerKeyId: key.id });
  await addTestProjects(home.db, tenantId, organizationId, {
    seenAt: '2026-11-20T00:00:00Z',
    projects: [{ id: `proj_${tenantId}`, keys: [{ id: `key_${tenantId}`, providerKeyId: key.id }] }],
  });
  await addTestReported(home.db, tenantId, organizationId, [
    { at: '2025-03-01T07:00:00Z' },
    { at: '2026-11-19T08:00:00Z', costUsd: null },
  ]);
  await addTestBilled(home.db, tenantId, organizationId, [{ day: '2026-11-18', usd: '0.123456789012' }]);
  await addTestUsage(home.db, tenantId, [
    { at: '2024-12-31T23:59:59.999Z', keyId: key.id, endUser: 'Zoë' },
    { at: '2026-11-01T12:00:00Z', costUsd: '12345678901.123456789012' },
  ]);
  await recordDeposit(deps, tenantId, organizationId, { amount: parseUsd('100') });
  await sumDays(home, tenantId, { budgetMs: 60_000 });
  await withOwnerConnection(home.url, async (connection) => {
    const own = { tenant_id: tenantId, provider_key_id: key.id, organization_id: organizationId };
    for (const [table, values] of plainRows) await addPlainRow(connection, table, { ...own, ...values });
  });
}

const personId = crypto.randomUUID();
const reRatingId = crypto.randomUUID();
const plainRows: [table: string, values: Record<string, string>][] = [
  ['re_rating', { id: reRatingId, models: '["gpt-4o"]' }],
  ['cost_revision', { re_rating_id: reRatingId, book: 'measured', cost_basis: 'unpriced' }],
  ['person', { id: personId, role: 'viewer' }],
  ['session', { person_id: personId }],
  ['usage_event_key', {}],
  ['secret_use', { kind: 'probe' }],
  ['reported_unknown', { result: String.raw`{"a": [1.50, "\u00e9\n"]}` }],
  ['probe_run', { error_message: 'two\nlines', outcome: 'invalid' }],
  ['probe_hourly', {}],
  ['probe_claim', { trigger: 'schedule' }],
  ['price_version', {}],
  ['price_override', { model: '*', percent_off: '0.000000000001' }],
  ['import_feed', { feed: 'costs' }],
];

/** Something of the type in every column that needs a value and is given none. */
const ofType: Readonly<Record<string, string>> = {
  uuid: 'gen_random_uuid()',
  text: `'any'`,
  jsonb: `'[]'`,
  'timestamp with time zone': 'now()',
};

async function addPlainRow(
  connection: OwnerConnection,
  table: string,
  values: Readonly<Record<string, string>>,
): Promise<void> {
  const { rows: columns } = await connection.query<{ name: string; type: string; isNeeded: boolean }>(
    `SELECT attname AS name, format_type(atttypid, NULL) AS type, attnotnull AND NOT atthasdef AS "isNeeded"
     FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped`,
    [table],
  );
  const filled = columns.filter(({ name, isNeeded }) => isNeeded || name in values);
  const given = filled.filter(({ name }) => name in values).map(({ name }) => name);
  const written = filled.map(({ name, type }) => {
    const at = given.indexOf(name);
    return at === -1 ? (ofType[type] ?? '1') : `$${at + 1}`;
  });
  const names = filled.map(({ name }) => name);
  await connection.query(
    `INSERT INTO ${table} (${names.join(', ')}) VALUES (${written.join(', ')})`,
    given.map((name) => values[name]),
  );
}
