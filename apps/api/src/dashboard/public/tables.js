// @ts-check
// Tables sort and filter without a reload, over the rows that are on the page.
import { all } from './dom.js';

/** The reader's sorting, to be repeated after a refresh. @type {Map<string, { column: number, isDescending: boolean }>} */
const sortings = new Map();

/** @param {HTMLTableElement} table */
const applySorting = (table) => {
  const sorting = sortings.get(table.id);
  const headers = [...(table.tHead?.rows[0]?.cells ?? [])];
  const header = sorting && headers[sorting.column];
  if (!sorting || !header) return;
  const value = (/** @type {HTMLTableRowElement} */ row) => row.cells[sorting.column]?.dataset['value'] ?? '';
  const isNumber = header.dataset['sort'] === 'number';
  const rows = [...(table.tBodies[0]?.rows ?? [])].sort((a, b) => {
    const order = isNumber ? Number(value(a)) - Number(value(b)) : value(a).localeCompare(value(b));
    return sorting.isDescending ? -order : order;
  });
  table.tBodies[0]?.append(...rows);
  for (const other of headers) other.removeAttribute('aria-sort');
  header.setAttribute('aria-sort', sorting.isDescending ? 'descending' : 'ascending');
};

/** @param {ParentNode} within */
export const enhanceTables = (within) => {
  for (const element of all('[data-sortable]', within)) {
    const table = /** @type {HTMLTableElement} */ (element);
    for (const header of all('th[data-sort]', table)) {
      const button = make(header);
      button.addEventListener('click', () => {
        const column = /** @type {HTMLTableCellElement} */ (header).cellIndex;
        sortings.set(table.id, { column, isDescending: header.getAttribute('aria-sort') === 'ascending' });
        applySorting(table);
      });
    }
    applySorting(table);
  }
  filterRows();
};

/** @param {HTMLElement} header */
const make = (header) => {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'sort';
  button.append(...header.childNodes);
  header.append(button);
  return button;
};

/** Hides the rows that lack the text in the search field. */
export const filterRows = () => {
  for (const input of all('[data-filter]')) {
    const table = /** @type {HTMLTableElement | null} */ (document.getElementById(input.dataset['filter'] ?? ''));
    const wanted = /** @type {HTMLInputElement} */ (input).value.trim().toLowerCase();
    const rows = [...(table?.tBodies[0]?.rows ?? [])];
    for (const row of rows) row.hidden = !textOf(row).includes(wanted);
    const isAnyShown = rows.some((row) => !row.hidden);
    table?.parentElement?.querySelector('.no-match')?.toggleAttribute('hidden', isAnyShown);
  }
};

/** @param {HTMLTableRowElement} row */
const textOf = (row) =>
  [...row.cells]
    .filter((cell) => !cell.classList.contains('cell-menu'))
    .map((cell) => cell.textContent)
    .join('\n')
    .toLowerCase();
