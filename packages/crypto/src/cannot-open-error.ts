/**
 * The one error of everything that fails to open: altered, moved, cut, made by another key, or of an unknown version.
 * It is the same in every case and carries no cause, so that it tells an attacker nothing about which check failed.
 */
export class CannotOpenError extends Error {
  readonly code = 'cannot-open';

  constructor() {
    super('The sealed value cannot be opened');
    this.name = 'CannotOpenError';
  }
}
