import type { Request, RequestHandler, Response } from 'express';
import { requestStateOf } from './request-state.js';

/** What a handler does for one request. */
export type Work = (request: Request, response: Response) => Promise<void>;

/**
 * A handler whose work counts as under way until it is done, also when the client has left meanwhile; one whose client has
 * left before it began does not begin.
 */
export function asWork(handle: Work): RequestHandler {
  return (request, response) => {
    if (request.socket.destroyed) return undefined;
    const work = handle(request, response);
    const settled = () => undefined;
    requestStateOf(response).work = work.then(settled, settled);
    return work;
  };
}
