import { isId } from '#core/ids.js';
import { notACursor } from './not-a-cursor.js';

/** A place in a list that is in the order of time, then of ids. */
export interface TimePlace {
  at: Date;
  id: string;
}

/** Opaque to callers. Instants are stored to the millisecond, so nothing is lost in the text. */
export function encodeTimeCursor({ at, id }: TimePlace): string {
  return Buffer.from(`${at.getTime()}.${id}`).toString('base64url');
}

/** @throws Problem `invalid-request` when it is none of ours */
export function decodeTimeCursor(cursor: string): TimePlace {
  const [ms = '', id = ''] = Buffer.from(cursor, 'base64url').toString('utf8').split('.');
  const at = new Date(/^\d{1,15}$/.test(ms) ? Number(ms) : Number.NaN);
  if (Number.isNaN(at.getTime()) || !isId(id)) throw notACursor();
  return { at, id };
}
