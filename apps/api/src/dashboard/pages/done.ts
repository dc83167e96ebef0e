import type { Answer } from './page-route.js';

/**
 * A deed is done: where to go from it, and what to say there.
 * @param undoAction the address of the form that takes it back; null: nothing does
 */
export function done(goTo: string, text: string, undoAction: string | null = null): Answer {
  return { goTo, flash: { tone: 'ok', text, undo: undoAction === null ? null : { action: undoAction } } };
}
