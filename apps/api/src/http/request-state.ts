import type { Response } from 'express';
import type { Logger } from '#core/logger.js';
import type { Problem } from '#core/problem.js';
import type { Principal } from '#domain/access-tokens/principal.js';
import type { Tenant } from '#domain/tenants/tenant.js';

/** Who is asking, and in which tenant they act: their own, or the one a platform administrator named. */
export interface Caller {
  principal: Principal;
  tenant: Tenant;
}

/** What is known of a request on its way through the middleware. */
export interface RequestState {
  requestId: string;
  /** Each line carries the request id. */
  logger: Logger;
  /** Null until `authenticate` ran, and on public routes. */
  caller: Caller | null;
  /** Why `authenticate` found no caller. */
  refusal: Problem | null;
  /** Why it was refused, if it was; see `noteProblem`. */
  problem: Problem | null;
  /** Told of each reason to refuse it, as it becomes known. */
  onProblem: (problem: Problem) => void;
  /** Said before a file is sent as an answer. @throws Problem `rate-limited`; see `limitFiles`. */
  beginFile: () => void;
  /** Resolves when its handler is done, which may be after the client has left; see `asWork`. */
  work: Promise<void>;
  /** Problems also carry OpenAI's `error`; see `speaksOpenAi` of a route. */
  speaksOpenAi: boolean;
}

const key = 'keyledger';

export function setRequestState(response: Response, state: RequestState): void {
  response.locals[key] = state;
}

/** Throws when `identifyRequests` is not the first middleware. */
export function requestStateOf(response: Response): RequestState {
  const state = response.locals[key] as RequestState | undefined;
  if (!state) throw new Error('identifyRequests must run first');
  return state;
}

/** Also when nobody is there any more to be answered. The same one again, on its way to a page, is one. */
export function noteProblem(response: Response, problem: Problem): void {
  const state = requestStateOf(response);
  const isNew = state.problem?.code !== problem.code;
  state.problem = problem;
  if (isNew) state.onProblem(problem);
}
