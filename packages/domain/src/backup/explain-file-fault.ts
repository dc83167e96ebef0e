const reasons: Readonly<Record<string, () => string>> = {
  EACCES: mayNot,
  EEXIST: () => 'it is there already, and is left alone',
  EPERM: mayNot,
  ENOENT: () => 'it, or its folder, is not there',
  ENOSPC: () => 'the disk is full',
  EROFS: () => 'nothing can be written there; in the containers of docker-compose.yml, give a file below /backups',
};

/**
 * A sentence for who ran the command: what could not be done, the system's code, and what it means for the usual ones.
 * @param what `Cannot write /backups/a.klb`
 */
export function explainFileFault(what: string, code = 'unknown reason'): string {
  const reason = reasons[code];
  return `${what} (${code})${reason ? `: ${reason()}` : ''}.`;
}

function mayNot(): string {
  return `user ${process.getuid?.() ?? 'unknown'}, as whom this runs, may not`;
}
