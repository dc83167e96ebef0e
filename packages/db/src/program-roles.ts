/** The roles that the migrations make: every connection of the program acts as one of them. */
export const programRoles = ['keyledger_app', 'keyledger_unscoped', 'keyledger_queue', 'keyledger_purger'] as const;
