import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compileSources } from '#testing/compile-sources.js';
import { createTestAuthority, type TestCertificate } from '#testing/test-certificate.js';

const host = 'openai.example';
const dayMs = 86_400_000;
const trusted = createTestAuthority('known');
const certificates = {
  'of an authority that is trusted': trusted.issue({ host }),
  'of an authority that nobody knows': createTestAuthority('unknown').issue({ host }),
  'of one that only has its name': createTestAuthority('known').issue({ host }),
  'that has ended': trusted.issue({ host, validTo: new Date(Date.now() - dayMs / 2) }),
  'that has not begun': trusted.issue({ host, validFrom: new Date(Date.now() + dayMs / 2) }),
  'of another host': trusted.issue({ host: 'evil.example' }),
};

let product: Awaited<ReturnType<typeof compileSources>>;
const servers: Server[] = [];
const asked: (string | undefined)[] = [];
beforeAll(async () => {
  product = await compileSources();
  await writeFile(join(product.folder, 'authority.pem'), trusted.certificate);
});
afterAll(async () => {
  servers.forEach((server) => server.close());
  await product.remove();
});

async function serve({ certificate, key }: TestCertificate): Promise<number> {
  const server = createServer({ cert: certificate, key }, (request, response) => {
    asked.push(request.headers.authorization);
    response.end('answered');
  });
  servers.push(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return (server.address() as AddressInfo).port;
}

/** In a process of its own, as Node reads authorities of one's own at its start alone. The body, or the code of the error. */
async function ask(port: number, environment: Record<string, string>): Promise<string> {
  const script = `
    import { createOutboundFetch } from './dist/packages/outbound/src/create-outbound-fetch.js';
    const resolve = (_host, _options, callback) => callback(null, [{ address: '127.0.0.1', family: 4 }]);
    const fetch = createOutboundFetch({ allow: ['${host}'], requireTls: true, resolve });
    const headers = { authorization: 'a secret' };
    const answer = fetch('https://${host}:${port}/', { headers }).then((response) => response.text());
    process.stdout.write(await answer.catch((error) => error.cause.code));`;
  const env = { ...environment, NODE_EXTRA_CA_CERTS: join(product.folder, 'authority.pem') };
  const options = { cwd: product.folder, env, timeout: 30_000 };
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], options);
  return stdout;
}

test.each([
  ['of an authority that is trusted', 'answered'],
  ['of an authority that nobody knows', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
  ['of one that only has its name', 'CERT_SIGNATURE_FAILURE'],
  ['that has ended', 'CERT_HAS_EXPIRED'],
  ['that has not begun', 'CERT_NOT_YET_VALID'],
  ['of another host', 'ERR_TLS_CERT_ALTNAME_INVALID'],
] as const)(
  'a server with a certificate %s is asked only if it is right, whatever the environment says',
  async (what, outcome) => {
    const port = await serve(certificates[what]);
    for (const environment of [{}, { NODE_TLS_REJECT_UNAUTHORIZED: '0' }]) {
      asked.length = 0;
      expect(await ask(port, environment)).toBe(outcome);
      expect(asked).toEqual(outcome === 'answered' ? ['a secret'] : []);
    }
  },
);
