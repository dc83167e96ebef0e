/** What one look at the installation came to. No secret is in it. */
export interface Finding {
  /** What was looked at: one or two words. */
  subject: string;
  /** `warn`: it works, and somebody should know; `fail`: something does not work, or is not safe. */
  state: 'ok' | 'warn' | 'fail';
  says: string;
  /** What to do about it. */
  remedy?: string;
}
