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

test('the services are the four that are looked at below', () => {
  expect(services).toEqual(['postgres', 'redis', 'api', 'worker']);
});

test.each(services)('%s cannot write to its image nor gain rights, and is looked after', (name) => {
  expect(service(name)).toMatch(/^ {4}read_only: true$/m);
  expect(service(name)).toMatch(/^ {4}security_opt: \['no-new-privileges:true'\]$/m);
  expect(service(name)).toMatch(/^ {4}restart: unless-stopped$/m);
  expect(service(name)).toMatch(/^ {4}healthcheck:$/m);
});

test.each(['api', 'worker'])('%s runs without capabilities, as a user that owns nothing', (name) => {
  expect(service(name)).toMatch(/^ {4}cap_drop: \[ALL\]$/m);
  expect(service(name)).not.toMatch(/^ {4}user:/m);
  expect(read('Dockerfile')).toMatch(/^USER node$/m);
});

test('only the api has a port on the machine, on its loopback', () => {
  const published = services.filter((name) => service(name).includes('ports:'));
  expect(published).toEqual(['api']);
  expect(service('api')).toMatch(/^ {4}ports: \['127\.0\.0\.1:[^']+'\]$/m);
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
