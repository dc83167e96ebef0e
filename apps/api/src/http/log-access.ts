import type { RequestHandler } from 'express';
import type { HttpCounters } from './http-counters.js';
import { onceOver } from './once-over.js';
import { type RequestState, requestStateOf } from './request-state.js';
import { securityEventOf } from './security-events.js';

/** Asked every few seconds by whoever watches over us; of interest only when they fail. */
const watched = /^(\/api\/v1)?\/(ping|health\/\w+)$/;

/** Longer than any path of ours. */
const longestPath = 300;
/** An address, or what a proxy that was trusted passed on for one. */
const longestIp = 64;

/**
 * One line per request that was answered or left, without query string, headers or body: those may hold what nobody should
 * read. One more, with `securityEvent`, for what somebody who guards the installation wants to know.
 */
export function logAccess(deps: { counters: HttpCounters }): RequestHandler {
  return (request, response, next) => {
    const startedAt = performance.now();
    const { method } = request;
    const path = request.path.slice(0, longestPath);
    const ip = request.ip?.slice(0, longestIp);
    const state = requestStateOf(response);
    const { logger } = state;
    // At once: the line below comes with the end of the connection, which may be before anybody was refused.
    state.onProblem = (problem) => {
      const securityEvent = securityEventOf(problem);
      if (!securityEvent) return;
      deps.counters.securityEvents[securityEvent] += 1;
      logger.warn({ securityEvent, code: problem.code, method, path, ip, ...whoOf(state) }, 'security event');
    };
    onceOver(request, response, () => {
      const status = response.statusCode;
      count(deps.counters, status);
      logger[watched.test(path) && status < 400 ? 'debug' : 'info'](
        {
          method,
          path,
          ip,
          status,
          durationMs: Math.round(performance.now() - startedAt),
          ...whoOf(state),
          ...(!response.writableFinished && { aborted: true }),
        },
        'request',
      );
    });
    next();
  };
}

/** Whoever is refused before they are a caller is known by the problem, if at all. */
function whoOf({ caller, problem }: RequestState): Readonly<Record<string, string>> {
  if (!caller) return problem?.who ?? {};
  return { [`${caller.principal.kind}Id`]: caller.principal.id, tenantId: caller.tenant.id };
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
