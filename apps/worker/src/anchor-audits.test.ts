import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLogger } from '#core/logger.js';
import { withTenant } from '#db/with-tenant.js';
import { readAnchors } from '#domain/audit/audit-anchor.js';
import { recordAudit } from '#domain/audit/record-audit.js';
import { verifyAudit } from '#domain/audit/verify-audit.js';
import type { Tenant } from '#domain/tenants/tenant.js';
import { createTestInstallation, type TestInstallation } from '#testing/test-installation.js';
import { anchorAudits } from './anchor-audits.js';

let home: TestInstallation;
let folder: string;
let tenants: Tenant[];
beforeAll(async () => {
  home = await createTestInstallation();
  folder = await mkdtemp(join(tmpdir(), 'keyledger-anchors-'));
  tenants = [await home.addTenant('one'), await home.addTenant('two')];
  for (const tenant of tenants) await record(tenant);
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await home.close();
});

const record = ({ id }: Tenant) =>
  withTenant(home.db, id, (tx) =>
    recordAudit(tx, home, id, { action: 'usage.reset', subject: { kind: 'tenant', id } }),
  );

test('where each chain ends is logged and appended to the file, and each line fits the chain', async () => {
  const file = join(folder, 'anchors.jsonl');
  const lines: string[] = [];
  const logger = createLogger({ name: 'test', level: 'info', destination: { write: (line) => void lines.push(line) } });
  await anchorAudits({ ...home, logger }, { file });
  for (const tenant of tenants) await record(tenant);
  await anchorAudits({ ...home, logger }, { file });
  const kept = await readFile(file, 'utf8');
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(readAnchors(kept)).toHaveLength(4);
  expect(readAnchors(lines.join(''))).toEqual(readAnchors(kept));
  expect(lines[0]).toContain('audit anchor');
  for (const { id } of tenants) {
    const anchors = readAnchors(kept).filter(({ tenantId }) => tenantId === id);
    expect(anchors).toHaveLength(2);
    expect(await verifyAudit(home, id, { anchors })).toMatchObject({ fault: null, head: { seq: anchors[1]?.seq } });
  }
});

test('lines that are no anchors are passed over', () => {
  const mac = 'a'.repeat(64);
  const tenantId = '01936b1e-7c2f-7d7a-9a55-0d2c1c9b7f10';
  const anchor = JSON.stringify({ tenantId, seq: 3, mac });
  expect(readAnchors(`${anchor}\nno JSON\n{"seq":1}\n[1]\nnull\n\n{"tenantId":"x","seq":1,"mac":"${mac}"}`)).toEqual([
    { tenantId, seq: 3n, mac },
  ]);
});
