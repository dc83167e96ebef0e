import { randomUUID } from 'node:crypto';
import { type Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { type Child, startChild } from './child.js';

/** A platform administrator's, of the api that is started here. */
export const token = `bench-${randomUUID()}`;

/** Beyond whatever a bench asks for: it measures answers, not refusals. */
const limits = { RATE_LIMIT_RPM: '1000000', RATE_LIMIT_BURST: '100000', RATE_LIMIT_CONCURRENT: '10000' };

/** The api in a process of its own, once it listens. */
export async function startApi(environment: Record<string, string>): Promise<{ api: Child; port: number }> {
  const api = startChild('apps/api/src/main.js', { env: { ...environment, ...limits, API_KEY: token, PORT: '0' } });
  for (;;) {
    const line = JSON.parse(await api.nextLine()) as { msg?: string; port?: number };
    if (line.msg !== 'api listening' || line.port === undefined) continue;
    void readOn(api);
    return { api, port: line.port };
  }
}

/** A log that nobody reads would stop the process that writes it. */
async function readOn(api: Child): Promise<void> {
  try {
    for (;;) await api.nextLine();
  } catch {
    // It ended.
  }
}

/** One GET with the token; pages are asked for as by anybody, of a dashboard that is public. */
export function fetchText(
  path: string,
  { port, agent }: { port: number; agent: Agent },
): Promise<{ status: number; text: string }> {
  const headers = path.startsWith('/dashboard') ? {} : { 'x-api-key': token };
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, agent, path, headers }, (response) => {
      text(response).then((body) => resolve({ status: response.statusCode ?? 0, text: body }), reject);
    })
      .once('error', reject)
      .end();
  });
}
