import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTestAuthority } from '#testing/test-certificate.js';
import { inspectCertificate } from './inspect-certificate.js';

const clock = { now: () => new Date('2026-11-23T12:00:00Z') };
const begun = new Date('2026-09-01T00:00:00Z');
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keyledger-certificate-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** What is found of a certificate that is good between these instants. */
async function inspect(validFrom: Date, validTo: string) {
  const environment = { TLS_CERT_FILE: join(folder, 'tls.crt'), TLS_KEY_FILE: join(folder, 'tls.key') };
  const { certificate, key } = createTestAuthority('ours').issue({
    host: 'keys.example',
    validFrom,
    validTo: new Date(validTo),
  });
  await writeFile(environment.TLS_CERT_FILE, certificate);
  await writeFile(environment.TLS_KEY_FILE, key);
  const [finding, ...others] = inspectCertificate(environment, clock);
  expect(others).toEqual([]);
  return `${finding?.state}: ${finding?.says}`;
}

test('a certificate is good, or is told two weeks before its end, at its end, and before its beginning', async () => {
  expect(await inspect(begun, '2026-12-07T12:00:00Z')).toBe('ok: good until 2026-12-07T12:00:00.000Z');
  expect(await inspect(begun, '2026-12-07T11:59:59Z')).toMatch(/^warn: .* ends soon, at 2026-12-07T11:59:59/);
  expect(await inspect(begun, '2026-11-23T12:00:00Z')).toMatch(/^fail: .* ended at 2026-11-23T12:00:00/);
  const tomorrow = new Date('2026-11-24T00:00:00Z');
  expect(await inspect(tomorrow, '2027-01-01T00:00:00Z')).toMatch(/^fail: .* begins at 2026-11-24T00:00:00/);
});

test('where there is no certificate nothing is said of it, and of one that cannot be used the configuration says it', () => {
  expect(inspectCertificate({}, clock)).toEqual([]);
  const nowhere = { TLS_CERT_FILE: join(folder, 'no.crt'), TLS_KEY_FILE: join(folder, 'no.key') };
  expect(inspectCertificate(nowhere, clock)).toEqual([]);
});
