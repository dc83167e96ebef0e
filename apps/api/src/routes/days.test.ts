import { expect, test } from 'vitest';
import { sayFault } from '../http/say-fault.js';
import { day, dayOrInstant } from './days.js';

const faultsOf = (schema: typeof day | typeof dayOrInstant, text: string) =>
  schema.safeParse(text, { error: sayFault }).error?.issues.map(({ message }) => message) ?? [];
const instants = ['T09:30:00Z', 'T09:30:00+02:00'];
const bound = 'must be of the years 1000 to 9998';

test.each(['1000-01-01', '2026-11-20', '9998-12-31'])('%s is a day', (text) => {
  expect(faultsOf(day, text)).toEqual([]);
  for (const time of ['', ...instants]) expect(faultsOf(dayOrInstant, `${text}${time}`)).toEqual([]);
});

test.each(['0999-12-31', '9999-01-01', '9999-12-31'])(
  '%s, which is a day, is refused with the years there are',
  (text) => {
    expect(faultsOf(day, text)).toEqual([bound]);
    for (const time of ['', ...instants]) expect(faultsOf(dayOrInstant, `${text}${time}`)).toEqual([bound]);
  },
);

test.each(['2026-02-30', '20.11.2026', '9999-02-30', '', '99999-01-01'])(
  '%j, which is no day, is told what one is',
  (text) => {
    expect(faultsOf(day, text)).toEqual(['must be a day such as 2026-11-20']);
    expect(faultsOf(dayOrInstant, text)).toEqual([
      'must be a day such as 2026-11-20, or an instant such as 2026-11-20T09:30:00Z',
    ]);
  },
);
