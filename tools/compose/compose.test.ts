import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

// What needs no Docker; `rehearse.sh` beside this runs the whole file.
const read = (name: string) => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');
const compose = read('docker-compose.yml');

/** The lines of a block that begins with this line, those of `*program` in place of its name. */
function block(begin: string): string {
  const [, after = ''] = compose.split(new RegExp(`^${begin}.*\\n`, 'm'));
  const indent = begin.search(/\S/);
  const [body = ''] = after.split(new RegExp(`^ {0,${indent}}\\S`, 'm'));
  return body.replace('    <<: *program\n', () => block('x-program:').replaceAll(/^ {2}/gm, '    '));
}

const services = [...block('services:').matchAll(/^ {2}(\w+):$/gm)].map(([, name = '']) => name);
const service = (name: string) => block(`  ${name}:`);

test('the services are the five that are looked at below', () => {
  expect(services).toEqual(['postgres', 'redis', 'database', 'api', 'worker']);
});

test.each(services)('%s cannot write to its image nor gain rights', (name) => {
  expect(service(name)).toMatch(/^ {4}read_only: true$/m);
  expect(service(name)).toMatch(/^ {4}security_opt: \['no-new-privileges:true'\]$/m);
});

test.each(services.filter((name) => name !== 'database'))('%s is looked after', (name) => {
  expect(service(name)).toMatch(/^ {4}restart: unless-stopped$/m);
  expect(service(name)).toMatch(/^ {4}healthcheck:$/m);
});

test('the database is prepared once, with no master key, before api and worker start', () => {
  expect(service('database')).toMatch(/^ {4}command: \['keyledger', 'database', 'prepare'\]$/m);
  expect(service('database')).toMatch(/^ {4}restart: 'no'$/m);
  expect([...service('database').matchAll(/^ {6}([A-Z_]+): /gm)].map(([, name]) => name)).toEqual([
    'NODE_ENV',
    'PLAINTEXT_ALLOW',
    'DATABASE_URL',
    'API_DATABASE_URL',
  ]);
  for (const name of ['api', 'worker']) {
    expect(service(name)).toMatch(/^ {6}database: \{ condition: service_completed_successfully \}$/m);
  }
});

test('only its own Postgres and Redis are talked to without TLS', () => {
  const allowed = compose.match(/^ +PLAINTEXT_ALLOW: .*$/gm);
  expect(allowed).toEqual(['  PLAINTEXT_ALLOW: postgres,redis', '      PLAINTEXT_ALLOW: postgres']);
});

test('the api connects with the login that is made for it, and with no other', () => {
  expect(compose).toMatch(/^x-owner-url: &owner-url postgres:\/\/keyledger:/m);
  expect(compose).toMatch(/^x-api-url: &api-url postgres:\/\/keyledger_api:/m);
  const given = (name: string) => service(name).match(/^ {6}\w*DATABASE_URL: .*$/gm);
  expect(given('api')).toEqual(['      DATABASE_URL: *api-url']);
  expect(given('database')).toEqual(['      DATABASE_URL: *owner-url', '      API_DATABASE_URL: *api-url']);
  expect(given('worker')).toEqual(['      DATABASE_URL: *owner-url']);
  expect(block('x-environment:')).not.toContain('postgres://');
});

test.each(['database', 'api', 'worker'])('%s runs without capabilities, as a user that owns nothing', (name) => {
  expect(service(name)).toMatch(/^ {4}cap_drop: \[ALL\]$/m);
  expect(service(name)).not.toMatch(/^ {4}user:/m);
  expect(read('Dockerfile')).toMatch(/^USER node$/m);
});

test('what runs in production has neither tests nor tools, and the simulator is in an image of its own', () => {
  const stages = read('Dockerfile').split(/^FROM /m);
  expect(stages.at(-1)).toBe('program\n');
  const program = stages.find((stage) => /^\S+ AS program$/m.test(stage)) ?? '';
  expect([...program.matchAll(/^COPY .* (\S+)$/gm)].map(([, to]) => to)).toEqual([
    './',
    './node_modules',
    './dist/prisma',
    './dist/packages',
    './dist/apps',
  ]);
  expect(compose.match(/^ *build:.*$/gm)).toEqual(['  build: .']);
});

test('only the api has a port on the machine, on its loopback unless the operator says otherwise', () => {
  const published = services.filter((name) => service(name).includes('ports:'));
  expect(published).toEqual(['api']);
  expect(service('api')).toMatch(/^ {4}ports: \['\$\{PUBLISH:-127\.0\.0\.1\}:[^']+'\]$/m);
});

test.each(['postgres', 'redis'])('%s is on a network that leads nowhere', (name) => {
  expect(service(name)).toMatch(/^ {4}networks: \[data\]$/m);
  expect(block('networks:')).toBe('  data:\n    internal: true\n\n');
});

test.each(['MASTER_KEY', 'POSTGRES_PASSWORD', 'API_KEY'])('%s has no default, and says how to make one', (name) => {
  const uses = [...compose.matchAll(new RegExp(`\\$\\{${name}\\b([^}]*)\\}`, 'g'))].map(([, rest]) => rest);
  expect(uses).not.toEqual([]);
  for (const rest of uses) expect(rest).toMatch(/^:?\?.*openssl rand/);
});

test('no secret is in a command line, which everybody on the machine can read', () => {
  for (const line of compose.match(/^ *(command|entrypoint|test):.*$/gm) ?? []) expect(line).not.toMatch(/[^$]\$\{/);
});

test('what is beside the file for it alone, and holds secrets, is neither in git nor in the image', () => {
  expect(read('.gitignore')).toMatch(/^\.env$[^]*^\/secrets\/$[^]*^\/backups\/$/m);
  expect(read('.dockerignore')).toMatch(/^\*$/m);
  expect(read('.dockerignore')).not.toMatch(/^!.*(\.env|secrets|backups)/m);
});
