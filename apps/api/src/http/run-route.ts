import type { Request, RequestHandler, Response } from 'express';
import type { z } from 'zod';
import { Problem } from '#core/problem.js';
import { actorOf } from './actor-of.js';
import { asWork } from './as-work.js';
import type { Route } from './define-route.js';
import { writeJson } from './exact-number.js';
import { codeOfFaults } from './code-of-faults.js';
import { readQuery } from './read-query.js';
import { HeadedReply, StreamReply, TextReply } from './reply.js';
import { sayFault } from './say-fault.js';
import { requestStateOf } from './request-state.js';
import { sendStream } from './send-stream.js';

/** Validates what came, hands it to the route, and sends what its schema lets through. */
export function runRoute(route: Route): RequestHandler {
  return asWork(async (request, response) => {
    response.set('Cache-Control', 'no-store');
    const state = requestStateOf(response);
    const answer = await route.handle({
      params: parseParams(route, request),
      ...parseInput(route, request),
      caller: state.caller,
      actor: actorOf(request, state),
      accepts: (types) => request.accepts(types),
    });
    await send(route, answer, { request, response });
  });
}

/** An id that cannot exist is answered as one that does not. */
function parseParams(route: Route, request: Request): unknown {
  const result = route.params.safeParse(request.params);
  if (!result.success) throw new Problem('not-found', { detail: 'There is nothing with this id.' });
  return result.data;
}

/** The faults of the query and of the body at once, as one of them alone would be mended for nothing. */
function parseInput(route: Route, request: Request): { query: unknown; body: unknown } {
  const query = route.query.safeParse(readQuery(route.query, request.query), { error: sayFault });
  const body = route.body.safeParse(request.body ?? {}, { error: sayFault });
  if (query.success && body.success) return { query: query.data, body: body.data };
  const issues = [...(query.error?.issues ?? []), ...(body.error?.issues ?? [])];
  const faults = issues.flatMap(toFields).slice(0, mostFaults);
  const fields: Record<string, string> = {};
  // What is wrong with a field first is what its rules after that build on. Asked as its own, as every object inherits
  // something under `constructor`, which may be a name that was sent.
  for (const [name, fault] of faults) if (!Object.hasOwn(fields, name)) fields[name] = fault;
  const [[name, fault] = ['', '']] = faults;
  throw new Problem(codeOfFaults(issues), { detail: name && !isSentence(fault) ? `${name}: ${fault}` : fault, fields });
}

/** Other faults follow the name of their field: “must not be empty”. */
const isSentence = (fault: string) => /^\p{Lu}/u.test(fault);

/** As many as anybody reads; a long list with one fault throughout would have thousands. */
const mostFaults = 100;

// A name that is not like one of ours could be a pasted secret, so it is not repeated.
const nameLike = /^[A-Za-z][A-Za-z0-9_]{0,39}$/;

function toFields(issue: z.core.$ZodIssue): [name: string, fault: string][] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((name) => {
      const path = [...issue.path, nameLike.test(name) ? name : 'input'];
      return [path.join('.'), 'is not known here'];
    });
  }
  return [[issue.path.join('.') || 'input', issue.message]];
}

/** Headers that make the same address another one's answer. */
const whoAsks = 'Authorization, X-API-Key, X-Tenant';

async function send(
  route: Route,
  answer: unknown,
  { request, response }: { request: Request; response: Response },
): Promise<void> {
  response.status(route.status ?? 200);
  if (answer instanceof StreamReply) {
    await sendStream(answer, { request, response });
  } else if (answer instanceof TextReply) {
    response.set('Content-Type', answer.contentType).send(answer.text);
  } else if (answer instanceof HeadedReply) {
    response
      .vary(whoAsks)
      .set(answer.headers)
      .type('json')
      .send(writeJson(route.response.parse(answer.value)));
  } else if (route.status === 204) {
    response.end();
  } else {
    response.json(route.response.parse(answer));
  }
}
