import { IncomingMessage, ServerResponse } from 'node:http';
import type { Express } from 'express';

/**
 * For a server of `app`: makes requests and answers with what Express adds to them from the start. Express would otherwise change
 * the prototype of both for every request (expressjs/express#5998), and V8 then keeps all that a request holds beyond two young
 * collections: most of the garbage of an API at work, and of the pauses for it, comes from there.
 */
export function messageClassesOf(app: Express): {
  IncomingMessage: typeof IncomingMessage;
  ServerResponse: typeof ServerResponse;
} {
  class ExpressRequest extends IncomingMessage {}
  class ExpressResponse<Request extends IncomingMessage> extends ServerResponse<Request> {}
  Object.setPrototypeOf(ExpressRequest.prototype, app.request);
  Object.setPrototypeOf(ExpressResponse.prototype, app.response);
  Object.assign(app, { request: ExpressRequest.prototype, response: ExpressResponse.prototype });
  return { IncomingMessage: ExpressRequest, ServerResponse: ExpressResponse };
}
