import type { ImportDeps } from '#domain/organizations/import-settings.js';
import { claimImport } from '#domain/organizations/claim-import.js';
import { type EndedImport, importOrganization } from '#domain/organizations/import-organization.js';
import { listOrganizations } from '#domain/organizations/list-organizations.js';
import { createTenantPriceBooks } from '#domain/prices/tenant-price-books.js';
import { deleteProviderKey } from '#domain/provider-keys/delete-provider-key.js';
import { storeProviderKey } from '#domain/provider-keys/store-provider-key.js';
import type { Tenant } from '#domain/tenants/tenant.js';
import { buildPriceBook } from '#pricing/build-price-book.js';
import { openAiPriceSheet } from '#pricing/openai-prices.js';
import { createSimulator, type SimulatorControls } from '#simulator/create-simulator.js';
import { type Behaviour, simulatedSecret } from '#simulator/simulated-key.js';
import { createTestInstallation, type TestInstallation } from './test-installation.js';

interface Connected {
  id: string;
  keyId: string;
  secret: string;
}

/** An installation that can import from the simulator, with which it shares its clock. It is its own `deps`. */
export interface ImportingInstallation extends TestInstallation, ImportDeps {
  clock: TestInstallation['clock'];
  logger: TestInstallation['logger'];
  controls: SimulatorControls;
  tenant: Tenant;
  /** Lets time pass here and at OpenAI. */
  pass(durationMs: number): void;
  /** Stores an admin key. */
  connect(
    label: string,
    options?: { behaviour?: Behaviour; organization?: number; tenantId?: string },
  ): Promise<Connected>;
  /** Deletes the admin key. */
  disconnect(keyId: string, tenantId?: string): Promise<void>;
  /** One run, as a worker does it. */
  import(organizationId: string, options?: { part?: 'all' | 'past'; tenantId?: string }): Promise<EndedImport | null>;
  /** Until nothing of the past is left. */
  importAll(organizationId: string): Promise<void>;
}

/** @param historyDays short, so that tests are quick */
export async function createImportingInstallation({
  now = '2026-11-20T10:07:00.000Z',
  historyDays = 10,
  installationDays = 0,
} = {}): Promise<ImportingInstallation> {
  const installation = await createTestInstallation(now);
  const { clock } = installation;
  const tenant = await installation.addTenant('acme');
  const simulator = createSimulator({ clock });
  const { baseUrl } = await simulator.listen();
  const base = buildPriceBook(openAiPriceSheet);
  const home = {
    ...installation,
    priceBooks: createTenantPriceBooks({ base, db: installation.db, clock }),
    importing: { baseUrl, historyDays, installationDays },
    sleep: () => Promise.resolve(),
  };
  const run: ImportingInstallation['import'] = async (organizationId, { part = 'all', tenantId = tenant.id } = {}) => {
    const claim = await claimImport(home, tenantId, { organizationId, part });
    return claim && importOrganization(home, claim, new AbortController().signal);
  };
  return {
    ...home,
    tenant,
    controls: simulator.controls,
    import: run,
    pass: (durationMs) => clock.advance(durationMs),
    async connect(label, { behaviour = 'healthy', organization, tenantId = tenant.id } = {}) {
      const secret = simulatedSecret({ behaviour, kind: 'admin', label, ...(organization && { organization }) });
      const defaults = { model: 'gpt-4o-mini', dailyCapUsd: '0.05' };
      const key = await storeProviderKey({ ...home, defaults }, tenantId, { label, secret });
      const { items } = await listOrganizations(home, tenantId);
      return { id: items.find(({ providerKeyId }) => providerKeyId === key.id)?.id ?? '', keyId: key.id, secret };
    },
    disconnect: (keyId, tenantId = tenant.id) => deleteProviderKey(home, tenantId, keyId),
    async importAll(organizationId) {
      let ending = await run(organizationId);
      while (ending?.kind === 'done' && ending.hasMorePast) ending = await run(organizationId, { part: 'past' });
      if (ending?.kind !== 'done') throw new Error(`the import ended as ${JSON.stringify(ending)}`);
    },
    async close() {
      await simulator.close();
      await installation.close();
    },
  };
}
