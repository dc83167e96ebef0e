import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseUsd, type PicoUsd } from '#core/money.js';
import { addDays } from '../spend/local-days.js';
import { totalOf } from './credit.js';
import { type DayCost, type Movement, replayLedger } from './replay-ledger.js';

const usd = parseUsd;
const at = (text: string) => new Date(`2026-11-${text}Z`);
const cost = (billed: string, all = billed): DayCost => ({ billed: usd(billed), cost: usd(all) });
const deposit = (id: string, when: string, amount: string, expiresAt: Date | null = null): Movement => ({
  id,
  at: at(when),
  kind: 'deposit',
  amount: usd(amount),
  expiresAt,
});
const sync = (id: string, when: string, stated: string, costBefore = '0'): Movement => ({
  id,
  at: at(when),
  kind: 'sync',
  stated: usd(stated),
  costBefore: usd(costBefore),
});
const total = (movements: Movement[], costs: [string, DayCost][], today = '2026-11-20') => {
  const replay = replayLedger(movements, new Map(costs), today);
  return replay && totalOf(replay.credit);
};

test('a ledger without a movement knows nothing, and not zero', () => {
  expect(total([], [['2026-11-10', cost('5')]])).toBeNull();
});

test('the balance is the last sync less what came after it', () => {
  const movements = [deposit('a', '10T08:00:00', '100'), sync('b', '12T09:00:00', '42.93', '1.5')];
  const costs: [string, DayCost][] = [
    ['2026-11-11', cost('30')],
    ['2026-11-12', cost('4')],
    ['2026-11-13', cost('5.000000000001')],
    ['2026-11-20', cost('0', '0.25')],
  ];
  expect(total(movements, costs)).toBe(usd('42.93') - usd('2.5') - usd('5.000000000001') - usd('0.25'));
});

test('costs of days before a sync change nothing after it, whenever they come', () => {
  const movements = [deposit('a', '10T08:00:00', '100'), sync('b', '12T09:00:00', '42.93')];
  const before = total(movements, [['2026-11-11', cost('30')]]);
  expect(total(movements, [['2026-11-11', cost('31')]])).toBe(before);
  expect(total(movements, [])).toBe(before);
});

test('an estimate at a sync that turns out too high does not become credit', () => {
  expect(total([sync('a', '12T09:00:00', '40', '5')], [['2026-11-12', cost('3')]])).toBe(usd('40'));
});

test('of two syncs on one day the later one counts, with its own estimate', () => {
  const movements = [sync('a', '12T09:00:00', '40', '1'), sync('b', '12T18:00:00', '35', '5')];
  const replay = replayLedger(movements, new Map([['2026-11-12', cost('8')]]), '2026-11-13');
  expect(replay && totalOf(replay.credit)).toBe(usd('32'));
  expect(replay?.expectedAtSync.get('b')).toBe(usd('36'));
});

test('a deposit counts after a sync, and not when it was paid before', () => {
  expect(total([deposit('a', '12T08:59:59', '50'), sync('b', '12T09:00:00', '40')], [])).toBe(usd('40'));
  expect(total([sync('b', '12T09:00:00', '40'), deposit('a', '12T09:00:01', '50')], [])).toBe(usd('90'));
});

test('what ends first is spent first, and only the rest of it is lost', () => {
  const movements = [
    deposit('later', '01T00:00:00', '10', at('30T00:00:00')),
    deposit('sooner', '02T00:00:00', '10', at('10T00:00:00')),
  ];
  const replay = replayLedger(movements, new Map([['2026-11-09', cost('4')]]), '2026-11-20');
  expect(replay?.expired).toEqual(new Map([['sooner', usd('6')]]));
  expect(replay?.credit).toEqual({
    lots: [{ depositId: 'later', left: usd('10'), expiresAt: at('30T00:00:00') }],
    debt: 0n,
  });
});

test('a deposit is good through its last day, and gone at midnight', () => {
  const movements = [deposit('a', '01T00:00:00', '10', at('10T00:00:00'))];
  expect(total(movements, [], '2026-11-09')).toBe(usd('10'));
  expect(total(movements, [['2026-11-09', cost('3')]], '2026-11-10')).toBe(0n);
});

test('what was overspent is paid from the next deposit', () => {
  const movements = [deposit('a', '01T00:00:00', '10'), deposit('b', '05T00:00:00', '20', at('28T00:00:00'))];
  const replay = replayLedger(movements, new Map([['2026-11-02', cost('13')]]), '2026-11-20');
  expect(replay?.credit).toEqual({
    lots: [{ depositId: 'b', left: usd('17'), expiresAt: at('28T00:00:00') }],
    debt: 0n,
  });
});

test('there is a total for the end of each day, without a gap', () => {
  const replay = replayLedger([deposit('a', '18T08:00:00', '9')], new Map([['2026-11-19', cost('2')]]), '2026-11-20');
  expect(replay?.days).toEqual([
    { day: '2026-11-18', total: usd('9') },
    { day: '2026-11-19', total: usd('7') },
    { day: '2026-11-20', total: usd('7') },
  ]);
});

describe('what is dated before the first sync', () => {
  const truth = sync('truth', '12T09:00:00', '40');
  const costs: [string, DayCost][] = [
    ['2026-11-05', cost('9')],
    ['2026-11-13', cost('4')],
  ];

  test('ends at its instant, not at its day, and what is entered at the same instant follows it', () => {
    expect(total([deposit('a', '12T08:59:59.999', '25'), truth], [])).toBe(usd('40'));
    expect(total([truth, deposit('a', '12T09:00:00', '25')], [])).toBe(usd('65'));
  });

  test('has no past: the first day is that of the sync, which had nothing to differ from', () => {
    const replay = replayLedger([deposit('a', '01T00:00:00', '25'), truth], new Map(costs), '2026-11-13');
    expect(replay?.days).toEqual([
      { day: '2026-11-12', total: usd('40') },
      { day: '2026-11-13', total: usd('36') },
    ]);
    expect(replay?.expectedAtSync).toEqual(new Map([['truth', null]]));
  });

  test('is held in what the sync stated: the deposits that end last, without what was spent before', () => {
    const movements = [
      deposit('over', '01T00:00:00', '50', at('12T00:00:00')),
      deposit('sooner', '01T00:00:00', '25', at('16T00:00:00')),
      deposit('later', '02T00:00:00', '30', at('30T00:00:00')),
      truth,
    ];
    const replay = replayLedger(movements, new Map(costs), '2026-11-20');
    // 40 = 30 of the later one + 10 of the sooner one, of which 4 were spent.
    expect(replay?.expired).toEqual(new Map([['sooner', usd('6')]]));
    expect(replay && totalOf(replay.credit)).toBe(usd('30'));
  });

  test('leaves what no deposit explains as credit that does not end', () => {
    const movements = [deposit('a', '01T00:00:00', '25', at('14T00:00:00')), truth];
    const replay = replayLedger(movements, new Map(costs), '2026-11-20');
    expect(replay?.expired).toEqual(new Map([['a', usd('21')]]));
    expect(replay?.credit.lots).toEqual([{ depositId: null, left: usd('15'), expiresAt: null }]);
  });
});

const first = '2026-01-01';
const amounts = fc.bigInt({ min: 1n, max: 10n ** 15n });
const anyMovement = fc.record({
  offset: fc.integer({ min: 0, max: 40 }),
  kind: fc.constantFrom('deposit', 'deposit', 'correction', 'sync'),
  amount: amounts,
  lasts: fc.option(fc.integer({ min: 1, max: 30 })),
});
type AnyMovement = typeof anyMovement extends fc.Arbitrary<infer Value> ? Value : never;
const anyCosts = fc.array(fc.record({ offset: fc.integer({ min: 0, max: 40 }), billed: amounts, more: amounts }));

function build(movements: AnyMovement[]): Movement[] {
  return movements
    .toSorted((a, b) => a.offset - b.offset)
    .map(({ offset, kind, amount, lasts }, index): Movement => {
      const base = { id: String(index), at: new Date(`${addDays(first, offset)}T12:00:00Z`) };
      if (kind === 'sync') return { ...base, kind, stated: amount, costBefore: amount / 7n };
      if (kind === 'correction') return { ...base, kind, amount: index % 2 === 0 ? amount : -amount };
      const expiresAt = lasts === null ? null : new Date(`${addDays(first, offset + lasts)}T00:00:00Z`);
      return { ...base, kind: 'deposit', amount, expiresAt };
    });
}

test('what is left in all lots, less debt, is exactly the truth and everything since, whatever happened', () => {
  fc.assert(
    fc.property(fc.array(anyMovement, { minLength: 1 }), anyCosts, (given, days) => {
      const costs = new Map(
        days.map(({ offset, billed, more }) => [addDays(first, offset), { billed, cost: billed + more }]),
      );
      const replay = replayLedger(build(given), costs, '2026-02-15');
      if (!replay) throw new Error('there was a movement');
      const { deposits, corrections, expired, billed, estimated } = replay.since;
      const stated: PicoUsd = replay.lastSync?.stated ?? 0n;
      expect(totalOf(replay.credit)).toBe(stated + deposits + corrections - expired - billed - estimated);
      expect(replay.credit.lots.every(({ left }) => left > 0n)).toBe(true);
      expect(replay.credit.debt === 0n || replay.credit.lots.length === 0).toBe(true);
      expect(replay.days.at(-1)?.total).toBe(totalOf(replay.credit));
    }),
  );
});
