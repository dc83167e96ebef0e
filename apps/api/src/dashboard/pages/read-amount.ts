/** What people write for an amount, such as `$1,234.50`, `42,93` or `−5`, as a plain decimal; anything else as it is. */
export function readAmount(text: string): string {
  const bare = text.replaceAll(/[\s$]|USD/gi, '').replace('−', '-');
  if (/^-?\d{1,3}(?:,\d{3})+(?:\.\d+)?$/.test(bare)) return bare.replaceAll(',', '');
  return /^-?\d+,\d{1,2}$/.test(bare) ? bare.replace(',', '.') : bare;
}
