import { expect, test } from 'vitest';
import { OrganizationReadError } from '#openai/organization/organization-read-error.js';
import { readWindows } from './read-windows.js';

const hourMs = 3_600_000;
const begin = Date.parse('2026-11-20');
const at = (hour: number) => new Date(begin + hour * hourMs);
const hourOf = (instant: Date) => (instant.getTime() - begin) / hourMs;

interface Bucket {
  startAt: Date;
  endAt: Date;
  rows: number;
}
const bucket = (hour: number, rows = 1): Bucket => ({ startAt: at(hour), endAt: at(hour + 1), rows });

/** The windows of ten hours as [from, to, buckets], and the sizes of the pages that were asked for. */
async function windowsOf(answer: (hour: number, size: number) => Bucket[][]) {
  const asked: number[] = [];
  const windows = readWindows<Bucket>(
    { from: at(0), to: at(10) },
    {
      pages: { buckets: 8 },
      async *read(from, size) {
        asked.push(size);
        yield* answer(hourOf(from), size);
      },
      rowsOf: ({ rows }) => rows,
      now: at(10),
    },
  );
  const seen: [number, number, number][] = [];
  const aside: Bucket[] = [];
  let lasts = 0;
  for await (const { buckets, setAside, from, to, isLast } of windows) {
    aside.push(...setAside);
    seen.push([hourOf(from), hourOf(to), buckets.length]);
    lasts += Number(isLast);
  }
  expect(lasts).toBe(1);
  return { seen, asked, aside };
}

const hours = (from: number, to: number, rows = 1) =>
  Array.from({ length: to - from }, (_, index) => bucket(from + index, rows));

test('windows follow each other without gaps, also where buckets are left out', async () => {
  const { seen } = await windowsOf(() => [[bucket(1), bucket(2)], [], [bucket(6)]]);
  expect(seen).toEqual([
    [0, 3, 2],
    [3, 7, 1],
    [7, 10, 0],
  ]);
});

test('a page that is too large is asked for in half the size, from where it stopped', async () => {
  const { seen, asked } = await windowsOf((from, size) => {
    if (size > 2) throw new OrganizationReadError('answer-too-large', 'too large');
    return [hours(from, 10)];
  });
  expect(asked).toEqual([8, 4, 2]);
  expect(seen).toEqual([[0, 10, 10]]);
});

test('a bucket that is too large by itself fails, instead of being asked for without end', async () => {
  const tooLarge = () => {
    throw new OrganizationReadError('answer-too-large', 'too large');
  };
  await expect(windowsOf(tooLarge)).rejects.toMatchObject({ code: 'answer-too-large' });
});

test('windows of a page are alike in size, and hours without usage after it are in none of their own', async () => {
  const { seen } = await windowsOf(() => [[...hours(0, 6, 2_500), ...hours(6, 10, 0)]]);
  expect(seen).toEqual([
    [0, 3, 3],
    [3, 10, 7],
  ]);
});

test('a window holds some ten thousand rows, in whole buckets', async () => {
  const { seen } = await windowsOf(() => [[...hours(0, 4, 4_000), bucket(4, 20_000), ...hours(5, 10, 1)]]);
  expect(seen).toEqual([
    [0, 2, 2],
    [2, 4, 2],
    [4, 5, 1],
    [5, 10, 5],
  ]);
});

const yearHours = 365 * 24;

test('buckets of impossible times stand apart, and the others are read as if those were not there', async () => {
  const impossible = [bucket(-7 * yearHours), bucket(3 * yearHours), { ...bucket(0), startAt: new Date(Number.NaN) }];
  const { seen, aside } = await windowsOf(() => [[...impossible, ...hours(0, 10)]]);
  expect(seen).toEqual([[0, 10, 10]]);
  expect(aside).toEqual(impossible);
});

test.each([
  ['before what was asked', [bucket(-1)]],
  ['after it', [bucket(10)]],
  ['twice', [bucket(3), bucket(3)]],
  ['without an extent', [{ startAt: at(1), endAt: at(1), rows: 1 }]],
])('a bucket %s is refused, as it would be counted twice the next time', async (_, page) => {
  await expect(windowsOf(() => [page])).rejects.toMatchObject({ code: 'unreadable-answer' });
});
