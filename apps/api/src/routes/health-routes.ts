import { z } from 'zod';
import { Problem } from '#core/problem.js';
import { checkReadiness } from '#domain/operations/check-readiness.js';
import type { AppDeps } from '../app-deps.js';
import { defineRoute, type Route } from '../http/define-route.js';
import { anyBody, nullableInstant } from './schemas.js';

const open = { params: z.object({}), query: z.object({}), body: anyBody };

export function healthRoutes(deps: AppDeps): Route[] {
  return [
    defineRoute({
      ...open,
      method: 'get',
      path: '/ping',
      access: 'public',
      tag: 'Health',
      summary: 'Say that the API is there',
      response: z.object({ status: z.literal('ok'), time: z.iso.datetime() }),
      handle: () => Promise.resolve({ status: 'ok' as const, time: deps.clock.now().toISOString() }),
    }),
    defineRoute({
      ...open,
      method: 'get',
      path: '/health/live',
      access: 'public',
      tag: 'Health',
      summary: 'Whether this process runs',
      description: 'Asks nothing else. A process that does not answer needs a restart.',
      response: z.object({ status: z.literal('ok') }),
      handle: () => Promise.resolve({ status: 'ok' as const }),
    }),
    defineRoute({
      ...open,
      method: 'get',
      path: '/health/ready',
      access: 'public',
      tag: 'Health',
      summary: 'Whether the API can do its work',
      description:
        'Looks at the database, its migrations, the queue and the worker. 503 while one of the first three fails. ' +
        'A silent worker makes the status `degraded`: the API works, but nothing is being probed.',
      response: z.object({
        status: z.enum(['ok', 'degraded']),
        database: z.literal('ok'),
        migrations: z.literal('ok'),
        queue: z.literal('ok'),
        worker: z.enum(['ok', 'silent', 'unknown']),
        lastHeartbeatAt: nullableInstant,
        lastSweepAt: nullableInstant,
      }),
      handle: () => readiness(deps),
    }),
  ];
}

async function readiness(deps: AppDeps) {
  const { ready, database, migrations, queue, worker, ...at } = await checkReadiness({
    ...deps,
    pingQueue: async () => void (await deps.queue.depth()),
  });
  if (!ready) {
    throw new Problem('unavailable', {
      detail: `Not ready: database ${database}, migrations ${migrations}, queue ${queue}.`,
      fields: { database, migrations, queue, worker },
      retryAfterSecs: 5,
    });
  }
  return {
    status: worker === 'ok' ? ('ok' as const) : ('degraded' as const),
    database: 'ok' as const,
    migrations: 'ok' as const,
    queue: 'ok' as const,
    worker,
    lastHeartbeatAt: at.lastHeartbeatAt?.toISOString() ?? null,
    lastSweepAt: at.lastSweepAt?.toISOString() ?? null,
  };
}
