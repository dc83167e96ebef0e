import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { accessRoles, roleAllows } from '#domain/access-tokens/access-role.js';
import { accessTo } from '#domain/access-tokens/access-table.js';

const repository = fileURLToPath(new URL('../../../../', import.meta.url));
const words = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

function printedTable(): string {
  const rows = Object.entries(accessTo).flatMap(([thing, actions]) =>
    Object.entries(actions).map(([action, least]) => {
      const marks = accessRoles.map((role) => (roleAllows(role, least) ? '✓' : '–'));
      return [words(thing), words(action), ...marks];
    }),
  );
  const head = ['what', 'action', ...accessRoles.map((role) => `\`${role}\``)];
  const rule = head.map((_, index) => (index < 2 ? '---' : ':-:'));
  return [head, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

test('docs/access.md prints the table that the routes take their access from', async () => {
  const page = await readFile(`${repository}docs/access.md`, 'utf8');
  const [, printed = ''] = /<!-- table: begin -->\n([\s\S]*?)\n?<!-- table: end -->/.exec(page) ?? [];
  expect(printed.trim()).toBe(printedTable());
});

test('no route and no page decides for itself which role it needs', async () => {
  const folders = ['apps/api/src/routes/', 'apps/api/src/dashboard/pages/'].map((folder) => repository + folder);
  const listed = await Promise.all(folders.map(async (folder) => (await readdir(folder)).map((name) => folder + name)));
  const files = listed.flat().filter((file) => !file.endsWith('.test.ts'));
  expect(files.length).toBeGreaterThan(50);
  const texts = await Promise.all(files.map(async (file) => ({ file, text: await readFile(file, 'utf8') })));
  const deciding = texts.filter(({ text }) => /access: '(?!public')/.test(text));
  expect(deciding.map(({ file }) => file.replace(repository, ''))).toEqual([]);
});
