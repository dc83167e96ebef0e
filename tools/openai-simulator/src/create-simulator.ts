import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { systemClock, type Clock } from '#core/clock.js';
import { answerRequest, type SimulatedWorld } from './answer-request.js';
import { createKeyBook, type KeyBook } from './key-book.js';
import { createAdminFaults, type OrderedFailure } from './organization/admin-faults.js';
import type { Organization } from './organization/organization.js';
import { createOrganizationBook } from './organization/organization-book.js';
import { trueTotals, type TrueTotals } from './organization/true-totals.js';
import { sendAnswer } from './send-answer.js';

export interface SimulatorOptions {
  /** How long a request takes before it is answered, in ms: fixed (default 0), or drawn per request. */
  latencyMs?: number | (() => number);
  /** How long a `slow` key's request takes on top, in ms; default 2,000. */
  slowMs?: number;
  /** Share (0 to 1) of healthy keys that never answer, chosen by a hash of the key, so always the same ones. */
  hangingFraction?: number;
  /** Draws the organizations; default 1. */
  seed?: number;
  /** Default: the system's. `controls.advance` counts on from it. */
  clock?: Clock;
}

/** What tests and demos hold in their hands beside the wire. */
export interface SimulatorControls extends KeyBook {
  /** Lets time pass for the simulator: open days fill up, late figures are put right. */
  advance(durationMs: number): void;
  /** The simulator's now. */
  now(): Date;
  /** Makes the next requests of any admin key fail. */
  failNext(failure: OrderedFailure): void;
  /** People, projects and keys; `number` as in `simulatedSecret`, default 1. */
  organization(number?: number): Organization;
  /** What was truly used and billed: see `organization/true-totals.ts`. */
  trueTotals(asked: { from: Date; to: Date; groupBy?: readonly string[]; organization?: number }): TrueTotals;
}

export interface Simulator {
  /** `port` 0 (default) picks a free one, `host` is loopback unless it is given. `baseUrl` ends in `/v1`. */
  listen(port?: number, host?: string): Promise<{ baseUrl: string; port: number }>;
  /** Cuts every open connection, hanging ones too. */
  close(): Promise<void>;
  controls: SimulatorControls;
}

const maxBodyBytes = 1024 * 1024;
// Longer than any client keeps an idle connection, so that a reused one is never closed under a request.
const keepAliveMs = 75_000;

/** A stand-in for OpenAI's HTTP API. What it does with a request is decided by the key alone (see `simulated-key.ts`). */
export function createSimulator(options: SimulatorOptions = {}): Simulator {
  const { hangingFraction = 0, seed = 1, clock = systemClock } = options;
  const keys = createKeyBook({ hangingFraction });
  const organizations = createOrganizationBook({ seed });
  const faults = createAdminFaults();
  let aheadMs = 0;
  const now = (): Date => new Date(clock.now().getTime() + aheadMs);
  const world: SimulatedWorld = { keys, organizations, faults, now };
  const server = createServer({ keepAliveTimeout: keepAliveMs }, (request, response) => {
    void serve({ world, options, request, response });
  });
  return {
    controls: {
      ...keys,
      now,
      advance: (durationMs) => void (aheadMs += durationMs),
      failNext: (failure) => faults.order(failure),
      organization: (number = 1) => organizations.get(number).organization,
      trueTotals: ({ organization = 1, ...asked }) =>
        trueTotals(organizations.get(organization), { ...asked, nowSeconds: Math.floor(now().getTime() / 1000) }),
    },
    listen: (port = 0, host = '127.0.0.1') =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, host, () => {
          const bound = (server.address() as AddressInfo).port;
          resolve({ baseUrl: `http://${host}:${bound}/v1`, port: bound });
        });
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function serve(exchange: {
  world: SimulatedWorld;
  options: SimulatorOptions;
  request: IncomingMessage;
  response: ServerResponse;
}): Promise<void> {
  const { world, options, request, response } = exchange;
  const startedAt = performance.now();
  try {
    const body = await readBody(request);
    const { answer, manner, organizationId } = answerRequest(world, { request, body });
    const { latencyMs = 0, slowMs = 2000 } = options;
    const waitMs = (typeof latencyMs === 'number' ? latencyMs : latencyMs()) + (manner === 'slow' ? slowMs : 0);
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    const processingMs = Math.round(performance.now() - startedAt);
    sendAnswer(response, { answer, manner, organizationId, processingMs });
  } catch {
    // The client went away or sent more than the limit: there is nobody to answer.
    response.destroy();
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBodyBytes) throw new RangeError('request body over 1 MiB');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
