import type { RequestHandler } from 'express';
import type { HttpCounters } from './http-counters.js';
import { requestStateOf } from './request-state.js';

/** Asked every few seconds by whoever watches over us; of interest only when they fail. */
const watched = /^(\/api\/v1)?\/(ping|health\/\w+)$/;

/** One line per answered request, without query string, headers or body: those may hold what nobody should read. */
export function logAccess(deps: { counters: HttpCounters }): RequestHandler {
  return (request, response, next) => {
    const startedAt = performance.now();
    const { method, path, ip } = request;
    response.once('close', () => {
      const { logger, caller } = requestStateOf(response);
      const status = response.statusCode;
      count(deps.counters, status);
      logger[watched.test(path) && status < 400 ? 'debug' : 'info'](
        {
          method,
          path,
          ip,
          status,
          durationMs: Math.round(performance.now() - startedAt),
          ...(caller && { [`${caller.principal.kind}Id`]: caller.principal.id }),
          tenantId: caller?.tenant.id,
          ...(!response.writableFinished && { aborted: true }),
        },
        'request',
      );
    });
    next();
  };
}

function count(counters: HttpCounters, status: number): void {
  counters.requests += 1;
  const statusClass = `${Math.floor(status / 100)}xx`;
  if (isCounted(counters, statusClass)) counters.byStatusClass[statusClass] += 1;
  if (status === 429) counters.rateLimited += 1;
  if (status === 401) counters.failedAuthentications += 1;
}

function isCounted(counters: HttpCounters, name: string): name is keyof HttpCounters['byStatusClass'] {
  return name in counters.byStatusClass;
}
