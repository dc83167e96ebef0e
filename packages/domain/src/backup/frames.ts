const kinds = ['manifest', 'section', 'rows', 'end'] as const;
type FrameKind = (typeof kinds)[number];

export interface Frame {
  kind: FrameKind;
  content: Buffer;
}

const headBytes = 5;
/** Far beyond every frame that is written; what says more was not written by us. */
const mostBytes = 64 * 1024 * 1024;

export function* writeFrame(kind: FrameKind, content: Uint8Array): Generator<Uint8Array, void, undefined> {
  const head = Buffer.alloc(headBytes);
  head.writeUInt8(kinds.indexOf(kind));
  head.writeUInt32BE(content.length, 1);
  yield head;
  yield content;
}

export function jsonFrame(kind: FrameKind, content: unknown): Generator<Uint8Array, void, undefined> {
  return writeFrame(kind, Buffer.from(JSON.stringify(content)));
}

/** @throws SyntaxError when it is no row of whole frames */
export async function* readFrames(source: AsyncIterable<Buffer>): AsyncGenerator<Frame, void, undefined> {
  let left: Buffer = Buffer.alloc(0);
  for await (const part of source) {
    left = Buffer.concat([left, part]);
    let at = 0;
    for (; left.length - at >= headBytes;) {
      const kind = kinds[left.readUInt8(at)];
      const length = left.readUInt32BE(at + 1);
      if (kind === undefined || length > mostBytes) throw new SyntaxError('not a frame');
      const end = at + headBytes + length;
      if (end > left.length) break;
      yield { kind, content: left.subarray(at + headBytes, end) };
      at = end;
    }
    left = left.subarray(at);
  }
  if (left.length > 0) throw new SyntaxError('half a frame');
}
