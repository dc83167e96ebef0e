import { systemClock, type Clock } from '#core/clock.js';
import type { MasterKeyRing } from '#crypto/key-ring.js';
import type { Database, Tx } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';
import { systemActor } from '#domain/audit/actor.js';
import { forgetDaySums } from '#domain/books/forget-day-sums.js';
import { ensureMonths } from '#domain/operations/ensure-months.js';
import { writeProbeRuns } from '#domain/probes/write-probe-runs.js';
import { storeProviderKey } from '#domain/provider-keys/store-provider-key.js';
import { createTenant } from '#domain/tenants/create-tenant.js';
import { unscopedFindTenantBySlug } from '#domain/tenants/unscoped-find-tenant-by-slug.js';
import { buildPriceBook } from '#pricing/build-price-book.js';
import { openAiPriceSheet } from '#pricing/openai-prices.js';
import type { PriceBook } from '#pricing/price-book.js';
import { createOrganizationBook } from '#simulator/organization/organization-book.js';
import { simulatedSecret } from '#simulator/simulated-key.js';
import { demoTenants, type DemoKey, type DemoTenant } from './demo-tenants.js';
import { probeHistory } from './probe-history.js';
import { usageHistory, type UsageHistory } from './usage-history.js';

/** What the simulator draws its organizations from, unless told otherwise. */
const simulatorSeed = 1;

interface Deps {
  db: Database;
  ring: MasterKeyRing;
  clock: Clock;
  book: PriceBook;
}

/** Puts tenants, keys and 60 days of history into a demo database. A tenant that has a key already is left as it is. */
export async function furnishDemo(given: { db: Database; ring: MasterKeyRing }): Promise<void> {
  const deps = { ...given, clock: systemClock, book: buildPriceBook(openAiPriceSheet) };
  for (const tenant of demoTenants) await furnishTenant(deps, tenant);
}

async function furnishTenant(deps: Deps, demo: DemoTenant): Promise<void> {
  const { id } =
    (await unscopedFindTenantBySlug(deps, demo.slug)) ?? (await createTenant({ ...deps, actor: systemActor }, demo));
  const hasKeys = await withTenant(deps.db, id, async (tx) => {
    const now = deps.clock.now();
    const monthAgo = (months: number) => new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - months));
    await ensureMonths(tx, [0, 1, 2].map(monthAgo));
    return (await tx.providerKey.count()) > 0;
  });
  if (hasKeys) return;
  for (const key of demo.keys) await furnishKey(deps, id, key);
}

async function furnishKey(deps: Deps, tenantId: string, key: DemoKey): Promise<void> {
  const defaults = { model: key.model, dailyCapUsd: '0.05' };
  const { behaviour, label, kind } = key;
  const secret = secretAtOpenAi(key) ?? simulatedSecret({ behaviour, label, ...(kind && { kind }) });
  const stored = await storeProviderKey({ ...deps, actor: systemActor, defaults }, tenantId, {
    label: key.label,
    secret,
    probeMode: key.probeMode,
  });
  const context = { now: deps.clock.now(), book: deps.book };
  const createdAt = new Date(context.now.getTime() - 61 * 24 * 60 * 60_000);
  const probes = probeHistory(key, { id: stored.id, createdAt }, context);
  const usage = usageHistory(key, { tenantId, providerKeyId: stored.id }, context);
  await withTenant(deps.db, tenantId, async (tx) => {
    await forgetDaySums(tx, { book: 'measured', from: createdAt, to: context.now });
    await tx.providerKey.updateMany({ where: { id: stored.id }, data: { createdAt, healthSince: createdAt } });
    if (key.probeMode !== 'off') {
      for (const part of [probes.whileFine, probes.since]) if (part.length > 0) await writeProbeRuns(tx, part);
    }
    await writeUsage(tx, usage);
    if (key.isActive === false)
      await tx.providerKey.updateMany({ where: { id: stored.id }, data: { isActive: false } });
    if (key.isDamaged) await damageSecret(tx, stored.id);
  });
}

function secretAtOpenAi({ nameAtOpenAi }: DemoKey): string | undefined {
  if (nameAtOpenAi === undefined) return undefined;
  const { organization } = createOrganizationBook({ seed: simulatorSeed }).get(1);
  return organization.keys.find(({ name }) => name === nameAtOpenAi)?.secret;
}

/** As two JSON values: by Prisma's own means, thousands of rows take ten times as long. */
async function writeUsage(tx: Tx, { records, hours }: UsageHistory): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO usage_record SELECT * FROM jsonb_populate_recordset(NULL::usage_record, ${JSON.stringify(records)}::jsonb)`;
  await tx.$executeRaw`
    INSERT INTO usage_hourly SELECT * FROM jsonb_populate_recordset(NULL::usage_hourly, ${JSON.stringify(hours)}::jsonb)`;
}

async function damageSecret(tx: Tx, id: string): Promise<void> {
  await tx.$executeRaw`
    UPDATE provider_key SET sealed_secret = set_byte(sealed_secret, length(sealed_secret) - 1,
                                                     get_byte(sealed_secret, length(sealed_secret) - 1) # 1)
    WHERE tenant_id = current_tenant_id() AND id = ${id}::uuid`;
}
