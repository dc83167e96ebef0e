import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Request, Response } from 'express';
import type { StreamReply } from './reply.js';

/** Sends a file piece by piece. Rejects when it breaks off on our side; a reader who goes away is no fault. */
export async function sendStream(
  { contentType, filename, pieces }: StreamReply,
  { request, response }: { request: Request; response: Response },
): Promise<void> {
  response.set('Content-Type', contentType).attachment(filename).set('Content-Type', contentType);
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  try {
    await pipeline(Readable.from(pieces), response);
  } catch (error) {
    // The reader went away: that is their right, and no fault of ours.
    if (!(error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE')) throw error;
  }
}
