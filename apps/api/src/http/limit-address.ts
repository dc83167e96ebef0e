import type { RequestHandler } from 'express';
import { Problem } from '#core/problem.js';
import { isDecodable } from './refuse-ill-formed.js';

/** Half of what Node.js takes for all headers together, and what proxies usually take. */
export const longestAddress = 8 * 1024;
/** Twice as many filters as any list of ours has rows on a page. */
export const mostParameters = 400;

/**
 * Refuses addresses that are longer than any of ours, have more query parameters, are no UTF-8, or hold a null character.
 * @throws Problem `address-too-long`, `invalid-request`
 */
export const limitAddress: RequestHandler = ({ originalUrl }, _response, next) => {
  if (originalUrl.length > longestAddress) {
    throw new Problem('address-too-long', { detail: `An address may have ${longestAddress} characters.` });
  }
  const query = originalUrl.slice(originalUrl.indexOf('?') + 1);
  if (query.split('&', mostParameters + 1).length > mostParameters) {
    throw new Problem('invalid-request', { detail: `A query may have ${mostParameters} parameters.` });
  }
  if (!isDecodable(originalUrl)) {
    throw new Problem('invalid-request', { detail: 'The address is not percent-encoded UTF-8.' });
  }
  // The one character that a text in Postgres cannot hold.
  if (/%00/.test(originalUrl)) {
    throw new Problem('invalid-request', { detail: 'An address cannot hold a null character.' });
  }
  next();
};
