// node tools/compose/tls-proxy.mjs CERTIFICATE KEY PORT TARGET: the proxy with TLS that production asks for, at its smallest.
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:https';

const [, , certificate, key, port, target] = process.argv;
const server = createServer({ cert: readFileSync(certificate), key: readFileSync(key) }, (asked, answer) => {
  // Appended to what the client claims, as proxies do: only the last one is true.
  const claimed = asked.headers['x-forwarded-for'];
  const forwarded = [...(claimed ? [claimed] : []), asked.socket.remoteAddress].join(', ');
  const headers = { ...asked.headers, 'x-forwarded-for': forwarded, 'x-forwarded-proto': 'https' };
  const passed = request(new URL(asked.url, target), { method: asked.method, headers }, (got) => {
    answer.writeHead(got.statusCode, got.headers);
    got.pipe(answer);
  });
  passed.on('error', () => answer.destroy());
  asked.pipe(passed);
});
server.listen(Number(port), '127.0.0.1');
