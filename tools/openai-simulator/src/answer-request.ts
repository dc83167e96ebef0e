import type { IncomingMessage } from 'node:http';
import type { KeyBook } from './key-book.js';
import { refuse, type Answer } from './openai-error.js';
import type { AdminFaults } from './organization/admin-faults.js';
import type { OrganizationBook } from './organization/organization-book.js';
import { refusals } from './refusals.js';
import { findRoute, type Route, type RouteAnswer } from './routes.js';
import { maskSecret, type Behaviour, type KeyState } from './simulated-key.js';

export interface Decision {
  answer: RouteAnswer;
  /** How the answer is delivered; `healthy` unless the key says otherwise. */
  manner: Behaviour;
  /** Of the key; the first organization's where nobody knows the key. */
  organizationId: string;
}

/** What the simulator answers from. */
export interface SimulatedWorld {
  keys: KeyBook;
  organizations: OrganizationBook;
  faults: AdminFaults;
  now(): Date;
}

/** Decides in OpenAI's order: credentials, the kind of key, the body, money and limits, then the request itself. */
export function answerRequest(world: SimulatedWorld, input: { request: IncomingMessage; body: string }): Decision {
  const secret = /^Bearer (.+)$/.exec(input.request.headers.authorization ?? '')?.[1];
  const { organization } = world.organizations.ofSecret(secret ?? '');
  return { ...decide(world, { ...input, secret }), organizationId: organization.id };
}

function decide(
  world: SimulatedWorld,
  input: { request: IncomingMessage; body: string; secret: string | undefined },
): Omit<Decision, 'organizationId'> {
  const { keys } = world;
  const { request, secret } = input;
  const url = new URL(request.url ?? '/', 'http://simulator');
  const method = request.method ?? 'GET';
  if (secret === undefined) return healthy(missingKey());
  const path = url.pathname.replace(/^\/v1/, '');
  const query = url.search.slice(1);
  const count = keys.record({ secret, method, path, query, headers: request.headers, body: input.body });
  const key = keys.find(secret);
  if (!key || key.behaviour === 'invalid') return healthy(unknownKey(secret));
  const refusal = refusalOf(key, count);
  if (refusal?.at === 'authentication') return healthy(refusal.answer);
  const found = findRoute(method, path);
  if (!found) return healthy(unknownUrl(method, url.pathname));
  const { route, id } = found;
  const denied = denyKind(route, key);
  if (denied) return healthy(denied);
  const body = method === 'POST' ? parseBody(input.body) : undefined;
  if (body === null) return healthy(unparsableBody());
  if (refusal && route.isInference) return healthy(refusal.answer);
  const nowSeconds = Math.floor(world.now().getTime() / 1000);
  const view = world.organizations.ofSecret(secret);
  const answer = (): RouteAnswer => route.handle({ secret, query: url.searchParams, id, body, nowSeconds, view });
  if (route.access !== 'admin') return { answer: answer(), manner: key.behaviour };
  const asked = { secret, behaviour: key.behaviour, path, query: url.searchParams };
  const fault = world.faults.refuse(asked);
  return { answer: fault ?? world.faults.spoil(answer(), asked), manner: key.behaviour };
}

function healthy(answer: Answer): Omit<Decision, 'organizationId'> {
  return { answer, manner: 'healthy' };
}

/** A flaky key fails evenly: of `count` requests so far, just `failurePercent` in a hundred. */
function refusalOf(key: KeyState, count: number) {
  if (key.behaviour === 'flaky') {
    const failures = (requests: number): number => Math.floor((requests * key.failurePercent) / 100);
    return failures(count) > failures(count - 1) ? refusals['server-error'] : null;
  }
  return key.behaviour in refusals ? refusals[key.behaviour as keyof typeof refusals] : null;
}

function denyKind(route: Route, key: KeyState): Answer | null {
  if ((route.access === 'admin') === (key.kind === 'admin')) return null;
  const scope = route.scope ?? (route.access === 'admin' ? 'api.management.read' : 'model.request');
  return refuse(403, {
    message: `You have insufficient permissions for this operation. Missing scopes: ${scope}. Check that you have the correct role in your organization, and if you're using a restricted API key, that it has the necessary scopes.`,
  });
}

/** Null for anything but a JSON object. */
function parseBody(text: string): object | null {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null && !Array.isArray(body) ? body : null;
  } catch {
    return null;
  }
}

function missingKey(): Answer {
  return refuse(401, {
    message:
      "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY).",
  });
}

/** The masked key is in the message and, as seen live, once more in the header `x-error-json`: a trap for loggers. */
function unknownKey(secret: string): Answer {
  const answer = refuse(401, {
    message: `Incorrect API key provided: ${maskSecret(secret)}. You can find your API key at https://platform.openai.com/account/api-keys.`,
    code: 'invalid_api_key',
  });
  const encoded = Buffer.from(JSON.stringify(answer.body)).toString('base64');
  return { ...answer, headers: { 'x-error-json': encoded } };
}

function unparsableBody(): Answer {
  return refuse(400, {
    message:
      'We could not parse the JSON body of your request. (HINT: This likely means you aren’t using your HTTP library correctly. The OpenAI API expects a JSON payload, but what was sent was not valid JSON.)',
  });
}

function unknownUrl(method: string, path: string): Answer {
  return refuse(404, { message: `Invalid URL (${method} ${path})` });
}
