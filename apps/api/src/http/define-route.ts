import type { z } from 'zod';
import type { AccessRole } from '#domain/access-tokens/access-role.js';
import type { Actor } from '#domain/audit/actor.js';
import type { HeadedReply, StreamReply, TextReply } from './reply.js';
import type { Caller } from './request-state.js';

export type Access = 'public' | AccessRole;
type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

interface RouteInput<Params, Query, Body, WhoCalls extends Access> {
  params: Params;
  query: Query;
  body: Body;
  /** Null on public routes alone. */
  caller: WhoCalls extends 'public' ? null : Caller;
  /** The caller as the audit knows them, for verbs that change something. Null on public routes alone. */
  actor: WhoCalls extends 'public' ? null : Actor;
  /** The one of these media types that the caller likes best by its `Accept`; false when none will do. */
  accepts: (types: string[]) => string | false;
}

export interface RouteDefinition<
  Params extends z.ZodObject,
  Query extends z.ZodObject,
  Body extends z.ZodType,
  Answer extends z.ZodType,
  WhoCalls extends Access,
> {
  method: Method;
  /** As Express writes it, below the root and below `/api/v1`. */
  path: `/${string}`;
  /** `public`, or the least role that may call it. */
  access: WhoCalls;
  tag: string;
  /** One line for the documentation. */
  summary: string;
  description?: string;
  params: Params;
  query: Query;
  body: Body;
  /** The most that a body may have. Default 64 KiB, far above what one thing needs (the longest is a pasted key). */
  bodyLimitBytes?: number;
  /** Status of success. Default 200. */
  status?: 200 | 201 | 204;
  /** The JSON of success; `z.never()` where that is a file. What it does not name never leaves. */
  response: Answer;
  /** Its problems also carry `error`, where OpenAI's clients look for what went wrong. */
  speaksOpenAi?: true;
  /** Other media types that the answer can have, for the documentation. */
  alternatives?: readonly string[];
  handle(
    input: RouteInput<z.output<Params>, z.output<Query>, z.output<Body>, WhoCalls>,
  ): Promise<z.input<Answer> | HeadedReply<z.input<Answer>> | TextReply | StreamReply>;
}

/** Any route, for whoever walks the table. */
export interface Route extends Omit<RouteDefinition<z.ZodObject, z.ZodObject, z.ZodType, z.ZodType, Access>, 'handle'> {
  handle(input: RouteInput<unknown, unknown, unknown, Access>): Promise<unknown>;
}

/**
 * A route as data: the one place for its address, who may call it, what it takes and what it answers. Authentication,
 * validation both ways, documentation and the tests that walk every route come from it.
 */
export function defineRoute<
  Params extends z.ZodObject,
  Query extends z.ZodObject,
  Body extends z.ZodType,
  Answer extends z.ZodType,
  const WhoCalls extends Access,
>(route: RouteDefinition<Params, Query, Body, Answer, WhoCalls>): Route {
  // Wider than it is: `runRoute` calls `handle` with exactly what these schemas made of the input.
  return route;
}
