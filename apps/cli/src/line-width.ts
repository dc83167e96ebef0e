/** Beyond this, lines are hard to read; where there is no terminal, or one that does not know, as files are written. */
const widest = 100;
const otherwise = 80;

/** Columns that a line of output may take. @param columns of the terminal, as `process.stdout` has them */
export function lineWidth(columns: number | undefined): number {
  return Math.min(columns || otherwise, widest);
}
