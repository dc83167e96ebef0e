/** A fault that the person at the terminal can mend. The message is one sentence and holds no secret. */
export class StandaloneError extends Error {
  override readonly name = 'StandaloneError';
}
