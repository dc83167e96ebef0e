import { expect, test } from 'vitest';
import { readProductSources } from '#testing/product-sources.js';

const sources = readProductSources(['apps', 'packages', 'tools/standalone']);
const written =
  /(?<!`)\bprocess\.std(?:out|err)\b|\bconsole\.|\bappendFile|\bcreateWriteStream\b|\bopenSync\(|\bsyslog\b/;

test('nothing is logged beyond what docs/operations.md lists: to standard output, the capped files and the anchors', () => {
  const writers = [...sources].filter(([, text]) => written.test(text)).map(([path]) => path);
  expect(writers).toEqual([
    // What ends a start, and the lines of `--once` and `--import`.
    'apps/api/src/main.ts',
    'apps/cli/src/main.ts',
    'apps/worker/src/anchor-audits.ts',
    'apps/worker/src/main.ts',
    // All other logging goes through it.
    'packages/core/src/logger.ts',
    // `npm start` and its like: the files below the home, and what a person reads at the terminal.
    'tools/standalone/src/capped-log.ts',
    'tools/standalone/src/run-from-terminal.ts',
    'tools/standalone/src/worker.ts',
  ]);
});

test('a logger is made by createLogger alone, which redacts', () => {
  const makers = [...sources].filter(([, text]) => /from 'pino'/.test(text)).map(([path]) => path);
  expect(makers).toEqual(['packages/core/src/logger.ts']);
});
