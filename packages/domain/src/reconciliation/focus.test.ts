import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withTenant } from '#db/with-tenant.js';
import { simulatedSecret } from '#simulator/simulated-key.js';
import { addTestBilled, addTestOrganization, addTestReported } from '#testing/add-test-bill.js';
import { addTestUsage } from '#testing/add-test-usage.js';
import { createTestInstallation, type TestInstallation } from '#testing/test-installation.js';
import { storeProviderKey } from '../provider-keys/store-provider-key.js';
import type { Tenant } from '../tenants/tenant.js';
import { focusColumns } from './focus-columns.js';
import { streamFocusCsv } from './stream-focus-csv.js';
import { streamReconciliationCsv } from './stream-reconciliation-csv.js';

let home: TestInstallation;
let tenant: Tenant;
let organization: string;
let storedKey: string;
beforeAll(async () => {
  home = await createTestInstallation('2026-11-20T12:00:00.000Z');
  tenant = await home.addTenant('acme');
  const adminKey = await storeKey('admin', 'admin');
  storedKey = await storeKey('billing-prod', 'project');
  organization = await addTestOrganization(home.db, tenant.id, { providerKeyId: adminKey, name: '=ACME' });
  await name();
  await addTestReported(home.db, tenant.id, organization, [
    { at: '2026-11-03T10:00:00Z', costUsd: '4.5' },
    { at: '2026-11-03T11:00:00Z', costUsd: '0.25' },
    { at: '2026-11-03T11:00:00Z', kind: 'web_search_calls', costUsd: '9' },
    { at: '2026-11-04T11:00:00Z', costUsd: null },
  ]);
  await addTestUsage(home.db, tenant.id, [{ at: '2026-11-03T10:00:00Z', keyId: storedKey, costUsd: '1.5' }]);
  const model = 'gpt-4o-mini-2024-07-18';
  await addTestBilled(home.db, tenant.id, organization, [
    { day: '2026-11-03', model, lineItem: `${model}, input_tokens`, usd: '3' },
    { day: '2026-11-03', model, lineItem: `${model}, output_tokens`, usd: '1.75' },
    { day: '2026-11-03', lineItem: '=cmd|calc', usd: '-0.000000000001' },
    { day: '2026-11-04', model, lineItem: `${model}, input_tokens`, usd: '2', readAt: '2026-11-05T00:00:00Z' },
    { day: '2026-12-31', projectId: '', apiKeyId: '', lineItem: 'Vector store storage', usd: '1' },
  ]);
  await withTenant(
    home.db,
    tenant.id,
    (tx) =>
      tx.$executeRaw`UPDATE cost_line SET quantity = 1500.25, quantity_unit = 'tokens' WHERE line_item LIKE '%input_tokens'`,
  );
});
afterAll(() => home.close());

async function storeKey(label: string, kind: 'project' | 'admin'): Promise<string> {
  const secret = simulatedSecret({ behaviour: 'healthy', kind, label });
  const defaults = { model: 'gpt-4o-mini', dailyCapUsd: '0.05' };
  return (await storeProviderKey({ ...home, defaults }, tenant.id, { label, secret })).id;
}

const name = () =>
  withTenant(home.db, tenant.id, async (tx) => {
    const at = new Date('2026-11-01T00:00:00Z');
    const residency = 'EU_STORAGE_PROCESSING';
    const common = { tenantId: tenant.id, organizationId: organization, createdAt: at, seenAt: at };
    await tx.openaiProject.create({ data: { ...common, id: 'proj_a', name: 'Search', isArchived: false, residency } });
    await tx.openaiApiKey.create({
      data: {
        ...common,
        id: 'key_a',
        projectId: 'proj_a',
        name: 'prod',
        redactedValue: 'sk-…',
        hasOwnerAccess: true,
        providerKeyId: storedKey,
      },
    });
  });

async function textOf(pieces: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const piece of pieces) text += piece;
  return text;
}

type Row = Record<string, string>;

/** RFC 4180, without line breaks in fields. */
function parse(text: string): Row[] {
  const [head = [], ...lines] = text
    .trimEnd()
    .split('\n')
    .map((line) => [...`,${line}`.matchAll(/,(?:"((?:[^"]|"")*)"|([^,]*))/g)].map((field) => readField(field)));
  return lines.map((fields) => Object.fromEntries(head.map((column, index) => [column, fields[index] ?? ''])));
}

function readField([, quoted, plain]: RegExpExecArray): string {
  return quoted?.replaceAll('""', '"') ?? plain ?? '';
}

const whole = { fromDay: '2026-11-01', toDay: '2026-12-31' };
const focus = async (query = whole): Promise<Row[]> => parse(await textOf(streamFocusCsv(home, tenant.id, query)));

test('a row per day, project, key and line item, with every cost exact and what is unknown empty', async () => {
  const rows = await focus();
  expect(rows.map((row) => [row['ChargePeriodStart']?.slice(0, 10), row['SkuId'], row['BilledCost']])).toEqual([
    ['2026-11-03', "'=cmd|calc", '-0.000000000001'],
    ['2026-11-03', 'gpt-4o-mini-2024-07-18, input_tokens', '3'],
    ['2026-11-03', 'gpt-4o-mini-2024-07-18, output_tokens', '1.75'],
    ['2026-11-04', 'gpt-4o-mini-2024-07-18, input_tokens', '2'],
    ['2026-12-31', 'Vector store storage', '1'],
  ]);
  expect(rows[1]).toMatchObject({
    BillingAccountId: organization,
    BillingAccountName: "'=ACME",
    BillingCurrency: 'USD',
    BillingPeriodStart: '2026-11-01T00:00:00Z',
    BillingPeriodEnd: '2026-12-01T00:00:00Z',
    ChargeCategory: 'Usage',
    ChargeClass: '',
    ChargePeriodEnd: '2026-11-04T00:00:00Z',
    EffectiveCost: '3',
    ListCost: '3',
    ContractedCost: '3',
    ListUnitPrice: '',
    PricingQuantity: '1500.25',
    PricingUnit: 'tokens',
    SubAccountId: 'proj_a',
    SubAccountName: 'Search',
    RegionId: 'EU',
    RegionName: 'EU',
    ResourceId: 'key_a',
    ResourceName: 'billing-prod',
    ResourceType: 'API key',
  });
  expect(rows[4]).toMatchObject({
    BillingPeriodEnd: '2027-01-01T00:00:00Z',
    SubAccountId: '',
    SubAccountType: '',
    RegionId: '',
    RegionName: '',
    ResourceId: '',
    ResourceType: '',
    PricingQuantity: '',
    PricingUnit: '',
  });
});

test('what the other books have stands once per day, key and model, searches aside, and unpriced is empty', async () => {
  const rows = await focus();
  expect(
    rows.map((row) => [row['x_Model'], row['x_ReportedCost'], row['x_MeasuredCost'], row['x_IsProvisional']]),
  ).toEqual([
    ['', '', '', 'false'],
    ['gpt-4o-mini-2024-07-18', '4.75', '1.5', 'false'],
    ['gpt-4o-mini-2024-07-18', '', '', 'false'],
    ['gpt-4o-mini-2024-07-18', '', '', 'true'],
    ['', '', '', 'false'],
  ]);
});

test('columns that FOCUS 1.2 calls mandatory are all there, and never null where it forbids that', async () => {
  const mandatory = [
    ['BilledCost', 'BillingAccountId', 'BillingCurrency', 'BillingPeriodEnd', 'BillingPeriodStart', 'ChargeCategory'],
    ['ChargePeriodEnd', 'ChargePeriodStart', 'ContractedCost', 'EffectiveCost', 'InvoiceIssuerName', 'ListCost'],
    ['ProviderName', 'PublisherName', 'ServiceCategory', 'ServiceName'],
  ].flat();
  const nullable = ['BillingAccountName', 'ChargeClass', 'ChargeDescription', 'PricingQuantity', 'PricingUnit'];
  expect(Object.keys(focusColumns)).toEqual(expect.arrayContaining([...mandatory, ...nullable]));
  for (const row of await focus()) expect(mandatory.filter((column) => row[column] === '')).toEqual([]);
});

test('pieces hold every line once, however many there are', async () => {
  const many = await home.addTenant('many');
  const organizationId = await addTestOrganization(home.db, many.id, {
    providerKeyId: await manyKey(many),
  });
  await withTenant(
    home.db,
    many.id,
    (tx) => tx.$executeRaw`
      INSERT INTO cost_line SELECT current_tenant_id(), ${organizationId}::uuid, '2026-11-01'::date + n % 3, 'proj_' || n % 7,
        'key_' || n % 11, 'line ' || n, '', '', 0.5, NULL FROM generate_series(1, 2345) n`,
  );
  const pieces: string[] = [];
  for await (const piece of streamFocusCsv(home, many.id, whole)) pieces.push(piece);
  const rows: Row[] = parse(pieces.join(''));
  expect(pieces.length).toBe(4);
  expect(new Set(rows.map((row) => row['SkuId'])).size).toBe(2345);
  expect(await focus()).toHaveLength(5);
});

async function manyKey(many: Tenant): Promise<string> {
  const secret = simulatedSecret({ behaviour: 'healthy', kind: 'admin', label: 'many' });
  const defaults = { model: 'gpt-4o-mini', dailyCapUsd: '0.05' };
  return (await storeProviderKey({ ...home, defaults }, many.id, { label: 'many', secret })).id;
}

test('the reconciliation as a table has a column for each reason, which sum to the difference', async () => {
  const query = { ...whole, toDay: '2026-11-10', by: 'model', limit: 100 } as const;
  const rows: Row[] = parse(await textOf(streamReconciliationCsv(home, tenant.id, query)));
  expect(rows.map((row) => [row['model'], row['billed_usd'], row['reported_usd'], row['measured_usd']])).toEqual([
    ['', '-0.000000000001', '9', ''],
    ['gpt-4o-mini-2024-07-18', '6.75', '4.75', '1.5'],
  ]);
  for (const row of rows) {
    const parts = Object.keys(row).filter((column) => /^billed_less_reported_(?!usd|percent).*_usd$/.test(column));
    const sum = parts.reduce((total, column) => total + Number(row[column]), 0);
    expect(sum).toBeCloseTo(Number(row['billed_less_reported_usd']), 9);
  }
});

test('docs/reconciliation.md describes every column of the file', async () => {
  const written = await readFile(new URL('../../../../docs/reconciliation.md', import.meta.url), 'utf8');
  const described = [...written.matchAll(/^\| `([A-Z]\w+|x_\w+)` \|/gm)].map(([, column]) => column);
  expect(described).toEqual(Object.keys(focusColumns));
});
