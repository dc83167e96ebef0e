/** Something about the home folder that the person at the terminal can mend. One sentence, no secret. */
export class HomeError extends Error {
  override readonly name = 'HomeError';
}
