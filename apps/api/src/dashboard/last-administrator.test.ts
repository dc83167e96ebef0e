import { afterAll, beforeAll, expect, test } from 'vitest';
import { findAdministrators } from '#domain/access-tokens/find-administrators.js';
import { issueAccessToken } from '#domain/access-tokens/issue-access-token.js';
import { ensureFirstAccess } from '#domain/tenants/ensure-first-access.js';
import { platformSlug } from '#domain/tenants/tenant.js';
import { unscopedFindTenantBySlug } from '#domain/tenants/unscoped-find-tenant-by-slug.js';
import { withTenant } from '#db/with-tenant.js';
import { readPage } from '#testing/read-page.js';
import { signedInVisitor } from '#testing/signed-in-visitor.js';
import { startTestApi, type TestApi } from '#testing/start-test-api.js';
import { createDashboard } from './create-dashboard.js';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi({ createDashboard });
});
afterAll(() => api.close());

test('who is about to revoke the last token of a platform administrator is told what that means, and how to get back in', async () => {
  const token = 'the-only-platform-administrator-0123456789';
  await ensureFirstAccess(api, { token });
  const platform = await unscopedFindTenantBySlug(api, platformSlug);
  const tenantId = platform?.id ?? '';
  const administrators = () => withTenant(api.db, tenantId, (tx) => findAdministrators(tx, tenantId, api.clock.now()));
  const [only = ''] = await administrators();
  const visitor = await signedInVisitor(api.origin, token);
  const ask = async () => readPage((await visitor.get(`/dashboard/settings/tokens/${only}/revoke`)).html);
  expect(await ask()).toContain('no token of a platform administrator is left');
  await issueAccessToken(api, tenantId, { name: 'viewer', role: 'viewer' });
  expect(await ask()).toContain('no token of a platform administrator is left');
  await issueAccessToken(api, tenantId, { name: 'second', role: 'platform-admin' });
  expect(await ask()).not.toContain('no token of a platform administrator is left');
});
