import type { AuditDetails, AuditSubject } from '../audit/audit-event.js';
import type { ProviderKeyView } from './provider-key.js';

/** A key as what an audit event is about. */
export function keySubject({ id, label }: Pick<ProviderKeyView, 'id' | 'label'>): AuditSubject {
  return { kind: 'provider-key', id, name: label };
}

/** What the audit keeps of a key: all that people choose, and of its secret the mask. */
export function keyDetails(key: ProviderKeyView): AuditDetails {
  return {
    label: key.label,
    mask: key.mask,
    model: key.model,
    probeMode: key.probeMode,
    intervalSecs: key.probeIntervalSecs,
    dailyCapUsd: key.probeDailyCapUsd,
    active: key.isActive,
  };
}
