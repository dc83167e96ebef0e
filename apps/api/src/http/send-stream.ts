import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { Request, Response } from 'express';
import { onceOver } from './once-over.js';
import type { StreamReply } from './reply.js';
import { requestStateOf } from './request-state.js';

/** Nothing was read for so long: somebody holds our query and our memory who does not want the file. */
const usualStallMs = 60_000;

/**
 * Sends a file piece by piece, and resolves when no more of it is being made. Rejects when it breaks off on our side; a
 * reader who goes away is no fault, and one who stops reading is cut off after `stallMs`.
 * @throws Problem `rate-limited` while too many files are sent to them, or of their tenant
 */
export async function sendStream(
  { contentType, filename, pieces }: StreamReply,
  { request, response, stallMs = usualStallMs }: { request: Request; response: Response; stallMs?: number },
): Promise<void> {
  if (request.method !== 'HEAD') requestStateOf(response).beginFile();
  response.set('Content-Type', contentType).attachment(filename).set('Content-Type', contentType);
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  response.setTimeout(stallMs, () => response.destroy());
  // `pipeline` would wait for the answer's `close`, which one that waits behind another on its connection may never have,
  // and not for what is being made when the reader goes away.
  const source = Readable.from(pieces);
  source.pipe(response);
  onceOver(request, response, () => source.destroy());
  try {
    await finished(source);
  } catch (error) {
    // The reader went away: that is their right, and no fault of ours.
    if (!(error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE')) throw error;
  }
}
