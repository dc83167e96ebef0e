import { newId } from '#core/ids.js';
import type { Tenant } from '#domain/tenants/tenant.js';
import { simulatedSecret } from '#simulator/simulated-key.js';
import { addTestOrganization } from './add-test-bill.js';
import type { TestApi } from './start-test-api.js';

/** An organization that counts as connected, as a stored key reads it. @returns its id */
export async function addReadOrganization(api: TestApi, tenant: Tenant, name?: string): Promise<string> {
  const key = simulatedSecret({ behaviour: 'healthy', label: newId() });
  const { json } = await api.call('POST', '/keys', {
    token: await api.tokenOf('admin', tenant),
    body: { label: `reader ${newId()}`, key, probeMode: 'off' },
  });
  return addTestOrganization(api.db, tenant.id, { providerKeyId: json.id, ...(name !== undefined && { name }) });
}
