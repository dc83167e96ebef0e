import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { leftOutOfBackups } from './backup-tables.js';

test('docs/backup.md names every table that a backup has not', () => {
  const text = readFileSync(new URL('../../../../docs/backup.md', import.meta.url), 'utf8');
  const named = [...text.matchAll(/^\| `([a-z_]+)` \|/gm)].map(([, table]) => String(table));
  expect(named.toSorted()).toEqual(Object.keys(leftOutOfBackups).toSorted());
});
