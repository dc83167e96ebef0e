import type { RequestHandler } from 'express';
import { Problem } from '#core/problem.js';
import { onceOver } from './once-over.js';
import { requestStateOf } from './request-state.js';

/**
 * Lets so many requests of one name be under way at once in this process; one is under way until its answer is sent, or
 * its connection is gone, and its handler is done: whoever leaves early makes no room for more work.
 * @throws Problem `rate-limited`
 */
export function limitConcurrency(
  most: number,
  nameOf: (...given: Parameters<RequestHandler>) => string,
): RequestHandler {
  const underWay = new Map<string, number>();
  return (request, response, next) => {
    const name = nameOf(request, response, next);
    const count = underWay.get(name) ?? 0;
    if (count >= most) {
      const detail = `${most} requests of yours are under way, which is the most at once. Wait until one has ended.`;
      throw new Problem('rate-limited', { detail, retryAfterSecs: 1 });
    }
    underWay.set(name, count + 1);
    const release = () => {
      const left = (underWay.get(name) ?? 1) - 1;
      if (left > 0) underWay.set(name, left);
      else underWay.delete(name);
    };
    onceOver(request, response, () => void requestStateOf(response).work.then(release));
    next();
  };
}
