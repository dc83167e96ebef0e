/** The same values, each asked for while the one before is being dealt with. An error comes in its place, after those. */
export async function* readAhead<T>(values: AsyncGenerator<T>): AsyncGenerator<T> {
  let coming = values.next();
  try {
    for (;;) {
      const result = await coming;
      if (result.done) return;
      coming = values.next();
      // Looked at in the next round; until then an error is nobody's.
      coming.catch(() => undefined);
      yield result.value;
    }
  } finally {
    await values.return(undefined);
  }
}
