import { inspect } from 'node:util';

const hidden = '[secret]';

/**
 * A secret on its short way between a sealed row and an HTTP header.
 * Every accidental way to print it (template, JSON, inspect, log) yields `[secret]`; only `reveal()` gives the text.
 */
export class SecretString {
  readonly #plaintext: string;

  constructor(plaintext: string) {
    this.#plaintext = plaintext;
  }

  /** The plaintext. Call it only where the value leaves for its purpose (sealing, an HTTP header). */
  reveal(): string {
    return this.#plaintext;
  }

  toString(): string {
    return hidden;
  }

  toJSON(): string {
    return hidden;
  }

  [inspect.custom](): string {
    return hidden;
  }
}
