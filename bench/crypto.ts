import { createCipheriv, createDecipheriv, randomBytes, randomUUID } from 'node:crypto';
import { createDataKey, unwrapDataKey } from '#crypto/data-key.js';
import { createMasterKeyRing } from '#crypto/key-ring.js';
import { generateMasterKey, parseMasterKey } from '#crypto/master-key.js';
import { open } from '#crypto/open.js';
import { seal } from '#crypto/seal.js';

/**
 * Seals and opens per second on one core, beside a bare `node:crypto` AES-256-GCM loop in the same run: no format, no
 * associated data, one nonce for all, no copies. Ends with exit code 1 when either is below the target.
 */
const targetPerSecond = 100_000;
/** The length of an OpenAI project key. */
const secretLength = 164;
const rounds = 7;
const callsPerRound = 50_000;

const secret = randomBytes(secretLength / 2).toString('hex');

const sealing = vaultWork();
const bare = bareWork();
const results = medianRates({ seal: sealing.seal, open: sealing.open, encrypt: bare.encrypt, decrypt: bare.decrypt });

print('seals', results.seal, results.encrypt);
print('opens', results.open, results.decrypt);
if (Math.min(results.seal, results.open) < targetPerSecond) process.exitCode = 1;

function vaultWork() {
  const tenantId = randomUUID();
  const ring = createMasterKeyRing([parseMasterKey(generateMasterKey())]);
  const { id, wrapped } = createDataKey(ring, tenantId);
  const dataKey = unwrapDataKey(ring, tenantId, id, wrapped);
  const place = { tenantId, rowId: randomUUID(), field: 'secret' };
  const sealed = seal(dataKey, place, secret);
  return { seal: () => seal(dataKey, place, secret), open: () => open(dataKey, place, sealed) };
}

function bareWork() {
  const key = randomBytes(32);
  const nonce = randomBytes(12);
  const plaintext = Buffer.from(secret);
  const encrypt = () => {
    const cipher = createCipheriv('aes-256-gcm', key, nonce);
    const ciphertext = cipher.update(plaintext);
    cipher.final();
    return { ciphertext, tag: cipher.getAuthTag() };
  };
  const { ciphertext, tag } = encrypt();
  const decrypt = () => {
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: 16 });
    decipher.setAuthTag(tag);
    decipher.update(ciphertext);
    return decipher.final();
  };
  return { encrypt, decrypt };
}

/** Calls per second of each, taken in turns, so that a busy moment of the machine does not hit only one of them. */
function medianRates<Name extends string>(work: Record<Name, () => unknown>): Record<Name, number> {
  const names = Object.keys(work) as Name[];
  const rates = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let round = 0; round <= rounds; round += 1) {
    for (const name of names) {
      const rate = ratePerSecond(work[name]);
      // The first round only warms up the compiler.
      if (round > 0) rates[name].push(rate);
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(rates[name])])) as Record<Name, number>;
}

function ratePerSecond(call: () => unknown): number {
  const startedAt = process.hrtime.bigint();
  for (let count = 0; count < callsPerRound; count += 1) call();
  return (callsPerRound * 1e9) / Number(process.hrtime.bigint() - startedAt);
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function print(name: string, rate: number, bareRate: number): void {
  const perSecond = (value: number) => `${Math.round(value).toLocaleString('en-US')}/s`;
  const verdict = rate >= targetPerSecond ? 'met' : 'MISSED';
  process.stdout.write(
    `${name}: ${perSecond(rate)} of ${secretLength} bytes, target ${perSecond(targetPerSecond)} ${verdict}; ` +
      `bare node:crypto ${perSecond(bareRate)}, ratio ${(rate / bareRate).toFixed(2)}\n`,
  );
}
