// @ts-check
// Fetches the page that is open, and swaps the regions marked `data-refresh` that changed.
import { all, fetchPage } from './dom.js';
import { tick } from './times.js';

const root = document.documentElement;
/** What the server last sent, by region: the page itself changes by ticking and sorting. @type {Map<string, string>} */
const drawn = new Map();

/** Call before anything else changes the page. */
export const noteDrawn = () => {
  for (const region of all('[data-refresh]')) drawn.set(region.id, region.innerHTML);
};

/** A reader in the middle of something is left alone. @param {HTMLElement} region */
const isBusy = (region) => {
  const selection = getSelection();
  const isSelecting = selection !== null && !selection.isCollapsed && region.contains(selection.anchorNode);
  return isSelecting || region.querySelector('.menu[open], .is-read, input:focus, select:focus') !== null;
};

const focusable = 'a, button, summary, [tabindex]';

/** How to find the focused element again in what replaces it: by the nearest id, and its place in there. */
const rememberFocus = (/** @type {HTMLElement} */ region) => {
  const active = document.activeElement;
  if (!active || !region.contains(active)) return () => {};
  const owner = /** @type {HTMLElement} */ (active.closest('[id]'));
  const place = all(focusable, owner).indexOf(/** @type {HTMLElement} */ (active));
  const { id } = owner;
  return () => {
    const present = document.getElementById(id);
    if (present) (all(focusable, present)[place] ?? present).focus({ preventScroll: true });
  };
};

/** @param {HTMLElement} region @param {HTMLElement} fresh @param {(within: ParentNode) => void} enhance */
const swap = (region, fresh, enhance) => {
  if (drawn.get(region.id) === fresh.innerHTML || isBusy(region)) return;
  drawn.set(region.id, fresh.innerHTML);
  const restoreFocus = rememberFocus(region);
  const isOpen = all('details', region).map((details) => details.hasAttribute('open'));
  const scrolled = all('.scroll', region).map((box) => box.scrollLeft);
  region.replaceChildren(...[...fresh.childNodes].map((node) => document.importNode(node, true)));
  all('details', region).forEach((details, index) => details.toggleAttribute('open', isOpen[index] ?? false));
  all('.scroll', region).forEach((box, index) => (box.scrollLeft = scrolled[index] ?? 0));
  enhance(region);
  restoreFocus();
};

/** @param {(within: ParentNode) => void} enhance what to do to a region that was swapped */
export const refresh = async (enhance) => {
  if (document.hidden || drawn.size === 0) return;
  try {
    const fresh = await fetchPage(location.href);
    root.classList.remove('is-offline');
    // What was typed here, or is shown this once, stays as it is: they are asked when they do something.
    if (!fresh) return;
    for (const region of all('[data-refresh]')) {
      const counterpart = fresh.getElementById(region.id);
      if (counterpart) swap(region, counterpart, enhance);
    }
    tick();
  } catch {
    root.classList.add('is-offline');
  }
};
