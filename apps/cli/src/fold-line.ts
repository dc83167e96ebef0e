import { stripVTControlCharacters } from 'node:util';

/**
 * A head and the text after it in as many lines as `width` columns ask for, all of the text in one column. Colours of the
 * head take no room; a single word that is longer than its line sticks out.
 */
export function foldLine(head: string, text: string, width: number): string {
  const indent = stripVTControlCharacters(head).length;
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    if (line !== '' && indent + line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return head + [...lines, line].join(`\n${' '.repeat(indent)}`);
}
