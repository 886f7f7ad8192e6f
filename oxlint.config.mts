import { defineConfig } from 'oxlint';

const natives = ['onnxruntime-node', '@duckdb/node-api'];
const node = ['node:*', 'fs', 'path', 'os', 'child_process', 'crypto', 'worker_threads'];

const services = ['**/workspace/**', '**/deploy/**', '**/jobs/**'];
const fronts = ['**/editor/**', '**/cli/**'];
const pure = [
  ...natives,
  ...node,
  'vscode',
  'simple-git',
  '**/engine/**',
  '**/serve/**',
  ...services,
  ...fronts,
];

/** Imports point inward: what each room may not reach for. */
const rooms = [
  { files: ['src/core/**'], ban: [...pure, 'vscode-jsonrpc*'] },
  { files: ['src/protocol/**', 'webview/**'], ban: pure },
  { files: ['src/engine/**'], ban: ['vscode', 'simple-git', ...services, ...fronts] },
  { files: ['src/serve/**'], ban: ['vscode', '@duckdb/node-api', 'simple-git', ...services, ...fronts] },
  {
    files: ['workspace', 'jobs', 'deploy', 'review', 'report', 'monitor'].map(room => `src/${room}/**`),
    ban: [...natives, 'vscode', ...fronts],
  },
  { files: ['src/cli/**', 'src/cli.ts'], ban: [...natives, 'vscode', '**/editor/**'] },
  { files: ['src/editor/**', 'src/extension.ts'], ban: [...natives, '**/cli/**'] },
];

/** What is right and stricter than oxlint's own choice: typescript-eslint's `strict`, with types. */
const strict = [
  ...['no-array-constructor', 'no-case-declarations', 'no-empty', 'no-fallthrough', 'no-prototype-builtins'],
  ...['no-regex-spaces', 'no-useless-constructor', 'no-var', 'prefer-const', 'prefer-rest-params'],
  ...['prefer-spread', 'preserve-caught-error', 'import/no-default-export'],
  ...[
    'consistent-type-imports',
    'explicit-module-boundary-types',
    'no-deprecated',
    'no-dynamic-delete',
    'no-empty-object-type',
    'no-explicit-any',
    'no-extraneous-class',
    'no-generated-empty-object-type',
    'no-invalid-void-type',
    'no-misused-promises',
    'no-mixed-enums',
    'no-namespace',
    'no-non-null-asserted-nullish-coalescing',
    'no-require-imports',
    'no-unnecessary-boolean-literal-compare',
    'no-unnecessary-condition',
    'no-unnecessary-template-expression',
    'no-unnecessary-type-arguments',
    'no-unnecessary-type-assertion',
    'no-unnecessary-type-constraint',
    'no-unnecessary-type-conversion',
    'no-unnecessary-type-parameters',
    'no-unsafe-argument',
    'no-unsafe-assignment',
    'no-unsafe-call',
    'no-unsafe-enum-comparison',
    'no-unsafe-function-type',
    'no-unsafe-member-access',
    'no-unsafe-return',
    'only-throw-error',
    'prefer-literal-enum-member',
    'prefer-promise-reject-errors',
    'prefer-reduce-type-parameter',
    'prefer-return-this-type',
    'related-getter-setter-pairs',
    'require-await',
    'unified-signatures',
    'use-unknown-in-catch-callback-variable',
  ].map(rule => `typescript/${rule}`),
];

export default defineConfig({
  plugins: ['typescript', 'import'],
  categories: { correctness: 'error' },
  options: { typeAware: true, maxWarnings: 0, reportUnusedDisableDirectives: 'error' },
  ignorePatterns: ['node_modules', 'dist', '**/*.generated.*', '.vscode-test', '.tools', 'examples/**'],
  overrides: [
    {
      files: ['**/*.{ts,tsx}'],
      rules: {
        ...Object.fromEntries(strict.map(rule => [rule, 'error' as const])),
        'typescript/ban-ts-comment': ['error', { minimumDescriptionLength: 10 }],
        'typescript/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
        'typescript/restrict-plus-operands': [
          'error',
          {
            ...{ allowAny: false, allowBoolean: false, allowNullish: false },
            ...{ allowNumberAndString: false, allowRegExp: false },
          },
        ],
        'typescript/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
        'typescript/return-await': ['error', 'error-handling-correctness-only'],
      },
    },
    ...rooms.map(({ files, ban }) => ({
      files,
      excludeFiles: ['**/*.test.ts'],
      rules: {
        'no-restricted-imports': [
          'error' as const,
          { patterns: [{ group: ban, message: 'Imports point inward: see docs/architecture.md.' }] },
        ],
      },
    })),
    // Which order a text gets where nobody reads it does not matter.
    {
      files: ['**/*.test.ts', 'test/**'],
      rules: { 'typescript/require-array-sort-compare': 'off' as const },
    },
    // The programs that read these want a default export.
    {
      files: ['*.config.{ts,mts}', 'tools/skippedReporter.ts'],
      rules: { 'import/no-default-export': 'off' as const },
    },
  ],
});
