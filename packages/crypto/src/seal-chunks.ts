import { encryptWithNonce } from './aes-256-gcm.js';
import { type ChunkSealing, chunkBytes, chunkNonce, cutToSize } from './chunks.js';

/** Seals a stream as it passes; the header is not part of the result. See `ChunkSealing` for what it withstands. */
export async function* sealChunks(
  { key, header }: ChunkSealing,
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Buffer, void, undefined> {
  let index = 0;
  for await (const { bytes, isLast } of cutToSize(source, chunkBytes)) {
    const nonce = chunkNonce(index, isLast);
    const { ciphertext, tag } = encryptWithNonce({ key, nonce, associatedData: header }, bytes);
    yield Buffer.concat([ciphertext, tag]);
    index += 1;
  }
}
