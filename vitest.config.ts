import { defineConfig } from 'vitest/config';

// No 'import' or 'module': Vitest hands these to Node's own loader, which would apply them to `require` as well.
const conditions = ['source', 'node'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  // Where Vitest itself loads the global setup.
  environments: { __vitest__: { resolve: { conditions } } },
  test: {
    include: ['{apps,packages,tools,bench,prisma}/**/*.test.ts'],
    globalSetup: ['tools/testing/src/global-setup.ts'],
    // Nets for what never ends, many times what anything takes: a busy machine is no fault of the product.
    testTimeout: 240_000,
    hookTimeout: 240_000,
    // Two cores: more workers would only make timings of real servers less steady.
    maxWorkers: 3,
  },
});
