import { decrypt, tagBytes } from './aes-256-gcm.js';
import { CannotOpenError } from './cannot-open-error.js';
import { type ChunkSealing, chunkBytes, chunkNonce, cutToSize } from './chunks.js';

/**
 * Opens what `sealChunks` made, as it passes. Nothing of a chunk is handed out before its tag was verified, and the end
 * comes only when the last chunk was: whoever acts on what came before must be able to take it back until then.
 * @throws CannotOpenError whatever was done to it; what the source throws
 */
export async function* openChunks(
  { key, header }: ChunkSealing,
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Buffer, void, undefined> {
  let index = 0;
  for await (const { bytes, isLast } of cutToSize(source, chunkBytes + tagBytes)) {
    yield openChunk({ key, header }, { bytes, nonce: chunkNonce(index, isLast) });
    index += 1;
  }
}

function openChunk({ key, header }: ChunkSealing, { bytes, nonce }: { bytes: Buffer; nonce: Buffer }): Buffer {
  const tagAt = bytes.length - tagBytes;
  try {
    const sealed = { ciphertext: bytes.subarray(0, tagAt), tag: bytes.subarray(tagAt) };
    if (tagAt < 0) throw new CannotOpenError();
    return decrypt({ key, nonce, associatedData: header }, sealed);
  } catch {
    // Which check failed is dropped on purpose (see CannotOpenError).
    throw new CannotOpenError();
  }
}
