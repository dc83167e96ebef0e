// @ts-check
// Ages tick, and a state that is too old to be believed fades by itself, even when the server is gone.
import { all } from './dom.js';

/** The same steps as `format/format-time.ts`. @param {number} ms */
const span = (ms) => {
  const secs = Math.max(0, Math.floor(ms / 1000));
  if (secs < 60) return `${secs} s`;
  if (secs < 3_600) return `${Math.floor(secs / 60)} min`;
  return secs < 172_800 ? `${Math.floor(secs / 3_600)} h` : `${Math.floor(secs / 86_400)} d`;
};

export const tick = () => {
  for (const time of all('time[data-relative]')) {
    const age = Date.now() - Date.parse(time.getAttribute('datetime') ?? '');
    const isSpan = time.dataset['relative'] === 'for';
    const text = isSpan ? span(age) : age < 5_000 ? 'just now' : `${span(age)} ago`;
    if (time.textContent !== text) time.textContent = text;
  }
  for (const badge of all('[data-stale-at]')) {
    if (Date.parse(badge.dataset['staleAt'] ?? '') > Date.now()) continue;
    badge.removeAttribute('data-stale-at');
    badge.className = 'badge tone-muted';
    badge.title = 'The last test is too old to count.';
    badge.querySelector('use')?.setAttribute('href', '#i-unknown');
    badge.querySelector('.badge-word')?.replaceChildren('Unknown');
  }
};
