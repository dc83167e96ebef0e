/** The migrated database that every test database is a copy of. Nothing may stay connected to it. */
export const templateDatabase = 'keyledger_template';
