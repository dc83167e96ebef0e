import type { AccessRole } from './access-role.js';

/**
 * Who may do what: for each thing and what is done with it, the least role. The one place where that is decided: routes
 * and pages take their `access` from here, and docs/access.md prints it. No role ever reads a secret back, so there
 * is no such line.
 */
export const accessTo = {
  keys: {
    read: 'viewer',
    add: 'operator',
    test: 'operator',
    change: 'operator',
    replaceSecret: 'admin',
    delete: 'admin',
  },
  usage: { read: 'viewer', record: 'operator', reset: 'admin' },
  spendLimits: { set: 'admin' },
  balance: { read: 'viewer', record: 'admin' },
  prices: { read: 'viewer', change: 'admin', rateAgain: 'admin' },
  organizations: { read: 'viewer', import: 'operator', rename: 'admin' },
  projects: { read: 'viewer' },
  reconciliation: { read: 'viewer' },
  accessTokens: { read: 'admin', issue: 'admin', rotate: 'admin', revoke: 'admin' },
  ownSessions: { read: 'viewer', end: 'viewer' },
  sessions: { read: 'admin', revoke: 'admin' },
  audit: { read: 'admin', verify: 'admin' },
  ownTenant: { read: 'viewer', change: 'admin', setRetention: 'admin' },
  tenants: {
    read: 'platform-admin',
    create: 'platform-admin',
    change: 'platform-admin',
    suspend: 'platform-admin',
    export: 'platform-admin',
    delete: 'platform-admin',
    lookInto: 'platform-admin',
  },
  installation: { readMetrics: 'platform-admin' },
} as const satisfies Readonly<Record<string, Readonly<Record<string, AccessRole>>>>;
