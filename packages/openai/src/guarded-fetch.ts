import type { SecretString } from '#core/secret-string.js';
import { secretWritings } from './secret-writings.js';

export type Fetch = typeof globalThis.fetch;

const mebibyte = 1024 * 1024;
/** Enough for the model list of an organization with thousands of fine-tunes, and an end to a body without one. */
const defaultMaxBodyBytes = 4 * mebibyte;

/** The SDK also takes headers from the environment (`OPENAI_CUSTOM_HEADERS`) and describes this machine in others. */
const sentHeaders = ['accept', 'content-type', 'user-agent'];

/** The answer was longer than any answer of OpenAI. */
export class AnswerTooLargeError extends Error {
  override name = 'AnswerTooLargeError';
}

/**
 * The last step before the wire, given to the SDK as its `fetch`. The secret is added here, so the SDK, its errors and
 * its logs never hold it; only listed headers leave; a redirect is an answer, never followed with the secret; and the
 * whole body is read under the request's own abort signal, up to `maxBodyBytes` (default 4 MiB), and is answered without the
 * secret, should the server have written it in there: what it says is stored and shown.
 * `onHeaders` sees status and headers as soon as they arrive, whatever becomes of the body.
 */
export function guardedFetch(options: {
  fetch: Fetch;
  secret: SecretString;
  maxBodyBytes?: number;
  onHeaders: (answer: { status: number; headers: Headers }) => void;
}): Fetch {
  return async (url, init) => {
    const given = new Headers(init?.headers);
    const headers: Record<string, string> = { authorization: `Bearer ${options.secret.reveal()}` };
    for (const name of sentHeaders) {
      const value = given.get(name);
      if (value !== null) headers[name] = value;
    }
    const response = await options.fetch(url, { ...init, headers, redirect: 'manual' });
    options.onHeaders({ status: response.status, headers: response.headers });
    const read = await readBounded(response, options.maxBodyBytes ?? defaultMaxBodyBytes);
    const body = withoutSecret(read, options.secret.reveal());
    return new Response(body.length > 0 ? body : null, { status: response.status, headers: response.headers });
  };
}

async function readBounded(response: Response, maxBodyBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength;
    // Leaving the loop early cancels the stream and with it the connection.
    if (bytes > maxBodyBytes) throw new AnswerTooLargeError(`answer over ${maxBodyBytes / mebibyte} MiB`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Byte by byte, whatever else the body is. One that is clean, as all are of OpenAI, is searched and not copied. */
function withoutSecret(body: Buffer, plaintext: string): Buffer {
  const found = secretWritings(plaintext).filter((writing) => body.includes(writing));
  if (found.length === 0) return body;
  return Buffer.from(
    found.reduce((text, writing) => text.replaceAll(writing, '[redacted]'), body.toString('latin1')),
    'latin1',
  );
}
