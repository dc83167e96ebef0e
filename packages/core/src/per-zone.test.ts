import { expect, test } from 'vitest';
import { perZone } from './per-zone.js';

function counting() {
  const made: string[] = [];
  const of = perZone((zone) => {
    made.push(zone);
    return { zone };
  });
  return { made, of };
}

test('what is made of a zone is made once', () => {
  const { made, of } = counting();
  expect([of('UTC'), of('Asia/Tokyo'), of('UTC')].map(({ zone }) => zone)).toEqual(['UTC', 'Asia/Tokyo', 'UTC']);
  expect(made).toEqual(['UTC', 'Asia/Tokyo']);
  expect(of('UTC')).toBe(of('UTC'));
});

test('however many ways a tenant finds to write its zone, a hundred are kept', () => {
  const { made, of } = counting();
  for (let way = 0; way < 101; way += 1) of(`zone ${way}`);
  of('zone 100');
  of('zone 1');
  expect(made).toHaveLength(101);
  of('zone 0');
  expect(made).toHaveLength(102);
});

test('a zone that is none is not kept, and told each time', () => {
  const of = perZone((timeZone) => new Intl.DateTimeFormat('en', { timeZone }));
  for (const zone of ['Mars/Base', 'Mars/Base']) expect(() => of(zone)).toThrow(RangeError);
});
