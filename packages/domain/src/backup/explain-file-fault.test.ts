import { expect, test } from 'vitest';
import { explainFileFault } from './explain-file-fault.js';

test('who may not write is told as whom they do not, and who writes into an image where to write instead', () => {
  expect(explainFileFault('Cannot write /backups/a', 'EACCES')).toMatch(
    /^Cannot write \/backups\/a \(EACCES\): user \d+, /,
  );
  expect(explainFileFault('Cannot write /app/a', 'EROFS')).toContain('below /backups');
  expect(explainFileFault('Cannot write a', 'ELOOP')).toBe('Cannot write a (ELOOP).');
});
