/** Rows as lines of aligned columns, the first being the headings. */
export function alignColumns(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length))) ?? [];
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return lines.join('\n');
}

/** A label is anybody's text: without control characters it cannot move the cursor or recolour the terminal. */
export function printable(text: string): string {
  return text.replace(/\p{C}/gu, '�');
}
