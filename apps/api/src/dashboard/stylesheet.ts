import { readFileSync } from 'node:fs';
import { otherColour, seriesColours } from './charts/series-colours.js';

/** What a page asks for it by. */
export const stylesheetName = 'keyledger.css';

/** In this order, as the later of two rules of the same weight wins. What single sections add is in `public/`. */
const parts = [
  'ground',
  'icons',
  'frame',
  'menus',
  'surfaces',
  'buttons',
  'forms',
  'filters',
  'state',
  'tables',
  'charts',
  'dialogs',
  'bare-pages',
  'stale-pages',
  'narrow',
  'phone',
  'preferences',
  'looking-into',
];

/** The rules that all pages have in common, as one file. */
export function readStylesheet(): string {
  const written = parts.map((part) => readFileSync(new URL(`styles/${part}.css`, import.meta.url), 'utf8'));
  return [...written, ...[...seriesColours, otherColour].map((name) => `.${name}{fill:var(--${name})}`)].join('\n');
}
