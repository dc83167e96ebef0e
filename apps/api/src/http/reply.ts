/** An answer of another kind than the route's JSON. */
export class TextReply {
  constructor(
    readonly contentType: string,
    readonly text: string,
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
