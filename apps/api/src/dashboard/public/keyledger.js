// @ts-check
// Every page is whole without scripts. They keep figures fresh and save the reader clicks.
import { enhanceCharts } from './charts.js';
import { all, around } from './dom.js';
import { enhanceForms } from './forms.js';
import { noteDrawn, refresh } from './refresh.js';
import { enhanceTables, filterRows } from './tables.js';
import { tick } from './times.js';

const refreshEveryMs = 15_000;
const sequenceWithinMs = 1_000;

/** @param {ParentNode} within */
const enhance = (within) => {
  enhanceCharts(within);
  enhanceTables(within);
  enhanceForms(within);
};

/** @param {number} step */
const moveRow = (step) => {
  const links = all('[data-rows] tr:not([hidden]) .row-link');
  const present = links.findIndex((link) => link.closest('tr')?.contains(document.activeElement));
  links[Math.min(links.length - 1, Math.max(0, present + step))]?.focus();
};

/** What a single key does where it is not being typed into something. @type {Record<string, () => void>} */
const shortcuts = {
  '/': () => all('[data-search]')[0]?.focus(),
  '?': () => /** @type {HTMLDialogElement | null} */ (document.getElementById('shortcuts'))?.showModal(),
  '.': () =>
    /** @type {HTMLElement | null} */ (document.activeElement?.closest('tr')?.querySelector('summary'))?.click(),
  j: () => moveRow(1),
  k: () => moveRow(-1),
};

const closeMenu = () => {
  const menu = document.querySelector('.menu[open]');
  menu?.removeAttribute('open');
  menu?.querySelector('summary')?.focus();
};

let last = { key: '', atMs: 0 };
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') closeMenu();
  if (event.ctrlKey || event.metaKey || event.altKey || around(event, 'input, select, textarea, dialog')) return;
  const goes = last.key === 'g' && event.timeStamp - last.atMs < sequenceWithinMs;
  last = { key: event.key, atMs: event.timeStamp };
  const marked = all(`[${goes ? 'data-go' : 'data-shortcut'}="${CSS.escape(event.key)}"]`)[0];
  const act = marked ? () => marked.click() : shortcuts[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});
document.addEventListener('input', (event) => around(event, '[data-filter]') && filterRows());

document.documentElement.classList.add('scripted');
noteDrawn();
enhance(document);
tick();
setInterval(tick, 1_000);
setInterval(() => void refresh(enhance), refreshEveryMs);
document.addEventListener('visibilitychange', () => void refresh(enhance));
