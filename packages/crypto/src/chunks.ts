import type { KeyObject } from 'node:crypto';
import { nonceBytes } from './nonce.js';

/**
 * A stream of any length, sealed in chunks (the STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizár, 2015, with
 * the layout of age): AES-256-GCM, each chunk with its tag, the nonce made of the chunk's number and of whether it is the
 * last. So a chunk that is altered, left out, doubled or moved fails to open, and so does a stream that ends too soon.
 */
export interface ChunkSealing {
  /** 32 bytes, of this stream alone: the nonces begin at 0 in every one. */
  key: KeyObject;
  /** What stands before the chunks, in the clear: every tag covers it too. */
  header: Uint8Array;
}

/** Bytes of plaintext in every chunk but the last, which may have fewer. */
export const chunkBytes = 64 * 1024;

/** 11 bytes count the chunks from 0, of which 6 are used (2^48 chunks are 16 exbibytes); the last byte ends the stream. */
export function chunkNonce(index: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(nonceBytes);
  nonce.writeUIntBE(index, nonceBytes - 7, 6);
  nonce[nonceBytes - 1] = isLast ? 1 : 0;
  return nonce;
}

/** The same bytes in pieces of `size`; the last, which always comes, has what is left. Holds little more than a piece. */
export async function* cutToSize(
  source: AsyncIterable<Uint8Array>,
  size: number,
): AsyncGenerator<{ bytes: Buffer; isLast: boolean }, void, undefined> {
  let parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of source) {
    parts.push(part);
    length += part.length;
    // A full piece is kept until something follows: only then is it known not to be the last.
    if (length <= size) continue;
    let rest = Buffer.concat(parts, length);
    for (; rest.length > size; rest = rest.subarray(size)) yield { bytes: rest.subarray(0, size), isLast: false };
    parts = [rest];
    length = rest.length;
  }
  yield { bytes: Buffer.concat(parts, length), isLast: true };
}
