/**
 * What people write for an amount, such as `$1,234.50`, `42,93`, `0,150` or `−5`, as a plain decimal; anything else as it is.
 * A comma before three digits is one of thousands, unless a 0 alone is before it.
 */
export function readAmount(text: string): string {
  const bare = text.replaceAll(/[\s$]|USD/gi, '').replace('−', '-');
  if (/^-?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?$/.test(bare)) return bare.replaceAll(',', '');
  return /^-?(?:\d+,\d{1,2}|\d+,\d{4,}|0,\d+)$/.test(bare) ? bare.replace(',', '.') : bare;
}
