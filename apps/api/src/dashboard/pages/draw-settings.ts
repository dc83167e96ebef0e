import { getRecordRetention } from '#domain/retention/get-record-retention.js';
import type { DashboardDeps } from '../dashboard-deps.js';
import { settingsPage, type TenantValues } from '../view-models/settings-page.js';
import { loadFrame } from './load-frame.js';
import type { Visit } from './page-route.js';

/**
 * The page with both of its forms.
 * @param form what was typed into one of them, and what is wrong with it, by field
 */
export async function drawSettings(
  deps: DashboardDeps,
  visit: Visit,
  form: { values?: TenantValues; recordDays?: string; errors?: Record<string, string> } = {},
): Promise<string> {
  const [frame, keptDays] = await Promise.all([loadFrame(deps, visit), getRecordRetention(deps, visit.tenant.id)]);
  const { usageRetentionDays } = deps.settings;
  const retention = { keptDays, installationDays: usageRetentionDays, typed: form.recordDays };
  const { values = visit.tenant, errors = {} } = form;
  return deps.renderer.render('settings', settingsPage({ frame, tenant: visit.tenant, values, retention, errors }));
}
