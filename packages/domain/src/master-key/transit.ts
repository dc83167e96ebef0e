import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import {
  KeyManagementAwayError,
  KeyManagementRefusedError,
  type KeyManagementService,
} from './key-management-service.js';

export interface TransitSettings {
  /** Such as `https://bao.internal:8200`. */
  url: string;
  /** Where the engine is mounted. */
  mount: string;
  /** Name of its key. */
  key: string;
  /** Read at each call, as agents renew tokens in place. */
  tokenFile: string;
}

const deadlineMs = 10_000;
const mostAnswerBytes = 64 * 1024;

/** `vault:v<version of the key>:<base64>`, of OpenBao as well. */
export function isWrapped(text: string): boolean {
  return /^vault:v\d+:[A-Za-z0-9+/=]+$/.test(text);
}

/**
 * The transit engine of OpenBao or Vault over HTTP: `POST /v1/<mount>/encrypt/<key>` and `…/decrypt/<key>`
 * (https://openbao.org/api-docs/secret/transit/). Its key never leaves it; each of its versions opens what it made, so
 * rotating it changes nothing here. Redirects are refused, as they would carry the token elsewhere.
 */
export function createTransit(settings: TransitSettings): KeyManagementService {
  return {
    async wrap(masterKey) {
      const body = { plaintext: Buffer.from(masterKey, 'utf8').toString('base64') };
      const { ciphertext } = await call(
        settings,
        'encrypt',
        body,
        z.object({ ciphertext: z.string().refine(isWrapped) }),
      );
      return ciphertext;
    },
    async unwrap(wrapped) {
      const { plaintext } = await call(
        settings,
        'decrypt',
        { ciphertext: wrapped },
        z.object({ plaintext: z.base64() }),
      );
      return Buffer.from(plaintext, 'base64').toString('utf8');
    },
  };
}

async function call<T>(
  settings: TransitSettings,
  verb: 'encrypt' | 'decrypt',
  body: object,
  data: z.ZodType<T>,
): Promise<T> {
  const path = `/v1/${settings.mount}/${verb}/${encodeURIComponent(settings.key)}`;
  const token = await readToken(settings.tokenFile);
  let response: Response;
  try {
    // The operator's own address, which as a rule is inside, and never one that a tenant can choose.
    // oxlint-disable-next-line no-restricted-globals
    response = await fetch(new URL(path, settings.url), {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-vault-token': token, 'x-vault-request': 'true' },
      body: JSON.stringify(body),
      redirect: 'error',
      signal: AbortSignal.timeout(deadlineMs),
    });
  } catch (error) {
    throw new KeyManagementAwayError(`The key-management service of MASTER_KEY_KMS_URL does not answer.`, {
      cause: error,
    });
  }
  if (!response.ok) throw await refusalOf(response, settings.key);
  const parsed = z.object({ data }).safeParse(await readJson(response));
  if (!parsed.success) {
    throw new KeyManagementRefusedError('MASTER_KEY_KMS_URL: what answers there is no transit engine');
  }
  return parsed.data.data;
}

async function readToken(file: string): Promise<string> {
  try {
    const token = (await readFile(file, 'utf8')).trim();
    if (token !== '') return token;
  } catch {
    // Said below, as for an empty one.
  }
  throw new KeyManagementRefusedError('MASTER_KEY_KMS_TOKEN_FILE: the file it names cannot be read or is empty');
}

/** 5xx (a sealed server is 503) and 429 pass; the rest is somebody's decision. Its words never repeat a secret. */
async function refusalOf(response: Response, key: string): Promise<Error> {
  const { status } = response;
  if (status >= 500 || status === 429) {
    return new KeyManagementAwayError(
      `The key-management service of MASTER_KEY_KMS_URL is not ready (HTTP ${status}).`,
    );
  }
  const said = z.object({ errors: z.array(z.string()) }).safeParse(await readJson(response));
  // Several reasons come as one text of several lines, and a fault is one line.
  const reason = (said.data?.errors ?? []).join('; ').replaceAll(/\s+/g, ' ').trim().slice(0, 300) || 'no reason given';
  return new KeyManagementRefusedError(
    `MASTER_KEY_KMS_URL: the service refuses key “${key}” (HTTP ${status}: ${reason})`,
  );
}

async function readJson(response: Response): Promise<unknown> {
  try {
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    for await (const chunk of response.body ?? []) {
      bytes += chunk.length;
      if (bytes > mostAnswerBytes) return null;
      chunks.push(chunk);
    }
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown;
  } catch {
    return null; // no JSON is one more thing that is not what was asked for
  }
}
