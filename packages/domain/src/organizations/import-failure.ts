/** An import that must not go on, for a reason that people can mend. */
export class ImportFailure extends Error {
  override name = 'ImportFailure';
  /**
   * - `same-organization`: another key of this tenant opens it already.
   * - `other-organization`: the key opens another organization than the one that was imported so far.
   * - `key-cannot-be-opened`: the stored key and the master key do not belong together.
   */
  readonly code: 'same-organization' | 'other-organization' | 'key-cannot-be-opened';

  constructor(code: ImportFailure['code'], message: string) {
    super(message);
    this.code = code;
  }
}
