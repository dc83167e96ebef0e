// The linter's rules. In JavaScript rather than JSON, because the arrows between rooms are one table and one rule.

/** Which rooms a room may import, by `#name/…`. ARCHITECTURE.md draws the same. */
const arrows = {
  'packages/core': [],
  'packages/crypto': [],
  'packages/pricing': [],
  'packages/openai': ['pricing', 'core'],
  'packages/outbound': [],
  'packages/db': ['core'],
  'packages/queue': ['core'],
  'packages/domain': ['db', 'openai', 'crypto', 'pricing', 'queue', 'core'],
  apps: ['domain', 'queue', 'db', 'outbound', 'openai', 'crypto', 'pricing', 'core'],
  'tools/openai-simulator': ['openai', 'pricing', 'core'],
  'tools/standalone': ['simulator', 'domain', 'queue', 'db', 'openai', 'crypto', 'pricing', 'core'],
};
const rooms = ['core', 'crypto', 'pricing', 'openai', 'outbound', 'db', 'queue', 'domain', 'simulator', 'testing'];

/** Packages that only one room may import. */
const keptTo = {
  'packages/openai': ['openai'],
  'packages/outbound': ['undici'],
  'packages/db': ['pg', 'pg-copy-streams', '@prisma/client', '@prisma/adapter-pg'],
};

/** The platform's own goes wherever an address leads. */
const wayOut = {
  name: 'fetch',
  message: 'Take `fetch` from deps: createOutboundFetch makes one that goes only where it may.',
};

function arrowsOf([folder, allowed]) {
  const ownName = folder === 'tools/openai-simulator' ? 'simulator' : folder.replace('packages/', '');
  const forbidden = rooms.filter((room) => room !== ownName && !allowed.includes(room));
  const paths = Object.entries(keptTo)
    .filter(([owner]) => owner !== folder)
    .flatMap(([owner, names]) => names.map((name) => ({ name, message: `Only ${owner} imports ${name}.` })));
  const patterns = [
    {
      group: forbidden.map((room) => `#${room}/*`),
      message: `${folder} may import only: ${allowed.join(', ') || 'nothing'} (see ARCHITECTURE.md).`,
    },
    { regex: '^\\.\\./.*\\b(packages|apps|tools|dist)/', message: 'Rooms are imported by their # name.' },
  ];
  return {
    files: [`${folder}/**/*.ts`],
    excludeFiles: ['**/*.test.ts'],
    rules: {
      'no-restricted-imports': ['error', { paths, patterns }],
      ...(!folder.startsWith('tools/') && { 'no-restricted-globals': ['error', wayOut] }),
    },
  };
}

export default {
  plugins: ['typescript', 'unicorn', 'oxc', 'import', 'node', 'promise', 'vitest'],
  categories: { correctness: 'error', suspicious: 'error' },
  env: { node: true, es2024: true },
  rules: {
    'max-lines': ['error', { max: 300, skipBlankLines: false }],
    'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
    'no-console': 'error',
    'node/no-process-env': 'error',
    eqeqeq: ['error', 'always', { null: 'ignore' }],
    'no-var': 'error',
    'prefer-const': 'error',
    'typescript/no-explicit-any': 'error',
    'typescript/no-floating-promises': 'error',
    'typescript/no-misused-promises': 'error',
    'typescript/switch-exhaustiveness-check': 'error',
    'typescript/no-non-null-assertion': 'error',
    'typescript/consistent-type-imports': 'error',
    'typescript/only-throw-error': 'error',
    'import/no-cycle': 'error',
    // What these ask for would not make this code safer or clearer.
    'typescript/no-unsafe-type-assertion': 'off',
    'import/no-unassigned-import': 'off',
    'no-await-in-loop': 'off',
    'unicorn/no-array-sort': 'off',
    'unicorn/consistent-function-scoping': 'off',
    'no-shadow': 'off',
    'vitest/require-mock-type-parameters': 'off',
  },
  ignorePatterns: ['dist', 'packages/db/generated', '**/public/**'],
  overrides: [
    ...Object.entries(arrows).map(arrowsOf),
    {
      files: ['**/*.test.ts', 'tools/testing/**'],
      rules: {
        'max-lines': ['error', { max: 500 }],
        'max-lines-per-function': 'off',
        'typescript/unbound-method': 'off',
      },
    },
    { files: ['packages/pricing/src/openai-prices.ts'], rules: { 'max-lines': 'off' } },
  ],
};
