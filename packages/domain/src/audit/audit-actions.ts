/** All that is audited, and what it means; the documentation prints this table. */
export const auditActions = {
  'provider-key.store': 'a key was stored',
  'provider-key.update': 'a key got another label, model, interval, cap or mode, or was switched on or off',
  'provider-key.replace-secret': 'a key got another secret',
  'provider-key.delete': 'a key was deleted, and its secret with it',
  'provider-key.probe': 'somebody had a key tested at once',
  'ledger.deposit': 'credit that was bought was entered',
  'ledger.sync': 'the balance that OpenAI shows was entered',
  'ledger.correct': 'a ledger was corrected by an amount, or an entry taken back',
  'prices.change': 'prices of one’s own were added, removed or put back',
  'prices.re-rate': 'somebody had past usage rated anew',
  'organization.rename': 'an organization got another name',
  'organization.import': 'somebody had an organization imported at once',
  'usage.reset': 'usage and probe history were deleted',
  'spend-limits.set': 'what a tenant means to spend at most was changed',
} as const;

export type AuditAction = keyof typeof auditActions;
