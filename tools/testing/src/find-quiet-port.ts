import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * A port at 127.0.0.1 that is free, and is none of those that systems give out by themselves: for a server that listens
 * later, or again, or never, where another test could have an ordinary free one by then.
 */
export async function findQuietPort(): Promise<number> {
  for (;;) {
    const port = 11_000 + Math.floor(Math.random() * 9_000);
    if (await isFree(port)) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}
