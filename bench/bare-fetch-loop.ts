import { simulatedSecret } from '#simulator/simulated-key.js';

export interface BareLoopResult {
  perSecond: number;
  cpuMsPerRequest: number;
}

/**
 * The limit that probing is held against: `fetch` in a loop, as many requests in flight as a worker has, the same
 * request and answer, and nothing else. Arguments: base URL, requests in flight, seconds. Prints one line of JSON.
 */
const [, , baseUrl = '', inFlight = '', seconds = ''] = process.argv;
const secret = simulatedSecret({ behaviour: 'healthy', label: 'bare' });
const request = {
  method: 'POST',
  headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
  body: JSON.stringify({
    model: 'gpt-4o-mini',
    messages: [{ role: 'user', content: 'Say ok' }],
    max_completion_tokens: 1,
  }),
};

await loop(2_000);
const cpuBefore = process.cpuUsage();
const durationMs = Number(seconds) * 1000;
const requests = await loop(durationMs);
const cpu = process.cpuUsage(cpuBefore);
const result: BareLoopResult = {
  perSecond: requests / Number(seconds),
  cpuMsPerRequest: (cpu.user + cpu.system) / 1000 / requests,
};
process.stdout.write(`${JSON.stringify(result)}\n`);

async function loop(forMs: number): Promise<number> {
  const endAt = performance.now() + forMs;
  let done = 0;
  const one = async () => {
    while (performance.now() < endAt) {
      const response = await fetch(`${baseUrl}/chat/completions`, request);
      await response.json();
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: Number(inFlight) }, one));
  return done;
}
