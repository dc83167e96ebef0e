import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readStylesheet } from './stylesheet.js';

test('every part of the styles is in the stylesheet of all pages, once', () => {
  const folder = new URL('./styles/', import.meta.url);
  const stylesheet = readStylesheet();
  const times = readdirSync(folder).map((file) => {
    return [file, stylesheet.split(readFileSync(new URL(file, folder), 'utf8')).length - 1];
  });
  expect(times).toEqual(times.map(([file]) => [file, 1]));
});

test('a table that keeps its columns names no column that it has no rule for, and each series has its colour', () => {
  const stylesheet = readStylesheet();
  const shipped = readdirSync(new URL('./public/', import.meta.url)).filter((file) => file.endsWith('.css'));
  const own = shipped.map((file) => readFileSync(new URL(`./public/${file}`, import.meta.url), 'utf8'));
  const named = new Set([stylesheet, ...own].join('\n').match(/--column-\d+(?=:)/g));
  expect([...named].filter((column) => !stylesheet.includes(`var(${column}, auto)`))).toEqual([]);
  const tokens = readFileSync(new URL('./public/tokens.css', import.meta.url), 'utf8');
  const series = tokens.match(/--series-\w+(?=:)/g) ?? [];
  expect(series).toHaveLength(7);
  expect(series.filter((token) => !stylesheet.includes(`{fill:var(${token})}`))).toEqual([]);
});
