import { styleText } from 'node:util';
import type { Finding } from '#domain/doctor/finding.js';

const lineWidth = 80;
const colours = { ok: 'green', warn: 'yellow', fail: 'red' } as const;

/**
 * A line for each finding, and what to do below it, within 80 columns but for single words that are longer. In colour
 * where standard output is a terminal that has them.
 */
export function describeFindings(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ subject }) => subject.length));
  return findings.map((finding) => describe(finding, width)).join('\n');
}

function describe({ subject, state, says, remedy }: Finding, width: number): string {
  const indent = ' '.repeat(width + 10);
  const text = [...wrap(says, lineWidth - indent.length), ...(remedy ? wrapAfterArrow(remedy, indent.length) : [])];
  const head = `  ${styleText(colours[state], state.padEnd(4))}  ${subject.padEnd(width)}  `;
  return head + text.join(`\n${indent}`);
}

function wrapAfterArrow(text: string, indented: number): string[] {
  return wrap(text, lineWidth - indented - 2).map((line, index) => (index === 0 ? `→ ${line}` : `  ${line}`));
}

function wrap(text: string, width: number): string[] {
  const lines = [''];
  for (const word of text.split(/\s+/)) {
    const line = lines.at(-1) ?? '';
    if (line !== '' && line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines;
}
