import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { findQuietPort } from './find-quiet-port.js';

export interface SeverableServer {
  /** The URL given, with our address in the place of the server's. */
  url: string;
  /** The server goes away: every connection is cut, and none is accepted. */
  sever(): Promise<void>;
  /** It is back, at the same address. */
  restore(): Promise<void>;
}

/** Stands before a real server and passes everything on, so that one client can lose it while others keep it. */
export async function severable(serverUrl: string): Promise<SeverableServer> {
  const { hostname, port } = new URL(serverUrl);
  const sockets = new Set<Socket>();
  let isAway = false;
  let server = await listen(await findQuietPort());
  const url = new URL(serverUrl);
  url.port = String((server.address() as AddressInfo).port);

  async function listen(at: number): Promise<Server> {
    const listening = createServer((client) => {
      // Accepted in the moment of going away.
      if (isAway) return client.destroy();
      const upstream = connect(Number(port), hostname);
      for (const socket of [client, upstream]) {
        sockets.add(socket);
        socket.on('error', () => undefined);
        socket.on('close', () => {
          sockets.delete(socket);
          client.destroy();
          upstream.destroy();
        });
      }
      return client.pipe(upstream).pipe(client);
    }).listen(at, '127.0.0.1');
    await once(listening, 'listening');
    return listening;
  }

  return {
    url: url.href,
    async sever() {
      isAway = true;
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
    async restore() {
      isAway = false;
      server = await listen(Number(url.port));
    },
  };
}
