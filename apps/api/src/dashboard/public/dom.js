// @ts-check
// Small names for what every other script here does to the page.

/** @param {string} selector @param {ParentNode} [within] @returns {HTMLElement[]} */
export const all = (selector, within = document) =>
  [...within.querySelectorAll(selector)].map((element) => /** @type {HTMLElement} */ (element));

/** The nearest element around what was pressed. @param {Event} event @param {string} selector */
export const around = (event, selector) =>
  /** @type {HTMLElement | null} */ (event.target instanceof Element ? event.target.closest(selector) : null);

/** @param {string} tag @param {Record<string, string>} attributes @param {(Node | string)[]} children */
export const make = (tag, attributes = {}, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
};

/** Says something to a screen reader. @param {string} text */
export const announce = (text) => document.getElementById('announce')?.replaceChildren(text);

/** Another page of ours, as a document; null for one that cannot be read now. @param {string} url */
export const fetchPage = async (url) => {
  const response = await fetch(url, { headers: { Accept: 'text/html' }, credentials: 'same-origin' });
  // The answer to a form that was sent and has a fault in it has no page of its own.
  if (response.status === 405) return null;
  if (response.redirected && new URL(response.url).searchParams.has('again')) return null;
  // Another redirect means that the session ended: the reader has to see the login page, not a piece of it.
  if (response.redirected) location.assign(url);
  if (!response.ok || response.redirected) throw new Error(`answered ${response.status}`);
  return new DOMParser().parseFromString(await response.text(), 'text/html');
};
