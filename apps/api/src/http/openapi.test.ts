import { afterAll, beforeAll, expect, test } from 'vitest';
import { readFile } from 'node:fs/promises';
import { problems } from '#core/problem.js';
import { startTestApi, type TestApi } from '#testing/start-test-api.js';
import { problemHelp } from '../docs/problem-help.js';
import { allRoutes } from '../routes/all-routes.js';
import type { OpenApiDocument, Operation } from './openapi.js';

let api: TestApi;
let document: OpenApiDocument;
beforeAll(async () => {
  api = await startTestApi();
  document = (await api.call('GET', '/openapi.json')).json;
});
afterAll(() => api.close());

const routes = allRoutes({} as never);
const operations = () =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );

test('the document lists every route and nothing else, with who may call it', () => {
  const described = operations().map(({ path, method, operation }) => `${method} ${path} ${operation['x-access']}`);
  const table = routes.map(({ method, path, access }) => `${method} ${path.replace(':id', '{id}')} ${access}`);
  expect(described.toSorted()).toEqual(table.toSorted());
});

test('the document has the form of OpenAPI 3.1: unique ids, path parameters, responses, references that lead somewhere', () => {
  expect(document.openapi).toBe('3.1.0');
  const ids = operations().map(({ operation }) => operation.operationId);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { path, operation } of operations()) {
    const named = operation.parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => `{${name}}`);
    expect(named).toEqual(path.match(/\{\w+\}/g) ?? []);
    expect(Object.keys(operation.responses).length).toBeGreaterThan(1);
    for (const parameter of operation.parameters) expect(Object.keys(parameter.schema)).not.toEqual([]);
  }
  for (const [, reference = ''] of JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)) {
    const found = reference.split('/').reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], document);
    expect(found).toBeDefined();
  }
});

test('a file that is never JSON is described as the file that it is', () => {
  const [answer] = Object.values(document.paths['/tenants/{id}/export']?.['get']?.responses ?? {});
  expect(answer).toMatchObject({ content: { 'application/x-ndjson': { schema: { type: 'string' } } } });
  expect(JSON.stringify(answer)).not.toContain('application/json');
});

test('only what is public may be called without a token', () => {
  const open = operations().filter(({ operation }: { operation: Operation }) => operation.security.length === 0);
  expect(open.map(({ path }) => path)).toEqual(['/ping', '/health/live', '/health/ready']);
});

test('the page at /docs has every operation with its fields, and no script', async () => {
  const { text, headers } = await api.call('GET', '/docs');
  expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
  for (const { path, operation } of operations()) {
    expect(text).toContain(`<article id="${operation.operationId}">`);
    expect(text).toContain(path);
  }
  for (const field of ['intervalSecs', 'totals.costUsd', 'items[].occurredAt', 'X-Tenant'])
    expect(text).toContain(field);
  expect(text).not.toMatch(/<script|style=|https:\/\//);
  const assets = [...text.matchAll(/(?:href)="(\/docs\/assets\/[^"]+)"/g)].map(([, path = '']) => path);
  expect(assets).toHaveLength(3);
  for (const path of assets) expect((await api.call('GET', path)).status).toBe(200);
});

test('every error is explained where its “type” leads, and in docs/errors.md in the same words', async () => {
  const { text } = await api.call('GET', '/docs/errors');
  const written = await readFile(new URL('../../../../docs/errors.md', import.meta.url), 'utf8');
  for (const [code, { status, title }] of Object.entries(problems)) {
    expect(text).toContain(`<article id="${code}">`);
    expect(written).toContain(
      `## ${code}\n\n${status} · **${title}.** ${problemHelp[code as keyof typeof problems]}\n`,
    );
  }
});

test('a fault that has no field to be named by stands under “input”, as the documents say', async () => {
  const token = await api.tokenOf('operator');
  const faultsOf = async (body: unknown) => (await api.call('POST', '/keys', { token, body })).json.fields;
  expect(await faultsOf([])).toEqual({ input: 'must be an object, such as { … }' });
  expect(await faultsOf({ 'sk-proj-pasted': 1 })).toMatchObject({ input: 'is not known here' });
  const inherited = { constructor: 'is not known here', toString: 'is not known here' };
  expect(await faultsOf({ constructor: 1, toString: 1 })).toMatchObject(inherited);
  const { Problem } = document.components['schemas'] as {
    Problem: { properties: { fields: { description: string } } };
  };
  expect(Problem.properties.fields.description).toContain('`input`');
  const written = await readFile(new URL('../../../../docs/errors.md', import.meta.url), 'utf8');
  expect(written).toContain('`input`, alone or at the end of');
});

test('docs/api.md names every route with the role that it needs', async () => {
  const written = await readFile(new URL('../../../../docs/api.md', import.meta.url), 'utf8');
  const rows = [...written.matchAll(/^\| `([A-Z]+) (\/\S+)` \| ([a-z-]+) \|/gm)].map(([, ...cells]) => cells.join(' '));
  const table = routes.map(({ method, path, access }) => `${method.toUpperCase()} ${path} ${access}`);
  expect(rows.toSorted()).toEqual(table.toSorted());
});
