import { once } from 'node:events';
import { connect, type AddressInfo, type Socket } from 'node:net';
import compression from 'compression';
import express from 'express';
import { expect, onTestFinished, test } from 'vitest';
import { createLogger } from '#core/logger.js';
import { eventually } from '#testing/eventually.js';
import { identifyRequests } from './identify-requests.js';
import { StreamReply } from './reply.js';
import { sendStream } from './send-stream.js';

/** An endless file, which tells how much of it was made and when that ended. */
async function serveEndlessFile(stallMs: number) {
  const made = { pieces: 0, isOver: false };
  const logger = createLogger({ name: 'test', level: 'silent' });
  const app = express().use(identifyRequests({ logger }), compression());
  app.get('/', (request, response) => sendStream(file(made), { request, response, stallMs }));
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  return { made, socket };
}

function file(made: { pieces: number; isOver: boolean }): StreamReply {
  async function* pieces() {
    try {
      for (;;) {
        made.pieces += 1;
        yield 'x'.repeat(64 * 1024);
      }
    } finally {
      made.isOver = true;
    }
  }
  return new StreamReply('text/csv; charset=utf-8', 'all.csv', pieces());
}

function ask(socket: Socket): void {
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
}

test('a reader who stops reading is cut off, and nothing more is made for them meanwhile', async () => {
  const { made, socket } = await serveEndlessFile(300);
  socket.pause();
  ask(socket);
  await eventually('the file is given up', () => made.isOver);
  // What the buffers of two sockets hold, not what could have been made in that time.
  expect(made.pieces).toBeLessThan(1_000);
  socket.destroy();
});

test('a reader who reads slowly, but reads, gets on', async () => {
  const { made, socket } = await serveEndlessFile(1_000);
  let bytes = 0;
  socket.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    socket.pause();
    setTimeout(() => socket.resume(), 20);
  });
  ask(socket);
  const startedAt = performance.now();
  await eventually('two seconds have passed', () => performance.now() - startedAt > 2_000);
  expect(made.isOver).toBe(false);
  expect(bytes).toBeGreaterThan(100_000);
  socket.destroy();
  await eventually('the file is given up', () => made.isOver);
});
