/** When a deposit was paid: an instant as it is; of a day, its beginning in UTC, and of today's, now. */
export function paidAt(text: string | undefined, now: Date): Date | undefined {
  if (text === undefined || text === now.toISOString().slice(0, 10)) return undefined;
  return new Date(text);
}
