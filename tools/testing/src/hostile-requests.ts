import { Agent, request as httpRequest } from 'node:http';
import { text } from 'node:stream/consumers';
import * as fc from 'fast-check';
import { z } from 'zod';
import { arbitraryOfSchema, hostileJson, hostileText } from './arbitrary-of-schema.js';

export interface HostileRequest {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string | Uint8Array | undefined;
}

export interface HostileAnswer {
  status: number;
  contentType: string;
  text: string;
}

/** How many of each route, and from which seed. CI asks for 60; a release for 1,000: KEYLEDGER_HOSTILE_REQUESTS=1000. */
export function hostileSettings(): { requests: number; seed: number } {
  // oxlint-disable-next-line node/no-process-env -- read in this one place of the tests
  const { KEYLEDGER_HOSTILE_REQUESTS: requests, KEYLEDGER_HOSTILE_SEED: seed } = process.env;
  return { requests: Number(requests || 60), seed: Number(seed || 20_261_121) };
}

/** What of a route says what may be sent to it. */
interface Target {
  method: string;
  path: string;
  query: z.ZodObject;
  body: z.ZodType;
}

/** @param ids of what is there, for the `:…` of the path, and never of what the requests themselves depend on */
export function arbitraryOfRoute(target: Target, ids: readonly string[]): fc.Arbitrary<HostileRequest> {
  const hasBody = target.method !== 'get';
  return fc
    .record({
      path: pathOf(target.path, ids),
      query: queryOf(target.query),
      body: hasBody ? bodyOf(target.body) : fc.constant(undefined),
      type: fc.oneof(
        { weight: 12, arbitrary: fc.constant('application/json') },
        { weight: 1, arbitrary: fc.constantFrom('', 'text/plain', 'application/json; charset=utf-16', 'a/b; c="') },
      ),
      more: fc.oneof({ weight: 3, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: hostileHeaders }),
      prefix: fc.constantFrom('', '/api/v1'),
    })
    .map(({ path, query, body, type, more, prefix }) => ({
      method: target.method.toUpperCase(),
      path: prefix + path + query,
      headers: { ...(body !== undefined && { 'content-type': type }), ...more },
      body,
    }));
}

function pathOf(path: string, ids: readonly string[]): fc.Arbitrary<string> {
  const segments = path.split('/').map((segment) => {
    if (!segment.startsWith(':')) return fc.constant(segment);
    return fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom(...ids) },
      { weight: 1, arbitrary: fc.uuid() },
      { weight: 2, arbitrary: hostileText.map(encode) },
    );
  });
  return fc.tuple(...segments).map((parts) => parts.join('/'));
}

function queryOf(query: z.ZodObject): fc.Arbitrary<string> {
  const known = Object.entries(query.shape).map(([name, field]) => {
    const values = arbitraryOfSchema(schemaOf(field as z.ZodType)).map(asText);
    return values.map((value) => `${name}=${encode(value)}`);
  });
  const odd = fc.tuple(hostileText, hostileText).map((pair) => pair.map(encode).join('='));
  const raw = fc.constantFrom('%', '&&&', '=', 'a[b][c]=1', '?', '__proto__[x]=1', 'limit=1&limit=2', '%ff=%ff');
  const parameter = fc.oneof(...known.map((arbitrary) => ({ weight: 6, arbitrary })), {
    weight: known.length > 0 ? known.length : 1,
    arbitrary: fc.oneof(odd, raw),
  });
  const most = known.length > 0 ? 5 : 1;
  return fc
    .oneof(
      { weight: 1, arbitrary: fc.constant([]) },
      { weight: 3, arbitrary: fc.array(parameter, { maxLength: most }) },
    )
    .map((parts) => (parts.length > 0 ? `?${parts.join('&')}` : ''));
}

function bodyOf(body: z.ZodType): fc.Arbitrary<string | Uint8Array | undefined> {
  // Of what is not looked at, none is the one that fits.
  const fitting: fc.Arbitrary<string | undefined> =
    body instanceof z.ZodUnknown
      ? fc.constant(undefined)
      : arbitraryOfSchema(schemaOf(body)).map((value) => JSON.stringify(value));
  return fc.oneof(
    { weight: 14, arbitrary: fitting },
    { weight: 2, arbitrary: hostileJson.map((value) => JSON.stringify(value)) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }) },
    {
      weight: 1,
      arbitrary: fc.constantFrom('{', '[1,', '{"a":1,"a":2}', '['.repeat(5_000), '"', '{"__proto__":{"x":1}}'),
    },
    { weight: 1, arbitrary: fc.constant(undefined) },
  );
}

const headerText = fc
  .oneof(hostileText, fc.constantFrom('*/*', 'text/csv', 'text/plain;q=2', 'gzip', 'acme', 'default', 'en,;q=', '"'))
  // What no header can hold never leaves the client.
  .map((value) => value.replaceAll(/[^\t\u0020-\u007e\u0080-\u00ff]/g, '').slice(0, 1_000));

const hostileHeaders = fc.dictionary(
  fc.constantFrom(
    'accept',
    'accept-encoding',
    'content-encoding',
    'cookie',
    'idempotency-key',
    'if-modified-since',
    'if-none-match',
    'origin',
    'range',
    'referer',
    'x-forwarded-for',
    'x-request-id',
    'x-tenant',
  ),
  headerText,
  { maxKeys: 3 },
);

function schemaOf(schema: z.ZodType): object {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

function encode(value: string): string {
  return encodeURIComponent(value.replaceAll(/\p{Cs}/gu, '\u{fffd}'));
}

/** @throws when there is no answer within ten seconds */
export function createHostileClient(origin: string): {
  send(request: HostileRequest, token: string): Promise<HostileAnswer>;
  close(): void;
} {
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  return {
    send: ({ method, path, headers, body }, token) =>
      new Promise((resolve, reject) => {
        const sending = httpRequest(new URL(origin), {
          agent,
          method,
          path,
          // Without a length, Node's client leaves a body of DELETE to be read as the next request.
          headers: { 'x-api-key': token, ...headers, 'content-length': Buffer.byteLength(body ?? '') },
          signal: AbortSignal.timeout(10_000),
        });
        sending.once('error', reject);
        sending.once('response', (message) => {
          const { statusCode: status = 0, headers: answered } = message;
          const contentType = answered['content-type'] ?? '';
          text(message).then((read) => resolve({ status, contentType, text: read }), reject);
        });
        sending.end(body);
      }),
    close: () => agent.destroy(),
  };
}
