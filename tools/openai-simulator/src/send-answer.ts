import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { RouteAnswer } from './routes.js';
import type { Behaviour } from './simulated-key.js';

/** Puts an answer on the wire, or withholds, breaks or garbles it as the key's manner says. */
export function sendAnswer(
  response: ServerResponse,
  exchange: { answer: RouteAnswer; manner: Behaviour; organizationId: string; processingMs: number },
): void {
  const { answer, manner } = exchange;
  if (manner === 'hang') return;
  if (manner === 'disconnect') {
    response.destroy();
    return;
  }
  const common = commonHeaders(exchange);
  if (manner === 'garbage') {
    send(response, {
      status: 200,
      text: '<!doctype html><title>Welcome</title>',
      headers: { 'content-type': 'text/html' },
    });
    return;
  }
  if ('events' in answer) {
    const text = answer.events.map((event) => `data: ${event}\n\n`).join('');
    send(response, { status: 200, text, headers: { ...common, 'content-type': 'text/event-stream; charset=utf-8' } });
    return;
  }
  const text = JSON.stringify(answer.body);
  const headers = { ...common, ...(answer.status === 401 ? {} : rateLimitHeaders), ...answer.headers };
  if (manner === 'slow-body') {
    response.writeHead(answer.status, { ...headers, 'content-length': Buffer.byteLength(text) });
    response.write(text.slice(0, text.length / 2));
    return;
  }
  send(response, { status: answer.status, text: manner === 'broken-json' ? text.slice(0, -9) : text, headers });
}

function send(
  response: ServerResponse,
  message: { status: number; text: string; headers: Readonly<Record<string, string>> },
): void {
  response.writeHead(message.status, { ...message.headers, 'content-length': Buffer.byteLength(message.text) });
  response.end(message.text);
}

function commonHeaders({
  organizationId,
  processingMs,
}: {
  organizationId: string;
  processingMs: number;
}): Record<string, string> {
  return {
    'content-type': 'application/json',
    'x-request-id': `req_${randomUUID().replaceAll('-', '')}`,
    'openai-processing-ms': String(processingMs),
    'openai-organization': organizationId,
    'openai-version': '2020-10-01',
  };
}

const rateLimitHeaders = {
  'x-ratelimit-limit-requests': '10000',
  'x-ratelimit-limit-tokens': '200000',
  'x-ratelimit-remaining-requests': '9999',
  'x-ratelimit-remaining-tokens': '199990',
  'x-ratelimit-reset-requests': '8.64s',
  'x-ratelimit-reset-tokens': '3ms',
};
