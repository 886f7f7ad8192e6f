const js = require('@eslint/js');
const prettier = require('eslint-config-prettier');
const ts = require('typescript-eslint');

const natives = ['onnxruntime-node', '@duckdb/node-api'];
const node = ['node:*', 'fs', 'path', 'os', 'child_process', 'crypto', 'worker_threads'];

/** Imports point inward: what each room may not reach for. */
const rooms = [
  {
    files: ['src/core/**'],
    ban: [
      ...natives,
      ...node,
      'vscode',
      'vscode-jsonrpc*',
      'simple-git',
      '**/engine/**',
      '**/workspace/**',
      '**/editor/**',
      '**/deploy/**',
      '**/serve/**',
      '**/jobs/**',
      '**/cli/**',
    ],
  },
  {
    files: ['src/protocol/**'],
    ban: [
      ...natives,
      ...node,
      'vscode',
      'simple-git',
      '**/engine/**',
      '**/workspace/**',
      '**/editor/**',
      '**/deploy/**',
      '**/serve/**',
      '**/jobs/**',
      '**/cli/**',
    ],
  },
  {
    files: ['src/engine/**'],
    ban: [
      'vscode',
      'simple-git',
      '**/workspace/**',
      '**/editor/**',
      '**/deploy/**',
      '**/jobs/**',
      '**/cli/**',
    ],
  },
  {
    files: ['src/serve/**'],
    ban: [
      'vscode',
      '@duckdb/node-api',
      'simple-git',
      '**/workspace/**',
      '**/editor/**',
      '**/deploy/**',
      '**/jobs/**',
      '**/cli/**',
    ],
  },
  {
    files: [
      'src/workspace/**',
      'src/jobs/**',
      'src/deploy/**',
      'src/review/**',
      'src/report/**',
      'src/monitor/**',
    ],
    ban: [...natives, 'vscode', '**/editor/**', '**/cli/**'],
  },
  { files: ['src/cli/**', 'src/cli.ts'], ban: [...natives, 'vscode', '**/editor/**'] },
  { files: ['src/editor/**', 'src/extension.ts'], ban: [...natives, '**/cli/**'] },
  {
    files: ['webview/**'],
    ban: [
      ...natives,
      ...node,
      'vscode',
      '**/engine/**',
      '**/workspace/**',
      '**/editor/**',
      '**/deploy/**',
      '**/serve/**',
      '**/jobs/**',
      '**/cli/**',
    ],
  },
];

module.exports = ts.config(
  { ignores: ['node_modules', 'dist', '**/*.generated.*', '.vscode-test', '.tools', 'examples/**'] },
  js.configs.recommended,
  {
    files: ['**/*.{ts,tsx}'],
    extends: [ts.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: {
        project: ['./tsconfig.json', './webview/tsconfig.json'],
        tsconfigRootDir: __dirname,
      },
    },
    rules: {
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'Name what you export.' },
      ],
    },
  },
  ...rooms.map(({ files, ban }) => ({
    files,
    ignores: ['**/*.test.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ group: ban, message: 'Imports point inward: see docs/architecture.md.' }] },
      ],
    },
  })),
  {
    files: ['*.config.mts'],
    extends: [ts.configs.disableTypeChecked],
    languageOptions: { parserOptions: { project: null } },
    rules: { 'no-restricted-syntax': 'off' },
  },
  {
    files: ['**/*.js', '**/*.mjs', '**/*.cjs'],
    languageOptions: {
      globals: {
        require: 'readonly',
        module: 'writable',
        process: 'readonly',
        console: 'readonly',
        __dirname: 'readonly',
        Buffer: 'readonly',
      },
    },
  },
  { files: ['media/portable/**'], languageOptions: { globals: { document: 'readonly', URL: 'readonly' } } },
  prettier,
);
