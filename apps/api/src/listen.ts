import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Express } from 'express';
import type { Logger } from '#core/logger.js';
import { type CertificateFiles, followCertificate, loadCertificate } from './certificate.js';
import { messageClassesOf } from './message-classes.js';

/** The address cannot be listened on. The message is one sentence for whoever starts the program. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
}

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program listens there already; stop it, or set PORT to another one',
  EACCES: 'this user may not listen on that port; set PORT to one above 1023',
  EADDRNOTAVAIL: 'this machine has no such address; set HOST to one that it has',
};

/** How long a client may take before its connection is closed. */
interface Patience {
  /** To send the headers of a request. */
  headersMs: number;
  /** To send all of it. */
  requestMs: number;
  /** Without any byte either way, as when an answer is not read. Above the longest time that a probe can take. */
  silenceMs: number;
  /** How often the first two are looked at. */
  checkEveryMs: number;
}

const usualPatience: Patience = { headersMs: 15_000, requestMs: 60_000, silenceMs: 150_000, checkEveryMs: 1_000 };

/**
 * How long a connection is kept for the next request. Proxies commonly keep theirs for 60 s: the side that sends has to
 * give up first, or it sends into a connection that is being closed, and never knows whether the request was done.
 */
const idleMs = 65_000;

/** Of all headers of one request together; a larger one is answered 431. */
const mostHeaderBytes = 16 * 1024;
/** Each holds a descriptor and some memory: what is beyond is closed at once. */
const mostConnections = 10_000;

/** How often the files of the certificate are looked at. */
const followEveryMs = 60_000;

interface Place {
  host: string;
  port: number;
  /** Without: plain HTTP. */
  tls?: { files: CertificateFiles; logger: Logger } | null;
}

/**
 * Over TLS, where there is a certificate, and then over nothing else.
 * @throws ListenError
 */
export async function listen(
  app: Express,
  at: Place,
  patience = usualPatience,
): Promise<{ server: Server | TlsServer; port: number }> {
  const server = createServerFor(app, at, patience);
  server.maxConnections = mostConnections;
  server.setTimeout(patience.silenceMs);
  server.listen(at.port, at.host);
  try {
    await once(server, 'listening');
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    const reason = reasons[code] ?? 'listening failed';
    throw new ListenError(`Cannot listen on ${at.host}:${at.port}: ${reason}.`, { cause: error });
  }
  return { server, port: (server.address() as AddressInfo).port };
}

function createServerFor(app: Express, { tls }: Place, patience: Patience): Server | TlsServer {
  const options = {
    ...messageClassesOf(app),
    headersTimeout: patience.headersMs,
    requestTimeout: patience.requestMs,
    connectionsCheckingInterval: patience.checkEveryMs,
    keepAliveTimeout: idleMs,
    maxHeaderSize: mostHeaderBytes,
    requireHostHeader: true,
    insecureHTTPParser: false,
  };
  if (!tls) return createServer(options, app);
  const certificate = loadCertificate(tls.files);
  const server = createTlsServer({ ...options, ...certificate, handshakeTimeout: patience.headersMs }, app);
  setInterval(followCertificate(server, tls.files, tls), followEveryMs).unref();
  closeHandshakesToo(server);
  return server;
}

/** Node counts a connection among all of a server only once it has shaken hands, and waits for those that have not. */
function closeHandshakesToo(server: TlsServer): void {
  const open = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  const closeShaken = server.closeAllConnections.bind(server);
  server.closeAllConnections = () => {
    closeShaken();
    for (const socket of open) socket.destroy();
  };
}

const lookForIdleMs = 100;

/** Accepts nothing more, lets requests under way end for at most `withinMs`, then cuts what is left. */
export async function drain(server: Server | TlsServer, withinMs: number): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  // A connection whose request has just ended would be kept open for the next one, which is not to come.
  const idle = setInterval(() => server.closeIdleConnections(), lookForIdleMs);
  const cut = setTimeout(() => server.closeAllConnections(), withinMs);
  await closed;
  clearInterval(idle);
  clearTimeout(cut);
}
