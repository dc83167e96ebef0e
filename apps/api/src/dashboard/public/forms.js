// @ts-check
// Forms and confirmations open over the page instead of leaving it, and say what they are doing.
import { all, announce, around, fetchPage, make } from './dom.js';

const root = document.documentElement;

/** @param {HTMLAnchorElement} link */
const openDialog = async (link) => {
  const body = (await fetchPage(link.href))?.querySelector('[data-dialog-body]');
  if (!body) throw new Error('nothing to show');
  const dialog = /** @type {HTMLDialogElement} */ (
    make('dialog', { class: 'dialog', 'aria-labelledby': 'dialog-title' }, document.importNode(body, true))
  );
  dialog.querySelector('h1')?.setAttribute('id', 'dialog-title');
  document.body.append(dialog);
  dialog.addEventListener('close', () => dialog.remove());
  enhanceForms(dialog);
  dialog.showModal();
};

/** @param {ParentNode} within */
export const enhanceForms = (within) => {
  for (const form of all('[data-confirm-label]', within)) {
    const button = /** @type {HTMLButtonElement} */ (form.querySelector('button.danger'));
    const input = /** @type {HTMLInputElement} */ (form.querySelector('[name=confirm]'));
    const check = () => (button.disabled = input.value.trim() !== form.dataset['confirmLabel']);
    input.addEventListener('input', check);
    check();
  }
  for (const file of all('[data-file-for]', within)) {
    file.hidden = false;
    file.addEventListener('change', (event) => fillFromFile(/** @type {HTMLInputElement} */ (event.target), file));
  }
  // Browsers have a clipboard for pages alone that came over TLS or from this machine.
  for (const copy of all('[data-copy]', within)) {
    copy.hidden = !('clipboard' in navigator);
    copy.addEventListener('click', () => copyField(copy));
  }
  for (const line of all('[data-cost-line]', within)) {
    const form = /** @type {HTMLFormElement} */ (line.closest('form'));
    // A key that was pasted has no change before its field is left.
    for (const type of ['change', 'input']) form.addEventListener(type, () => showCost(form));
  }
};

/** What the chosen probe costs per day, as `view-models/key-form-pages.ts` computes it. @param {HTMLFormElement} form */
const showCost = (form) => {
  const chosen = new FormData(form);
  const mode = chosen.get('probeMode');
  const model = /** @type {HTMLSelectElement} */ (form.querySelector('[data-cost-model]'));
  const picoUsd = model.selectedOptions[0]?.dataset['cost'];
  const probes = mode === 'off' ? 0 : Math.ceil(86_400 / secsOf(form));
  const isFree = mode !== 'completion' || isAdminKey(chosen.get('key'));
  const perDay = isFree ? 'nothing' : picoUsd ? `≈ $${usd((Number(picoUsd) * probes) / 1e12)}` : '–';
  form.querySelector('[data-cost-per-day]')?.replaceChildren(perDay);
  form.querySelector('[data-probes-per-day]')?.replaceChildren(probes.toLocaleString('en-US'));
};

/** As people paste it, such as behind `OPENAI_API_KEY=`. Admin keys can only list. @param {unknown} pasted */
const isAdminKey = (pasted) => /(?<![\w-])sk-admin-/.test(String(pasted ?? ''));

/** The text of a file is sent as if it had been pasted. @param {HTMLInputElement} input @param {HTMLElement} place */
const fillFromFile = async (input, place) => {
  const text = await input.files?.[0]?.text();
  const field = /** @type {HTMLTextAreaElement} */ (document.getElementById(place.dataset['fileFor'] ?? ''));
  if (text !== undefined) field.value = text;
};

/** Selected where the browser refuses, to be copied by hand. @param {HTMLElement} button */
const copyField = async (button) => {
  const field = /** @type {HTMLTextAreaElement} */ (document.getElementById(button.dataset['copy'] ?? ''));
  try {
    await navigator.clipboard.writeText(field.value);
    button.replaceChildren('Copied');
    announce('Copied');
  } catch {
    field.select();
  }
};

/** @param {HTMLFormElement} form */
const secsOf = (form) => {
  const interval = /** @type {HTMLSelectElement} */ (form.querySelector('[data-cost-interval]'));
  return Number(interval.selectedOptions[0]?.dataset['secs']);
};

/** Two decimals from $1 up, four significant digits below. @param {number} amount */
const usd = (amount) => {
  if (amount >= 1) return amount.toFixed(2);
  const decimals = Math.max(2, 3 - Math.floor(Math.log10(amount)));
  return amount.toFixed(decimals).replace(/(\.\d\d\d*?)0+$/, '$1');
};

/** @param {HTMLFormElement} form @param {HTMLButtonElement} button */
const switchTheme = (form, button) => {
  root.dataset['theme'] = button.value;
  const secure = location.protocol === 'https:' ? '; Secure' : '';
  document.cookie = `theme=${button.value}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
  for (const other of all('button', form)) other.setAttribute('aria-pressed', String(other === button));
};

document.addEventListener('click', (event) => {
  for (const menu of all('.menu[open]')) {
    if (!menu.contains(/** @type {Node} */ (event.target))) menu.removeAttribute('open');
  }
  if (event.target instanceof HTMLDialogElement) event.target.close();
  const opener = around(event, '[data-open]');
  if (opener) /** @type {HTMLDialogElement} */ (document.getElementById(opener.dataset['open'] ?? '')).showModal();
  const close = around(event, 'dialog [data-close]');
  const link = /** @type {HTMLAnchorElement | null} */ (around(event, 'a[data-dialog]'));
  const wantsNewTab = event.ctrlKey || event.metaKey || event.shiftKey;
  if (wantsNewTab || !(close ?? link)) return;
  event.preventDefault();
  close?.closest('dialog')?.close();
  link?.closest('.menu')?.removeAttribute('open');
  if (link) openDialog(link).catch(() => location.assign(link.href));
});

document.addEventListener('submit', (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  const button = /** @type {HTMLButtonElement | null} */ (event.submitter);
  if (!button) return;
  if (form.matches('[data-theme-switch]')) {
    event.preventDefault();
    switchTheme(form, button);
  } else if (form.dataset['busy']) {
    button.replaceChildren(form.dataset['busy']);
    // After the submission has taken its values; a disabled button would not be among them.
    setTimeout(() => (button.disabled = true));
  }
});

// The way back restores the page as it was left, with its button still busy.
window.addEventListener('pageshow', (event) => event.persisted && location.reload());

document.addEventListener('change', (event) => {
  const form = around(event, '[data-auto-submit]');
  if (event.target instanceof HTMLSelectElement) /** @type {HTMLFormElement | null} */ (form)?.requestSubmit();
});
