import { closeSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs';

export interface CappedLog {
  /** Text with its line break. Never throws: a full disk costs log lines, not the program. */
  write(text: string): void;
  close(): void;
}

/** Appends to a file (0600) that, once `maxBytes` long, becomes `<path>.1` in place of the former one. */
export function openCappedLog(path: string, maxBytes: number): CappedLog {
  let file = openSync(path, 'a', 0o600);
  let sizeBytes = fstatSync(file).size;

  const turnOver = (): void => {
    closeSync(file);
    renameSync(path, `${path}.1`);
    file = openSync(path, 'a', 0o600);
    sizeBytes = 0;
  };
  return {
    write(text) {
      try {
        const bytes = Buffer.from(text);
        if (sizeBytes > 0 && sizeBytes + bytes.length > maxBytes) turnOver();
        sizeBytes += writeSync(file, bytes);
      } catch {
        // Nowhere is left to report it: the terminal shows warnings of the same processes.
      }
    },
    close: () => closeSync(file),
  };
}
