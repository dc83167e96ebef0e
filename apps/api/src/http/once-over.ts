import type { Request, Response } from 'express';

/**
 * Calls back once the answer is sent or its connection is gone. An answer that waits behind another one on its connection
 * (pipelining, RFC 9112 §9.3.2) is never told of the latter by itself.
 */
export function onceOver(request: Request, response: Response, done: () => void): void {
  const { socket } = request;
  if (socket.destroyed) return done();
  let isOver = false;
  const over = () => {
    // The one event may set off the other, whose listeners are then called although they were taken off.
    if (isOver) return;
    isOver = true;
    response.off('close', over);
    socket.off('close', over);
    done();
  };
  // As many as requests are under way on it.
  socket.setMaxListeners(0);
  response.once('close', over);
  socket.once('close', over);
}
