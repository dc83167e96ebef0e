import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createOutboundFetch, type OutboundSettings, type Resolve } from './create-outbound-fetch.js';
import { OutboundRefusedError } from './outbound-refused-error.js';

// Two addresses of this machine on one port: the second plays a host outside, the first is what must stay out of reach.
const [inside, outside] = ['127.0.0.1', '127.0.0.2'];
const asked: (string | undefined)[] = [];
let servers: Server[];
let port: number;

beforeAll(async () => {
  const answer = (address: string): RequestListener => {
    return (request, response) => {
      asked.push(`${address}${request.url}`);
      // One connection per request, so that each has to be checked anew.
      response.setHeader('connection', 'close');
      if (request.url === '/elsewhere') response.writeHead(302, { location: `http://${outside}:${port}/secret` });
      response.end(address);
    };
  };
  const [first, second] = [createServer(answer(outside)), createServer(answer(inside))];
  await once(first.listen(0, outside), 'listening');
  ({ port } = first.address() as AddressInfo);
  await once(second.listen(port, inside), 'listening');
  servers = [first, second];
});
afterAll(() => servers.forEach((server) => server.close()));
beforeEach(() => void asked.splice(0));

const fetchWith = (settings: Partial<OutboundSettings> = {}) =>
  createOutboundFetch({ allow: [outside], requireTls: false, ...settings });

/** A resolver that gives these answers one after the other, the last one for ever. */
function answering(...answers: string[][]): { resolve: Resolve; turns: () => number } {
  let turn = 0;
  const resolve: Resolve = (_hostname, _options, callback) => {
    const answer = answers[Math.min(turn, answers.length - 1)] ?? [];
    turn += 1;
    callback(
      null,
      answer.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  };
  return { resolve, turns: () => turn };
}

/** The refusal in whatever `fetch` rejected with. */
async function refusalOf(promise: Promise<unknown>): Promise<OutboundRefusedError> {
  const error = await promise.then(
    () => expect.fail('it was asked'),
    (thrown: unknown) => thrown as Error,
  );
  const refusal = error instanceof OutboundRefusedError ? error : error.cause;
  expect(refusal).toBeInstanceOf(OutboundRefusedError);
  return refusal as OutboundRefusedError;
}

test('an address inside is refused however a URL writes it, and nothing is sent', async () => {
  for (const host of ['127.0.0.1', '0x7f.1', '2130706433', '0177.0.0.1', '127.1', '0', '[::1]', '[::ffff:127.0.0.1]']) {
    expect((await refusalOf(fetchWith()(`http://${host}:${port}/`))).code).toBe('OUTBOUND_REFUSED');
  }
  expect(asked).toEqual([]);
});

test('a name that leads inside is refused, by whichever of its addresses', async () => {
  for (const answer of [[inside], ['10.0.0.1', '::1'], ['fe80::1'], ['169.254.169.254'], []]) {
    const { resolve } = answering(answer);
    const { message } = await refusalOf(fetchWith({ resolve })(`http://rebind.example:${port}/`));
    expect(message).toBe('rebind.example is not on the public internet; OUTBOUND_ALLOW can name it.');
  }
  await refusalOf(fetchWith()(`http://localhost:${port}/`));
  expect(asked).toEqual([]);
});

describe('DNS rebinding', () => {
  test('a name that leads outside first and inside the next time is followed the first time alone', async () => {
    const { resolve } = answering([outside], [inside]);
    const fetch = fetchWith({ resolve });
    expect(await (await fetch(`http://rebind.example:${port}/1`)).text()).toBe(outside);
    await refusalOf(fetch(`http://rebind.example:${port}/2`));
    expect(asked).toEqual([`${outside}/1`]);
  });

  test('the address that was checked is the one connected to: a name is resolved once per connection', async () => {
    const { resolve, turns } = answering([outside], [inside]);
    await fetchWith({ resolve })(`http://rebind.example:${port}/`);
    expect(turns()).toBe(1);
  });

  test('of several addresses only those outside are connected to', async () => {
    const { resolve } = answering([inside, outside]);
    expect(await (await fetchWith({ resolve })(`http://mixed.example:${port}/`)).text()).toBe(outside);
  });
});

test('a redirect is an error, or the answer for who asks for it by hand; it is never followed', async () => {
  const url = `http://${outside}:${port}/elsewhere`;
  await expect(fetchWith()(url)).rejects.toThrow(TypeError);
  await expect(fetchWith()(url, { redirect: 'follow' })).rejects.toThrow(TypeError);
  expect((await fetchWith()(url, { redirect: 'manual' })).status).toBe(302);
  expect(asked).toEqual(Array.from({ length: 3 }, () => `${outside}/elsewhere`));
});

test('a host that is allowed by name may lead anywhere, any other may not', async () => {
  const fetch = fetchWith({ allow: ['Proxy.Internal'], ...answering([inside]) });
  expect(await (await fetch(`http://proxy.internal:${port}/`)).text()).toBe(inside);
  await refusalOf(fetch(`http://evil.proxy.internal:${port}/`));
});

test('an address that is allowed may be one of IPv6, which a URL writes in brackets', async () => {
  const fetch = fetchWith({ requireTls: true, allow: ['::1'] });
  // Whether or not this machine has it: it is tried.
  const error: unknown = await fetch(`http://[::1]:${port}/`).catch((thrown: Error) => thrown.cause ?? thrown);
  expect(error).toMatchObject({ syscall: 'connect', address: '::1' });
});

test('without TLS only allowed hosts are asked where TLS is required, and nothing but http and https anywhere', async () => {
  const fetch = fetchWith({ requireTls: true, ...answering([outside]) });
  const { message } = await refusalOf(fetch(`http://rebind.example:${port}/`));
  expect(message).toBe('rebind.example is asked over https: only; OUTBOUND_ALLOW can name it.');
  expect((await fetch(`http://${outside}:${port}/`)).status).toBe(200);
  for (const url of ['data:text/plain,x', 'file:///etc/passwd', 'ftp://example.com/']) await refusalOf(fetch(url));
});
