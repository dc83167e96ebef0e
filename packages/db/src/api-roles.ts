/**
 * The roles of the program that the api's own login is a member of. Not `keyledger_purger`, which may delete what is append-only
 * of a deleted tenant: who can say that a tenant is deleted, as the api can, could delete its audit with it. The worker purges.
 */
export const apiRoles = ['keyledger_app', 'keyledger_unscoped', 'keyledger_queue'] as const;
