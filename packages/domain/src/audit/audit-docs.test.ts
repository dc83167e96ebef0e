import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { auditActions } from './audit-actions.js';

test('docs/audit.md prints the table of actions', async () => {
  const page = await readFile(new URL('../../../../docs/audit.md', import.meta.url), 'utf8');
  const [, printed = ''] = /<!-- table: begin -->\n([\s\S]*?)\n?<!-- table: end -->/.exec(page) ?? [];
  const rows = Object.entries(auditActions).map(([action, meaning]) => [`\`${action}\``, meaning]);
  const table = [['action', 'when'], ['---', '---'], ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
  expect(printed.trim()).toBe(table);
});
