import { once } from 'node:events';
import { type IncomingMessage, request, type Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import express from 'express';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readJsonBody } from './http/read-json-body.js';
import { drain, listen } from './listen.js';

let server: Server;
let port: number;
/** Of one with the patience of the product, whom nothing here is too slow for. */
let patient: Server;
let patientPort: number;
beforeAll(async () => {
  const app = express();
  app.post('/read', readJsonBody(), (_request, response) => void response.send('read'));
  app.get('/much', (_request, response) => void response.send(Buffer.alloc(64 * 1024 * 1024)));
  const patience = { headersMs: 300, requestMs: 2_500, silenceMs: 900, checkEveryMs: 50 };
  ({ server, port } = await listen(app, { host: '127.0.0.1', port: 0 }, patience));
  ({ server: patient, port: patientPort } = await listen(app, { host: '127.0.0.1', port: 0 }));
});
afterAll(() => Promise.all([drain(server, 0), drain(patient, 0)]));

/** A connection with what was said to it, and how long it lasted. */
async function open(at = port): Promise<{ socket: Socket; heard: () => string; ended: Promise<number> }> {
  const startedAt = performance.now();
  const socket = connect(at, '127.0.0.1');
  let heard = '';
  socket.on('data', (chunk: Buffer) => (heard += chunk.toString('latin1')));
  // Writing to what the other side has closed fails, which is what is wanted here.
  socket.on('error', () => undefined);
  const ended = once(socket, 'close').then(() => performance.now() - startedAt);
  await once(socket, 'connect');
  return { socket, heard: () => heard, ended };
}

/** Writes one piece every 50 ms for as long as the connection lasts. */
async function trickle(socket: Socket, piece: string): Promise<void> {
  while (!socket.destroyed) {
    socket.write(piece);
    await delay(50);
  }
}

describe('a slow client', () => {
  test('that never finishes its headers is told and cut off, however steadily it writes', async () => {
    const { socket, heard, ended } = await open();
    socket.write('GET /much HTTP/1.1\r\nHost: x\r\n');
    void trickle(socket, 'X-A: b\r\n');
    expect(await ended).toBeLessThan(2_000);
    expect(heard()).toMatch(/^HTTP\/1\.1 408 /);
  });

  test('that never finishes its body is told and cut off, however steadily it writes', async () => {
    const { socket, heard, ended } = await open();
    socket.write('POST /read HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n[');
    void trickle(socket, ' ');
    expect(await ended).toBeLessThan(6_000);
    expect(heard()).toMatch(/^HTTP\/1\.1 408 /);
  });

  test('that opens a connection and says nothing is cut off', async () => {
    const { ended } = await open();
    expect(await ended).toBeLessThan(2_000);
  });

  test('that does not read its answer is cut off', async () => {
    const { socket } = await open();
    socket.pause();
    const asked = once(server, 'request');
    socket.write('GET /much HTTP/1.1\r\nHost: x\r\n\r\n');
    const [incoming] = (await asked) as [IncomingMessage];
    await once(incoming.socket, 'close', { signal: AbortSignal.timeout(3_000) });
    expect(incoming.socket.destroyed).toBe(true);
    socket.destroy();
  });
});

test('headers of 16 KiB and more are answered 431', async () => {
  const ask = async (bytes: number) => {
    const asked = request({
      port: patientPort,
      host: '127.0.0.1',
      path: '/none',
      headers: { 'x-long': 'x'.repeat(bytes) },
    }).end();
    const [answer] = await once(asked, 'response');
    asked.destroy();
    return answer.statusCode as number;
  };
  expect(await ask(15 * 1024)).toBe(404);
  expect(await ask(16 * 1024)).toBe(431);
});

test('so many connections are held at once, and the rest wait outside', () => {
  expect(server.maxConnections).toBe(10_000);
});

test('what two servers could read in two ways is refused: smuggled lengths, bare line ends, no host', async () => {
  for (const odd of [
    'POST /read HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    'POST /read HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\n[]  ',
    'POST /read HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n',
    'GET /read HTTP/1.1\r\nHost: x\r\nX-A: b\nX-C: d\r\n\r\n',
    'GET /read HTTP/1.1\r\n\r\n',
  ]) {
    const { socket, heard, ended } = await open(patientPort);
    socket.write(odd);
    await ended;
    expect(heard()).toMatch(/^HTTP\/1\.1 400 /);
  }
});
