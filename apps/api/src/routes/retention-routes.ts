import { z } from 'zod';
import { Problem } from '#core/problem.js';
import { utcDay } from '#core/utc-day.js';
import { accessTo } from '#domain/access-tokens/access-table.js';
import { countExpiredRecords } from '#domain/retention/count-expired-records.js';
import { getRecordRetention } from '#domain/retention/get-record-retention.js';
import { assertMayKeep, setRecordRetention } from '#domain/retention/set-record-retention.js';
import type { AppDeps } from '../app-deps.js';
import { defineRoute, type Route } from '../http/define-route.js';
import { expiredWords } from './expired-words.js';
import { anyBody, nothing } from './schemas.js';
import { retentionBody, retentionJson } from './tenant-schemas.js';

const confirmation = 'delete';
const own = { tag: 'Tenants', path: '/tenant/retention', params: nothing, response: retentionJson } as const;

export function retentionRoutes(deps: AppDeps): Route[] {
  const present = (recordDays: number | null) => ({
    recordDays,
    installationDays: deps.settings.usageRetentionDays || null,
  });
  return [
    defineRoute({
      ...own,
      method: 'get',
      access: accessTo.ownTenant.read,
      summary: 'Show how long single records are kept',
      query: nothing,
      body: anyBody,
      handle: async ({ caller }) => present(await getRecordRetention(deps, caller.tenant.id)),
    }),
    defineRoute({
      ...own,
      method: 'put',
      access: accessTo.ownTenant.setRetention,
      summary: 'Set how long single records are kept',
      description:
        'Usage records, rows of reported usage, results of an unknown kind and probe runs that are older are deleted for ' +
        'good within some hours, by the UTC day; sums stay. At least 35 days, at most as many as the installation keeps. Where records go, it needs `?confirm=delete`.',
      query: z.strictObject({ confirm: z.string().max(100).optional().describe('`delete`') }),
      body: retentionBody,
      async handle({ body: { recordDays }, query, caller, actor }) {
        const tenantId = caller.tenant.id;
        const installationDays = deps.settings.usageRetentionDays;
        assertMayKeep({ recordDays, installationDays });
        if (query.confirm !== confirmation) await assertNothingGoes(deps, tenantId, recordDays);
        await setRecordRetention({ ...deps, actor }, tenantId, { recordDays, installationDays });
        return present(recordDays);
      },
    }),
  ];
}

/** @throws Problem `confirmation-required` */
async function assertNothingGoes(deps: AppDeps, tenantId: string, recordDays: number | null): Promise<void> {
  if (recordDays === null) return;
  const { since, ...counts } = await countExpiredRecords(deps, tenantId, { recordDays });
  const going = expiredWords(counts);
  if (going.length === 0) return;
  const before = utcDay(since);
  const detail = `This deletes for good what is older than ${before}: ${going.join(', ')}. Sums stay. Add ?confirm=${confirmation} to do it.`;
  throw new Problem('confirmation-required', { detail, fields: { confirm: `must be “${confirmation}”` } });
}
