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
  'secret.use':
    'stored secrets were opened within one hour, to probe, to import and to ask OpenAI for costs or projects: how many times',
  'job.refuse': 'jobs in the queue named a probe or an organization that the tenant does not have; nothing was done',
  'session.begin': 'somebody signed in to the dashboard, with a token or as a person',
  'session.end': 'somebody signed out',
  'session.revoke': 'a session was ended from elsewhere',
  'session.end-all': 'a token or a person was signed out everywhere',
  'person.admit': 'a person signed in for the first time, or got another role',
  'person.refuse': 'a person was sent by the identity provider and not let in',
  'access-token.issue': 'an access token was issued',
  'access-token.rotate': 'an access token was replaced by a new one, and is good for some more hours or none',
  'access-token.revoke': 'an access token was revoked',
  'tenant.create': 'a tenant was made',
  'tenant.update': 'a tenant got another name or time zone',
  'tenant.set-retention': 'for how many days a tenant keeps its single records was changed',
  'tenant.suspend': 'a tenant was suspended, or the reason for it changed',
  'tenant.resume': 'a suspended tenant was let in again',
  'tenant.export': 'somebody began to export all of a tenant',
  'tenant.delete': 'a tenant was deleted, to be restored or purged',
  'tenant.restore': 'a deleted tenant was restored',
  'tenant.purge': 'the end of all that a deleted tenant had began',
  'master-key.split': 'shares of the master key were made, so that several people together have it',
  'data-key.rewrap': 'a data key was wrapped under another master key',
  'data-key.rotate': 'new secrets are sealed with a new data key; the old one is retired',
  'data-key.remove': 'a retired data key was removed, as nothing is sealed with it any more',
  'installation.backup': 'somebody began to write a backup of everything',
  'installation.restore': 'everything was restored from a backup; what is before it happened before that backup',
} as const;

export type AuditAction = keyof typeof auditActions;

/** What actions are done to: the first half of their names. */
export const auditActionKinds = [...new Set(Object.keys(auditActions).map(kindOf))];

/** All actions of one kind. */
export function auditActionsOf(kind: string): string[] {
  return Object.keys(auditActions).filter((action) => kindOf(action) === kind);
}

function kindOf(action: string): string {
  return action.split('.')[0] ?? '';
}
