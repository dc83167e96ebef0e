import { isUtf8 } from 'node:buffer';

/** Deeper than anything that we read, and far from where a reader that calls itself would overflow. */
const deepest = 20;

/** Why a body cannot be read, by `type` as the body parser names its own reasons; `toProblem` puts it into words. */
class BodyFault extends Error {
  constructor(readonly type: 'charset.unsupported' | 'encoding.invalid' | 'nesting.too.deep') {
    super(type);
  }
}

/**
 * For the body parser's `verify`: bytes that are no UTF-8 are refused rather than read with replacements, since what is
 * stored then would not be what was sent; and JSON that is nested too deeply is refused before it becomes objects.
 */
export function refuseIllFormedJson(_request: unknown, _response: unknown, bytes: Buffer, charset: string): void {
  if (charset !== 'utf-8') throw new BodyFault('charset.unsupported');
  if (!isUtf8(bytes)) throw new BodyFault('encoding.invalid');
  if (isDeeperThan(deepest, bytes)) throw new BodyFault('nesting.too.deep');
}

/** The same for forms, which hold UTF-8 as percent signs and digits. */
export function refuseIllFormedForm(_request: unknown, _response: unknown, bytes: Buffer, charset: string): void {
  if (charset !== 'utf-8') throw new BodyFault('charset.unsupported');
  if (!isUtf8(bytes) || !isDecodable(bytes.toString())) throw new BodyFault('encoding.invalid');
}

/** Whether every `%XX` in it is part of UTF-8. */
export function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

const [quote, backslash, openList, closeList, openObject, closeObject] = Buffer.from('"\\[]{}');

function isDeeperThan(limit: number, json: Buffer): boolean {
  let depth = 0;
  let isText = false;
  for (let at = 0; at < json.length; at += 1) {
    const byte = json[at];
    if (byte === quote) isText = !isText;
    else if (isText) at += byte === backslash ? 1 : 0;
    else if (byte === openList || byte === openObject) depth += 1;
    else if (byte === closeList || byte === closeObject) depth -= 1;
    if (depth > limit) return true;
  }
  return false;
}
