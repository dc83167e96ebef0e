import { newTenantBody } from '../../routes/tenant-schemas.js';

/** What a form changes of a tenant, one's own or any. */
export const tenantForm = newTenantBody.pick({ name: true, reportingTimeZone: true }).required();

/** The fields of such forms, for people. */
export const tenantFieldNames = { name: 'The name', reportingTimeZone: 'The time zone' };

export function savedWords({ name, reportingTimeZone }: { name: string; reportingTimeZone: string }): string {
  return `Saved: “${name}”, with days of ${reportingTimeZone}.`;
}
