import { createHash } from 'node:crypto';

/**
 * Where the next page starts, as an opaque text of the form of OpenAI's (`page_AAAAAGdGxdEiJdKOAAAAAGcqsYA=`). It is
 * bound to the other parameters: a cursor followed with another question would answer neither.
 */
export function writePageCursor(nextStart: number, query: URLSearchParams): string {
  const bytes = Buffer.alloc(20);
  bytes.writeUInt32BE(nextStart, 4);
  questionOf(query).copy(bytes, 8, 0, 12);
  return `page_${bytes.toString('base64')}`;
}

/** The start that a cursor holds, or null when it is none of this question. */
export function readPageCursor(cursor: string, query: URLSearchParams): number | null {
  const bytes = Buffer.from(/^page_([A-Za-z0-9+/]+=*)$/.exec(cursor)?.[1] ?? '', 'base64');
  if (bytes.length !== 20 || !bytes.subarray(8).equals(questionOf(query).subarray(0, 12))) return null;
  return bytes.readUInt32BE(4);
}

function questionOf(query: URLSearchParams): Buffer {
  const rest = [...query].filter(([name]) => name !== 'page').map(([name, value]) => `${name}=${value}`);
  return createHash('sha256').update(rest.sort().join('&')).digest();
}
