import { defineConfig } from 'vitest/config';

export default defineConfig({
  ssr: { resolve: { conditions: ['source', 'node', 'import', 'module', 'default'] } },
  resolve: { conditions: ['source', 'node', 'import', 'module', 'default'] },
  test: {
    include: ['{apps,packages,tools,bench,prisma}/**/*.test.ts'],
    globalSetup: ['tools/testing/src/global-setup.ts'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // Two cores: more workers would only make timings of real servers less steady.
    maxWorkers: 3,
  },
});
