// @ts-check
// Every page is whole without this file. It keeps figures fresh, and saves the reader clicks.
'use strict';

const refreshEveryMs = 15_000;
const root = document.documentElement;
root.classList.add('scripted');

/** @param {string} selector @param {ParentNode} [within] @returns {HTMLElement[]} */
const all = (selector, within = document) =>
  [...within.querySelectorAll(selector)].map((e) => /** @type {HTMLElement} */ (e));
/** @param {Event} event @param {string} selector @returns {HTMLElement | null} */
const closest = (event, selector) => (event.target instanceof Element ? event.target.closest(selector) : null);
/** @param {string} tag @param {Record<string, string>} [set] @param {(Node | string)[]} children */
const make = (tag, set = {}, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(set)) element.setAttribute(name, value);
  element.append(...children);
  return element;
};
/** @param {string} text */
const announce = (text) => document.getElementById('announce')?.replaceChildren(text);

// ---- ages tick, and what is stale fades by itself ----
/** The same steps as `format-time.ts`. @param {number} ms */
const span = (ms) => {
  const secs = Math.max(0, Math.floor(ms / 1000));
  if (secs < 60) return `${secs} s`;
  if (secs < 3_600) return `${Math.floor(secs / 60)} min`;
  return secs < 172_800 ? `${Math.floor(secs / 3_600)} h` : `${Math.floor(secs / 86_400)} d`;
};
const tick = () => {
  for (const time of all('time[data-relative]')) {
    const age = Date.now() - Date.parse(time.getAttribute('datetime') ?? '');
    const text = time.dataset.relative === 'for' ? span(age) : age < 5_000 ? 'just now' : `${span(age)} ago`;
    if (time.textContent !== text) time.textContent = text;
  }
  for (const badge of all('[data-stale-at]')) {
    if (Date.parse(badge.dataset.staleAt ?? '') > Date.now()) continue;
    badge.removeAttribute('data-stale-at');
    badge.className = 'badge tone-muted';
    badge.querySelector('use')?.setAttribute('href', '#i-unknown');
    badge.querySelector('.badge-word')?.replaceChildren('Unknown');
  }
};

// ---- regions refresh in place ----
/** @param {string} url */
const fetchPage = async (url) => {
  const response = await fetch(url, { headers: { Accept: 'text/html' }, credentials: 'same-origin' });
  if (!response.ok || response.redirected) throw new Error(`answered ${response.status}`);
  return new DOMParser().parseFromString(await response.text(), 'text/html');
};
/** What the server last sent, by region: the page itself changes by ticking and sorting. @type {Map<string, string>} */
const drawn = new Map();
const noteDrawn = () => all('[data-refresh]').forEach((region) => drawn.set(region.id, region.innerHTML));
/** A reader in the middle of something is left alone. @param {HTMLElement} region */
const isBusy = (region) =>
  Boolean(
    region.querySelector('.menu[open], .is-read, input:focus, select:focus') ||
    region.contains(getSelection()?.isCollapsed === false ? (getSelection()?.anchorNode ?? null) : null),
  );
/** @param {HTMLElement} region @param {HTMLElement} fresh */
const swap = (region, fresh) => {
  if (drawn.get(region.id) === fresh.innerHTML || isBusy(region)) return;
  drawn.set(region.id, fresh.innerHTML);
  const focusable = 'a, button, summary, [tabindex]';
  const focused = all(focusable, region).indexOf(/** @type {HTMLElement} */ (document.activeElement));
  const isOpen = all('details', region).map((details) => details.hasAttribute('open'));
  const scrolled = all('.scroll', region).map((box) => box.scrollLeft);
  region.replaceChildren(...[...fresh.childNodes].map((node) => document.importNode(node, true)));
  all('details', region).forEach((details, index) => details.toggleAttribute('open', isOpen[index] ?? false));
  all('.scroll', region).forEach((box, index) => (box.scrollLeft = scrolled[index] ?? 0));
  enhance(region);
  if (focused >= 0) all(focusable, region)[focused]?.focus({ preventScroll: true });
};
const refresh = async () => {
  if (document.hidden || !drawn.size) return;
  try {
    const fresh = await fetchPage(location.href);
    for (const region of all('[data-refresh]')) {
      const counterpart = fresh.getElementById(region.id);
      if (counterpart) swap(region, counterpart);
    }
    root.classList.remove('is-offline');
    tick();
  } catch {
    root.classList.add('is-offline');
  }
};

// ---- tables sort and filter without a reload ----
/** @param {HTMLTableElement} table @param {number} column @param {boolean} isNumber @param {boolean} isDescending */
const sortBy = (table, column, isNumber, isDescending) => {
  const body = table.tBodies[0];
  const value = (/** @type {HTMLTableRowElement} */ row) => row.cells[column]?.dataset.value ?? '';
  const order = (/** @type {string} */ a, /** @type {string} */ b) =>
    isNumber ? Number(a) - Number(b) : a.localeCompare(b);
  const rows = [...(body?.rows ?? [])].sort((a, b) => order(value(a), value(b)) * (isDescending ? -1 : 1));
  body?.append(...rows);
  all('th', table.tHead ?? table).forEach((th, index) => {
    if (index === column) th.setAttribute('aria-sort', isDescending ? 'descending' : 'ascending');
    else th.removeAttribute('aria-sort');
  });
  sorted.set(table.id, () =>
    sortBy(/** @type {HTMLTableElement} */ (document.getElementById(table.id)), column, isNumber, isDescending),
  );
};
/** How to repeat the reader's sorting after a refresh. @type {Map<string, () => void>} */
const sorted = new Map();
const filterRows = () => {
  for (const input of all('[data-filter]')) {
    const table = /** @type {HTMLTableElement | null} */ (document.getElementById(input.dataset.filter ?? ''));
    const wanted = /** @type {HTMLInputElement} */ (input).value.trim().toLowerCase();
    const rows = [...(table?.tBodies[0]?.rows ?? [])];
    for (const row of rows)
      row.hidden = ![...row.querySelectorAll('td:not(.cell-menu), th')].some((cell) =>
        (cell.textContent ?? '').toLowerCase().includes(wanted),
      );
    table?.parentElement?.querySelector('.no-match')?.toggleAttribute(
      'hidden',
      rows.some((row) => !row.hidden),
    );
  }
};

// ---- charts tell their values, to the pointer and to the keyboard ----
/** @param {HTMLElement} figure @param {HTMLElement | undefined} column */
const read = (figure, column) => {
  all('.is-read', figure).forEach((other) => other.classList.remove('is-read'));
  figure.querySelector('.readout')?.remove();
  if (!column) return;
  column.classList.add('is-read');
  const lines = (column.dataset.readout ?? '')
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [name = '', amount = '', colour = ''] = line.split('\t');
      const swatch = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
      swatch.innerHTML = '<rect width="8" height="8" rx="2"/>';
      swatch.setAttribute('width', '8');
      swatch.setAttribute('height', '8');
      swatch.firstElementChild?.setAttribute('class', colour);
      return make('div', {}, swatch, make('span', { class: 'truncate' }, name), make('b', {}, amount));
    });
  const box = make(
    'div',
    { class: 'readout', 'aria-hidden': 'true' },
    make('div', {}, make('b', {}, column.dataset.label ?? ''), make('b', {}, column.dataset.total ?? '')),
    ...lines,
  );
  figure.append(box);
  const [frame, at] = [figure.getBoundingClientRect(), column.getBoundingClientRect()];
  const isLeft = at.left - frame.left > frame.width / 2;
  box.style.left = `${Math.max(0, isLeft ? at.left - frame.left - box.offsetWidth - 8 : at.right - frame.left + 8)}px`;
};
/** @param {HTMLElement} figure */
const enhanceChart = (figure) => {
  const plot = /** @type {SVGElement | null} */ (figure.querySelector('.chart-plot'));
  const columns = all('.column', figure);
  columns.forEach((column) => column.querySelector('title')?.remove());
  plot?.setAttribute('tabindex', '0');
  plot?.addEventListener('pointermove', (event) => read(figure, closest(event, '.column') ?? undefined));
  plot?.addEventListener('pointerleave', () => read(figure, undefined));
  plot?.addEventListener('blur', () => read(figure, undefined));
  plot?.addEventListener('keydown', (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (event.key === 'Escape') read(figure, undefined);
    if (!step) return;
    event.preventDefault();
    const present = columns.findIndex((column) => column.classList.contains('is-read'));
    const next = columns[present < 0 ? columns.length - 1 : Math.min(columns.length - 1, Math.max(0, present + step))];
    read(figure, next);
    announce(
      `${next?.dataset.summary ?? ''}. ${(next?.dataset.readout ?? '').replaceAll(/\t(?!series)/g, ' ').replaceAll(/\tseries-\w+\n?/g, ', ')}`,
    );
  });
};

// ---- forms ----
/** What the chosen probe costs per day, as `key-form-pages.ts` computes it. @param {HTMLElement} form */
const showCost = (form) => {
  const mode = /** @type {HTMLInputElement | null} */ (form.querySelector('[data-cost-mode]:checked'))?.value;
  const cost = /** @type {HTMLSelectElement} */ (form.querySelector('[data-cost-model]')).selectedOptions[0]?.dataset
    .cost;
  const probes =
    mode === 'off'
      ? 0
      : Math.floor(
          86_400 / Number(/** @type {HTMLSelectElement} */ (form.querySelector('[data-cost-interval]')).value),
        );
  const usd = (Number(cost) * probes) / 1e12;
  const amount = usd >= 1 ? usd.toFixed(2) : usd.toPrecision(4).replace(/(\.\d\d\d*?)0+$/, '$1');
  const text = mode !== 'completion' ? 'nothing' : cost ? `≈ $${amount}` : 'an unknown amount';
  form.querySelector('[data-cost-per-day]')?.replaceChildren(text);
  form.querySelector('[data-probes-per-day]')?.replaceChildren(probes.toLocaleString('en-US'));
};
/** @param {ParentNode} within */
function enhance(within) {
  all('[data-chart]', within).forEach(enhanceChart);
  for (const th of all('[data-sortable] th[data-sort]', within)) {
    const button = make('button', { type: 'button', class: 'sort' }, ...th.childNodes);
    th.append(button);
    button.addEventListener('click', () => {
      const table = /** @type {HTMLTableElement} */ (th.closest('table'));
      sortBy(
        table,
        /** @type {HTMLTableCellElement} */ (th).cellIndex,
        th.dataset.sort === 'number',
        th.getAttribute('aria-sort') === 'ascending',
      );
    });
  }
  all('[data-sortable]', within).forEach((table) => sorted.get(table.id)?.());
  filterRows();
  for (const form of all('[data-confirm-label]', within)) {
    const button = /** @type {HTMLButtonElement | null} */ (form.querySelector('button.danger'));
    const input = /** @type {HTMLInputElement | null} */ (form.querySelector('[name=confirm]'));
    const check = () => button && (button.disabled = input?.value.trim() !== form.dataset.confirmLabel);
    input?.addEventListener('input', check);
    check();
  }
  for (const line of all('[data-cost-line]', within))
    line.closest('form')?.addEventListener('change', () => showCost(/** @type {HTMLElement} */ (line.closest('form'))));
}

// ---- forms and confirmations open over the page instead of leaving it ----
/** @param {HTMLAnchorElement} link */
const openDialog = async (link) => {
  const body = (await fetchPage(link.href)).querySelector('[data-dialog-body]');
  if (!body) throw new Error('nothing to show');
  const dialog = /** @type {HTMLDialogElement} */ (
    make('dialog', { class: 'dialog', 'aria-labelledby': 'dialog-title' }, document.importNode(body, true))
  );
  dialog.querySelector('h1')?.setAttribute('id', 'dialog-title');
  document.body.append(dialog);
  dialog.addEventListener('close', () => dialog.remove());
  enhance(dialog);
  dialog.showModal();
};

document.addEventListener('click', (event) => {
  for (const menu of all('.menu[open]'))
    if (!menu.contains(/** @type {Node} */ (event.target))) menu.removeAttribute('open');
  if (closest(event, '[data-open]'))
    /** @type {HTMLDialogElement} */ (document.getElementById('shortcuts')).showModal();
  if (event.target instanceof HTMLDialogElement) event.target.close();
  const close = closest(event, 'dialog [data-close]');
  const link = /** @type {HTMLAnchorElement | null} */ (closest(event, 'a[data-dialog]'));
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  if (close) {
    event.preventDefault();
    close.closest('dialog')?.close();
  } else if (link) {
    event.preventDefault();
    link.closest('.menu')?.removeAttribute('open');
    openDialog(link).catch(() => location.assign(link.href));
  }
});
document.addEventListener('submit', (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  const button = /** @type {HTMLButtonElement | null} */ (event.submitter);
  if (form.matches('[data-theme-switch]') && button) {
    event.preventDefault();
    root.dataset.theme = button.value;
    document.cookie = `theme=${button.value}; Path=/; Max-Age=31536000; SameSite=Lax${location.protocol === 'https:' ? '; Secure' : ''}`;
    for (const other of all('button', form)) other.setAttribute('aria-pressed', String(other === button));
  } else if (form.dataset.busy && button) {
    button.textContent = form.dataset.busy;
    setTimeout(() => (button.disabled = true));
  }
});
document.addEventListener('change', (event) => {
  if (event.target instanceof HTMLSelectElement)
    /** @type {HTMLFormElement | null} */ (closest(event, '[data-auto-submit]'))?.requestSubmit();
});
document.addEventListener('input', (event) => closest(event, '[data-filter]') && filterRows());

// ---- keys ----
let lastKey = { key: '', at: 0 };
/** @param {number} step */
const moveRow = (step) => {
  const links = all('[data-rows] tr:not([hidden]) .row-link');
  const present = links.findIndex((link) => link.closest('tr')?.contains(document.activeElement));
  links[Math.min(links.length - 1, Math.max(0, present + step))]?.focus();
};
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') {
    const menu = document.activeElement?.closest('.menu[open]') ?? document.querySelector('.menu[open]');
    menu?.removeAttribute('open');
    menu?.querySelector('summary')?.focus();
  }
  if (event.ctrlKey || event.metaKey || event.altKey || closest(event, 'input, select, textarea, dialog')) return;
  const goes = lastKey.key === 'g' && event.timeStamp - lastKey.at < 1_000;
  lastKey = { key: event.key, at: event.timeStamp };
  const target = document.querySelector(
    goes ? `[data-go="${CSS.escape(event.key)}"]` : `[data-shortcut="${CSS.escape(event.key)}"]`,
  );
  const actions = /** @type {Record<string, () => void>} */ ({
    '/': () => all('[data-search]')[0]?.focus(),
    '?': () => /** @type {HTMLDialogElement | null} */ (document.getElementById('shortcuts'))?.showModal(),
    '.': () =>
      /** @type {HTMLElement | null} */ (
        document.activeElement?.closest('tr')?.querySelector('.row-menu > summary')
      )?.click(),
    j: () => moveRow(1),
    k: () => moveRow(-1),
  });
  const action = target instanceof HTMLElement ? () => target.click() : actions[event.key];
  if (!action) return;
  event.preventDefault();
  action();
});

noteDrawn();
enhance(document);
tick();
setInterval(tick, 1_000);
setInterval(refresh, refreshEveryMs);
document.addEventListener('visibilitychange', refresh);
