import { createTenantPriceBooks } from '#domain/prices/tenant-price-books.js';
import { createProbeRecorder } from '#domain/probes/create-probe-recorder.js';
import type { ProbeNowDeps } from '#domain/probes/probe-now.js';
import type { ProviderKeyView } from '#domain/provider-keys/provider-key.js';
import {
  type NewProviderKey,
  type ProviderKeyDefaults,
  storeProviderKey,
} from '#domain/provider-keys/store-provider-key.js';
import type { Tenant } from '#domain/tenants/tenant.js';
import { buildPriceBook } from '#pricing/build-price-book.js';
import { openAiPriceSheet } from '#pricing/openai-prices.js';
import { createSimulator, type SimulatorControls, type SimulatorOptions } from '#simulator/create-simulator.js';
import { type Behaviour, simulatedSecret } from '#simulator/simulated-key.js';
import { createTestInstallation, type TestInstallation } from './test-installation.js';

export interface StoredTestKey {
  id: string;
  secret: string;
  view: ProviderKeyView;
}

/** An installation that can probe: it is its own `deps`. The clock begins at half past noon of the present UTC day. */
export interface ProbingInstallation extends TestInstallation, ProbeNowDeps {
  clock: TestInstallation['clock'];
  tenant: Tenant;
  defaults: ProviderKeyDefaults;
  controls: SimulatorControls;
  /** Stores a key of the given behaviour for `tenant`, or for another one. */
  addKey(
    behaviour: Behaviour,
    input?: Partial<NewProviderKey> & { tenantId?: string; secretKind?: 'admin' },
  ): Promise<StoredTestKey>;
  /** Requests that the simulator got with this secret: those that cost money, and those that do not. */
  requestsWith(secret: string): { paid: number; free: number };
}

export async function createProbingInstallation(options: SimulatorOptions = {}): Promise<ProbingInstallation> {
  const home = await createTestInstallation(`${new Date().toISOString().slice(0, 10)}T12:30:00.123Z`);
  const tenant = await home.addTenant('acme');
  const simulator = createSimulator(options);
  const { baseUrl } = await simulator.listen();
  const policy = { failuresBeforeChange: 3, defaultIntervalSecs: 300 };
  const defaults = { model: 'gpt-4o-mini', dailyCapUsd: '0.05' };
  let stored = 0;
  return {
    ...home,
    tenant,
    defaults,
    controls: simulator.controls,
    priceBooks: createTenantPriceBooks({ db: home.db, clock: home.clock, base: buildPriceBook(openAiPriceSheet) }),
    settings: { baseUrl, deadlineMs: 5_000, policy },
    recorder: createProbeRecorder({ db: home.db, policy }),
    async addKey(behaviour, { tenantId = tenant.id, secretKind, ...input } = {}) {
      stored += 1;
      const secret = simulatedSecret({ behaviour, label: `no${stored}`, ...(secretKind && { kind: secretKind }) });
      const view = await storeProviderKey({ ...home, defaults }, tenantId, {
        label: `key ${stored}`,
        secret,
        ...input,
      });
      return { id: view.id, secret: input.secret ?? secret, view };
    },
    requestsWith(secret) {
      const made = simulator.controls.requests.filter((request) => request.secret === secret);
      const paid = made.filter(({ path }) => path === '/chat/completions').length;
      return { paid, free: made.length - paid };
    },
    async close() {
      await simulator.close();
      await home.close();
    },
  };
}
