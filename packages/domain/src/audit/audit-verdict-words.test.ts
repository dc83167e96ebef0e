import { expect, test } from 'vitest';
import { auditVerdictWords } from './audit-verdict-words.js';

const whole = (events: bigint) => auditVerdictWords({ events, fault: null, faults: [] }).finding;
const altered = (seq: bigint) => ({ seq, kind: 'altered' }) as const;

test('one event, several and none are told apart', () => {
  expect([0n, 1n, 1_234n].map(whole)).toEqual([
    'nothing was audited yet',
    'the one event is as it was written',
    'all 1,234 events are as they were written',
  ]);
  const before = [0n, 1n, 2n].map(
    (events) => auditVerdictWords({ events, fault: altered(events + 1n), faults: [altered(events + 1n)] }).before,
  );
  expect(before).toEqual([
    'no event stands before it',
    'the event before it is whole',
    'the 2 events before it are whole',
  ]);
});

test('each fault after the first is told once, by its kind', () => {
  const faults = [altered(2n), { seq: 5n, kind: 'missing' }, { seq: 9n, kind: 'cut' }] as const;
  const words = auditVerdictWords({ events: 1n, fault: faults[0], faults: [...faults] });
  expect(words.finding).toBe('event 2 is not as it was written');
  expect(words.others).toEqual([
    'event 5 is not there',
    'at event 9 it ends before an anchor, or goes on otherwise than an anchor says',
  ]);
});
