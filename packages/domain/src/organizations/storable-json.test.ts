import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withTenant } from '#db/with-tenant.js';
import { createImportingInstallation, type ImportingInstallation } from '#testing/importing-installation.js';
import { storableJson } from './storable-json.js';
import { writeInventory } from './write-inventory.js';
import { writeUnknownResults } from './write-unknown-results.js';

let home: ImportingInstallation;
beforeAll(async () => {
  home = await createImportingInstallation();
});
afterAll(() => home.close());

const stored = async (value: unknown) => {
  const [row] = await home.db.app.$queryRaw<{ value: unknown }[]>`SELECT ${storableJson(value)}::jsonb AS value`;
  return row?.value;
};

test.each<[unknown, unknown]>([
  ['a\0b', 'ab'],
  ['half \ud83d of it, \udc00', 'half \ufffd of it, \ufffd'],
  [String.raw`typed: \u0000 and \ud83d`, String.raw`typed: \u0000 and \ud83d`],
  ['\\\0', '\\'],
  [String.raw`\\u0000`, String.raw`\\u0000`],
  ['whole 👍', 'whole 👍'],
  [{ 'na\0me': ['\u0001"\n'] }, { name: ['\u0001"\n'] }],
])('of %j Postgres holds %j', async (value, kept) => {
  expect(await stored(value)).toEqual(kept);
});

test('whatever a text has in it, all of it is held that can be', async () => {
  const unit = fc.constantFrom('\0', '\\', 'u0000', 'ud800', '\ud83d', '\udc4d', '"', '\n', '\u0001', 'a');
  await fc.assert(
    fc.asyncProperty(fc.array(fc.string({ unit, maxLength: 12 })), async (texts) => {
      const kept = texts.map((text) => Buffer.from(text).toString().replaceAll('\0', ''));
      expect(await stored(texts)).toEqual(kept);
    }),
    { numRuns: 200 },
  );
});

test('projects, keys and unknown results are imported whatever somebody calls them', async () => {
  const { id: organizationId } = await home.connect('Main');
  const name = String.raw`\u0000 half ` + '\ud83d\0';
  const now = home.clock.now();
  const none = { spendLimit: null, spendAlerts: [] };
  const project = { id: 'proj_1', name, isArchived: false, createdAt: now, archivedAt: null, residency: null };
  const used = { createdAt: now, lastUsedAt: null, expiresAt: null, hasOwnerAccess: true, owner: null };
  const keys = [{ id: 'key_1', name, redactedValue: 'sk-…1', ...used }];
  const inventory = { ...none, projects: [{ ...none, project, keys, rateLimits: [] }] };
  const bucket = { startAt: now, endAt: now, unknownResults: [{ object: name, raw: { [name]: name } }] };
  const to = new Date(now.getTime() + 1);
  const window = { organizationId, feed: 'completions', from: now, to, setAside: [], now, buckets: [bucket] };
  await withTenant(home.db, home.tenant.id, async (tx) => {
    await writeInventory(tx, { tenantId: home.tenant.id, organizationId, openaiId: null, inventory, at: now });
    await writeUnknownResults(tx, window);
    const names = await tx.$queryRaw<object[]>`
      SELECT p.name AS project, k.name AS key, u.object, u.result FROM openai_project p, openai_api_key k, reported_unknown u`;
    const kept = String.raw`\u0000 half ` + '\ufffd';
    expect(names).toEqual([{ project: kept, key: kept, object: kept, result: { [kept]: kept } }]);
  });
});
