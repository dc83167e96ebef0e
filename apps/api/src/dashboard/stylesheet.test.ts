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
