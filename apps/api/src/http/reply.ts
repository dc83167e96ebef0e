/** An answer of another kind than the route's JSON. */
export class TextReply {
  constructor(
    readonly contentType: string,
    readonly text: string,
  ) {}
}

/** JSON with headers of its own; whoever keeps it keeps it for one caller. Its numbers are as exact as they are given. */
export class HeadedReply<Value> {
  constructor(
    readonly value: Value,
    readonly headers: Readonly<Record<string, string>>,
  ) {}
}

/** An answer that is written piece by piece, as fast as the reader takes it, and offered as a file of this name. */
export class StreamReply {
  constructor(
    readonly contentType: string,
    readonly filename: string,
    readonly pieces: AsyncIterable<string>,
  ) {}
}
