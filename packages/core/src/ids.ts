import { v7 } from 'uuid';

/**
 * A new UUIDv7 (RFC 9562 §5.7): sorts by time of creation, so it indexes well and says when. Ids made in one process sort
 * in the order they were made; those that are given an instant of their own are in no order within its millisecond.
 */
export function newId(at?: Date): string {
  return at ? v7({ msecs: at.getTime() }) : v7();
}

/** When an id of `newId` was made, to the millisecond; of one of another version it says nothing. */
export function idMadeAt(id: string): Date {
  return new Date(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16));
}

/** Stands for none in columns that tell rows apart, as of measured usage of no stored key (RFC 9562 §5.9). */
export const nilUuid = '00000000-0000-0000-0000-000000000000';

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;

/** True when `text` has the form of a UUID (any version). */
export function isId(text: string): boolean {
  return uuidPattern.test(text);
}
