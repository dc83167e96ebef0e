/** All that is audited, and what it means; the documentation prints this table. */
export const auditActions = {
  'provider-key.store': 'a key was stored',
  'provider-key.update': 'a key got another label, model, interval, cap or mode, or was switched on or off',
  'provider-key.replace-secret': 'a key got another secret',
  'provider-key.delete': 'a key was deleted, and its secret with it',
} as const;

export type AuditAction = keyof typeof auditActions;
