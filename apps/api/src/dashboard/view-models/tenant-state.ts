import type { TenantView } from '#domain/tenants/tenant-view.js';
import type { TimeFormat } from '../format/format-time.js';
import type { StateView } from './token-row.js';

/** A tenant's state as icon, word and age. */
export function tenantState(
  { status, suspendedAt, suspendedReason, deletedAt, purgeAt }: TenantView,
  time: TimeFormat,
  now: Date,
): StateView {
  if (status === 'deleted') {
    const title = purgeAt ? `Can be restored until ${time.exact(purgeAt)}` : '';
    return { tone: 'bad', icon: 'dead', word: 'Deleted', title, age: deletedAt && time.ago(deletedAt, now) };
  }
  if (status === 'suspended') {
    const title = suspendedReason ?? 'No reason was given';
    return { tone: 'warn', icon: 'inactive', word: 'Suspended', title, age: suspendedAt && time.ago(suspendedAt, now) };
  }
  return { tone: 'ok', icon: 'healthy', word: 'Active', title: 'Its keys are tested, its tokens are good', age: null };
}
