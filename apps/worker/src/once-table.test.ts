import { expect, test } from 'vitest';
import { renderOnceTable } from './once-table.js';

test('a key that cannot be opened took no time and cost nothing, as nothing was sent', () => {
  const run = {
    id: 'run',
    providerKeyId: 'key',
    startedAt: new Date('2026-11-20T12:00:00Z'),
    trigger: 'once',
    mode: 'completion',
    model: 'gpt-4o-mini',
    outcome: 'cannot-open',
    httpStatus: null,
    errorCode: null,
    errorMessage: null,
    latencyMs: 0,
    requestId: null,
    rateLimit: null,
    costUsd: null,
    costBasis: null,
    costReason: null,
  } as const;
  const key = { id: 'key', tenantId: 'acme', tenantSlug: 'acme', label: 'sealed' };
  const [, line = ''] = renderOnceTable([{ key, run }]).split('\n');
  expect(line.split(/ {2,}/)).toEqual(['acme', 'sealed', 'cannot-open', '–', '–', '–', 'gpt-4o-mini', '–']);
});
