/** A backup that cannot be made or restored, and what the person at the terminal can do about it. No secret. */
export class BackupError extends Error {
  override readonly name = 'BackupError';
}
