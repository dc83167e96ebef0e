import { Redis } from 'ioredis';

/** Removes everything, as a restart without persistence does. */
export async function emptyRedis(url: string): Promise<void> {
  const client = new Redis(url);
  await client.flushall();
  await client.quit();
}

/** Every key with its value as text, for the search for what must be in none. */
export async function dumpRedis(url: string): Promise<string> {
  const client = new Redis(url);
  const keys = await client.keys('*');
  const values = await Promise.all(keys.map((key) => client.dumpBuffer(key)));
  await client.quit();
  return [...keys, ...values.map((value) => value?.toString('latin1') ?? '')].join('\n');
}
