import { z } from 'zod';

/** Years that every program between here and the database writes in the same way. */
const years = /^(?!0|9999)/;
const outOfYears = 'must be of the years 1000 to 9998';
/** `YYYY-MM-DD`. What is no day is told so alone, and nothing of its year. */
export const day = z.iso.date({ error: 'must be a day such as 2026-11-20', abort: true }).regex(years, outOfYears);

/** `YYYY-MM-DD`, or an instant with its offset. */
export const dayOrInstant = z.union([day, z.iso.datetime({ offset: true, abort: true }).regex(years, outOfYears)], {
  error: 'must be a day such as 2026-11-20, or an instant such as 2026-11-20T09:30:00Z',
});
