import express from 'express';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { createLogger } from '#core/logger.js';
import { drain, listen } from '../listen.js';
import { apiRoutes } from './api-routes.js';
import { defineRoute } from './define-route.js';
import { identifyRequests } from './identify-requests.js';
import { HeadedReply } from './reply.js';

const inner = z.object({ name: z.string() });
const given = { name: 'seen', sealedSecret: 'unseen' };
const base = {
  method: 'get',
  access: 'public',
  tag: 'Test',
  summary: 'A handler that gives more than its schema names',
  params: z.strictObject({}),
  query: z.strictObject({}),
  body: z.unknown(),
  response: z.object({ ...inner.shape, items: z.array(inner) }),
} as const;
const tooMuch = { ...given, items: [given] };

test('what the schema of an answer does not name never leaves, at any depth', async () => {
  const routes = [
    defineRoute({ ...base, path: '/plain', handle: () => Promise.resolve(tooMuch) }),
    defineRoute({ ...base, path: '/headed', handle: () => Promise.resolve(new HeadedReply(tooMuch, { Age: '1' })) }),
  ];
  const pass: express.RequestHandler = (_request, _response, next) => next();
  const app = express();
  app.use(identifyRequests({ logger: createLogger({ name: 'test', level: 'silent' }) }));
  app.use(apiRoutes(routes, { authenticate: pass, limitRate: pass }));
  const { server, port } = await listen(app, { host: '127.0.0.1', port: 0 });
  try {
    for (const path of ['/plain', '/headed']) {
      const answer = await fetch(`http://127.0.0.1:${port}${path}`);
      expect(await answer.json()).toEqual({ name: 'seen', items: [{ name: 'seen' }] });
    }
  } finally {
    await drain(server, 1_000);
  }
});
