import { styleText } from 'node:util';
import type { Finding } from '#domain/doctor/finding.js';
import { foldLine } from './fold-line.js';

const colours = { ok: 'green', warn: 'yellow', fail: 'red' } as const;

/**
 * A line for each finding, and what to do below it, in lines of so many columns. In colour where standard output is a
 * terminal that has them.
 */
export function describeFindings(findings: readonly Finding[], width: number): string {
  const longest = Math.max(...findings.map(({ subject }) => subject.length));
  return findings
    .flatMap(({ subject, state, says, remedy }) => {
      const head = `  ${styleText(colours[state], state.padEnd(4))}  ${subject.padEnd(longest)}  `;
      const arrow = `${' '.repeat(longest + 10)}→ `;
      return [foldLine(head, says, width), ...(remedy ? [foldLine(arrow, remedy, width)] : [])];
    })
    .join('\n');
}
