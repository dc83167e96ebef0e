import { Client, type DatabaseError } from 'pg';

/** SQLSTATE: database does not exist; another session made it meanwhile. */
const unknownDatabase = '3D000';
const duplicateDatabase = '42P04';

/**
 * Connects once to `url` and disconnects; makes the database first when it is missing. Idempotent.
 * Rejects with the driver's error while the server does not accept connections.
 */
export async function ensureDatabase(url: string): Promise<void> {
  try {
    await withClient(url, async () => undefined);
  } catch (error) {
    if ((error as DatabaseError).code !== unknownDatabase) throw error;
    const maintenance = new URL(url);
    const name = maintenance.pathname.slice(1);
    maintenance.pathname = '/postgres';
    await withClient(maintenance.href, async (client) => {
      await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`).catch((problem: DatabaseError) => {
        if (problem.code !== duplicateDatabase) throw problem;
      });
    });
  }
}

async function withClient(url: string, work: (client: Client) => Promise<void>): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  // A server that dies under us fails the query as well; unheard, this event would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}
