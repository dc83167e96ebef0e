import { isId } from '#core/ids.js';
import { Problem } from '#core/problem.js';

/** The place of one record in the order of the list: when it occurred, then its id. */
export interface UsagePlace {
  occurredAt: Date;
  id: string;
}

/** Opaque to callers. Instants are stored to the millisecond, so nothing is lost in the text. */
export function encodeUsageCursor({ occurredAt, id }: UsagePlace): string {
  return Buffer.from(`${occurredAt.getTime()}.${id}`).toString('base64url');
}

/** @throws Problem `invalid-request` when it is none of ours */
export function decodeUsageCursor(cursor: string): UsagePlace {
  const [ms = '', id = ''] = Buffer.from(cursor, 'base64url').toString('utf8').split('.');
  const occurredAt = new Date(/^\d{1,15}$/.test(ms) ? Number(ms) : Number.NaN);
  if (Number.isNaN(occurredAt.getTime()) || !isId(id)) {
    const detail = 'This is not a cursor of this list. Pass the `next` of an earlier page, unchanged.';
    throw new Problem('invalid-request', { detail, fields: { after: detail } });
  }
  return { occurredAt, id };
}
