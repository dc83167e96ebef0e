import { z } from 'zod';
import { readAmount } from './read-amount.js';

/** Three digits after a point are thousands where a comma is the decimal sign. */
const unclear = /^-?[1-9]\d{0,2}\.\d{3}$/;

/**
 * An amount of money as it is typed, for `readAmount`. `1.234` is refused: half of the world writes 1234 so, and nobody
 * counts money in thousandths. Not for fields that show what is stored, which may have been sent as exactly that.
 */
export const typedAmount = z
  .string()
  .transform(readAmount)
  .refine((amount) => !unclear.test(amount), {
    error: ({ input }) => {
      const amount = String(input);
      return `Is ${amount} meant as ${amount.replace('.', '')}.00 or as ${amount.slice(0, -1)}? Write it so.`;
    },
  });
