// @ts-check
// Charts tell their values to the pointer and, with ← and →, to the keyboard and the screen reader.
import { all, announce, around, make } from './dom.js';

/** @param {ParentNode} within */
export const enhanceCharts = (within) => {
  for (const figure of all('[data-chart]', within)) enhanceChart(figure);
};

/** @param {HTMLElement} figure */
const enhanceChart = (figure) => {
  const plot = /** @type {SVGElement | null} */ (figure.querySelector('.chart-plot'));
  const columns = all('.column', figure);
  // The readout replaces the browser's own hint.
  for (const column of columns) column.querySelector('title')?.remove();
  plot?.setAttribute('tabindex', '0');
  plot?.addEventListener('pointermove', (event) => show(figure, around(event, '.column')));
  plot?.addEventListener('pointerleave', () => show(figure, null));
  plot?.addEventListener('blur', () => show(figure, null));
  plot?.addEventListener('click', (event) => follow(around(event, '.column')));
  plot?.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') show(figure, null);
    if (event.key === 'Enter') follow(columns.find((column) => column.classList.contains('is-read')) ?? null);
    const step = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const present = columns.findIndex((column) => column.classList.contains('is-read'));
    const next = present < 0 ? columns.length - 1 : Math.min(columns.length - 1, Math.max(0, present + step));
    const column = columns[next];
    if (!column) return;
    show(figure, column);
    announce([column.dataset['summary'], ...partsOf(column).map(({ name, text }) => `${name} ${text}`)].join(', '));
  });
};

/** Where the column leads, if anywhere; the table below has the same as links. @param {HTMLElement | null} column */
const follow = (column) => {
  const { href } = column?.dataset ?? {};
  if (href) location.assign(href);
};

/** @param {HTMLElement} column */
const partsOf = (column) =>
  (column.dataset['readout'] ?? '')
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [name = '', text = '', colour = ''] = line.split('\t');
      return { name, text, colour };
    });

/** @param {HTMLElement} figure @param {HTMLElement | null} column */
const show = (figure, column) => {
  if (column?.classList.contains('is-read')) return;
  for (const other of all('.is-read', figure)) other.classList.remove('is-read');
  figure.querySelector('.readout')?.remove();
  if (!column) return;
  column.classList.add('is-read');
  const head = make(
    'div',
    {},
    make('b', {}, column.dataset['label'] ?? ''),
    make('b', {}, column.dataset['total'] ?? ''),
  );
  const lines = partsOf(column).map(({ name, text, colour }) =>
    make('div', {}, swatch(colour), make('span', { class: 'truncate' }, name), make('span', {}, text)),
  );
  const box = make('div', { class: 'readout', 'aria-hidden': 'true' }, head, ...lines);
  figure.append(box);
  place(box, figure.getBoundingClientRect(), column.getBoundingClientRect());
};

/** Beside the column, on the side with more room, so that it never covers what it is about. */
const place = (/** @type {HTMLElement} */ box, /** @type {DOMRect} */ figure, /** @type {DOMRect} */ column) => {
  const isRight = column.left - figure.left > figure.width / 2;
  const left = isRight ? column.left - figure.left - box.offsetWidth - 8 : column.right - figure.left + 8;
  box.style.left = `${Math.max(0, Math.min(figure.width - box.offsetWidth, left))}px`;
};

/** @param {string} colour */
const swatch = (colour) => {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  const rect = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
  for (const [name, value] of Object.entries({ width: '8', height: '8' })) {
    svg.setAttribute(name, value);
    rect.setAttribute(name, value);
  }
  rect.setAttribute('rx', '2');
  rect.setAttribute('class', colour);
  svg.append(rect);
  return svg;
};
