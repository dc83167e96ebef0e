/** What OpenAI may still have put right since it was last read, however long ago that was: each import reads it again. */
export const revisedDays = 5;
