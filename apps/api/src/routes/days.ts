import { z } from 'zod';

/** Years that every program between here and the database writes in the same way. */
const years = /^(?!0|9999)/;
const aDay = 'must be a day such as 2026-11-20';
/** `YYYY-MM-DD`. */
export const day = z.iso.date(aDay).regex(years, aDay);

/** `YYYY-MM-DD`, or an instant with its offset. */
export const dayOrInstant = z.union([day, z.iso.datetime({ offset: true }).regex(years)], {
  error: 'must be a day such as 2026-11-20, or an instant such as 2026-11-20T09:30:00Z',
});
