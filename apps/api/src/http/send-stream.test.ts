import { once } from 'node:events';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import compression from 'compression';
import express, { type Request, type Response } from 'express';
import { expect, onTestFinished, test } from 'vitest';
import { createLogger } from '#core/logger.js';
import { Problem } from '#core/problem.js';
import { eventually } from '#testing/eventually.js';
import { identifyRequests } from './identify-requests.js';
import { problemResponses } from './problem-responses.js';
import { StreamReply } from './reply.js';
import { sendStream } from './send-stream.js';

/** Serves a file at `/`. @returns a connection to it */
async function serve(send: (request: Request, response: Response) => Promise<void>): Promise<Socket> {
  const logger = createLogger({ name: 'test', level: 'silent' });
  const app = express().use(identifyRequests({ logger }), compression());
  app.get('/', send).use(problemResponses);
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return connect((server.address() as AddressInfo).port, '127.0.0.1');
}

/** Endless files; tells how many pieces of them were made, how many files were begun, ended, and let go of. */
async function serveEndlessFiles(stallMs?: number) {
  const made = { pieces: 0, begun: 0, ended: 0, sent: 0 };
  async function* pieces() {
    made.begun += 1;
    try {
      for (;;) {
        made.pieces += 1;
        yield 'x'.repeat(64 * 1024);
      }
    } finally {
      made.ended += 1;
    }
  }
  const socket = await serve(async (request, response) => {
    await sendStream(fileOf(pieces()), { request, response, ...(stallMs !== undefined && { stallMs }) });
    made.sent += 1;
  });
  return { made, socket };
}

const fileOf = (pieces: AsyncIterable<string>) => new StreamReply('text/csv; charset=utf-8', 'all.csv', pieces);

function ask(socket: Socket, times = 1): void {
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(times));
}

test('a reader who stops reading is cut off, and nothing more is made for them meanwhile', async () => {
  const { made, socket } = await serveEndlessFiles(300);
  socket.pause();
  ask(socket);
  await eventually('the file is given up', () => made.sent === 1);
  // What the buffers of two sockets hold, not what could have been made in that time.
  expect(made.pieces).toBeLessThan(1_000);
  socket.destroy();
});

test('a reader who reads slowly, but reads, gets on', async () => {
  const { made, socket } = await serveEndlessFiles(1_000);
  let bytes = 0;
  socket.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    socket.pause();
    setTimeout(() => socket.resume(), 20);
  });
  ask(socket);
  const startedAt = performance.now();
  await eventually('two seconds have passed', () => performance.now() - startedAt > 2_000);
  expect(made.ended).toBe(0);
  expect(bytes).toBeGreaterThan(100_000);
  socket.destroy();
  await eventually('the file is given up', () => made.sent === 1);
});

test('files that wait behind another answer of their connection end with it', async () => {
  const { made, socket } = await serveEndlessFiles();
  socket.pause();
  ask(socket, 3);
  await eventually('all three are begun', () => made.begun === 3);
  socket.destroy();
  await eventually('all three are over', () => made.sent === 3);
  expect(made.ended).toBe(3);
});

test('a file whose reader has left is on its way until nothing of it is being made any more', async () => {
  const order: string[] = [];
  let finish = () => {};
  const finishing = new Promise<void>((resolve) => (finish = resolve));
  async function* pieces() {
    try {
      yield 'first';
      await finishing;
    } finally {
      order.push('made');
    }
  }
  let left: Promise<unknown> = Promise.reject(new Error('nobody asked'));
  left.catch(() => undefined);
  const socket = await serve(async (request, response) => {
    left = once(response, 'close');
    await sendStream(fileOf(pieces()), { request, response });
    order.push('sent');
  });
  ask(socket);
  await once(socket, 'data');
  socket.destroy();
  await left;
  await setImmediate();
  finish();
  await eventually('it is over', () => order.length === 2);
  expect(order).toEqual(['made', 'sent']);
});

test('what goes wrong before the first piece is said as what it is; after it, the connection is cut', async () => {
  async function* pieces(before: string[]) {
    yield* before;
    throw new Problem('unavailable');
  }
  const answerAfter = async (before: string[]) => {
    const socket = await serve((request, response) => sendStream(fileOf(pieces(before)), { request, response }));
    let heard = '';
    socket.on('data', (chunk: Buffer) => (heard += chunk.toString('latin1')));
    socket.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    await once(socket, 'close');
    return heard;
  };
  const refused = await answerAfter([]);
  expect(refused).toMatch(/^HTTP\/1\.1 503 /);
  expect(refused).not.toContain('all.csv');
  const cut = await answerAfter(['first']);
  expect(cut).toMatch(/^HTTP\/1\.1 200 .*\r\n\r\n5\r\nfirst\r\n$/s);
});
