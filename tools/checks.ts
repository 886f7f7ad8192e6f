import { commandSuite, type Suite } from './steps.ts';
import { vitestSuite } from './vitest.ts';

/** What `npm run check` holds, here and in CI. */
export const checks: readonly Suite[] = [
  commandSuite('format', 'oxfmt', ['--check']),
  commandSuite('lint', 'oxlint', []),
  commandSuite('types', 'tsc', ['-p', 'tsconfig.json']),
  commandSuite('types of the pure core', 'tsc', ['-p', 'tsconfig.core.json']),
  commandSuite('types of the pages', 'tsc', ['-p', 'webview/tsconfig.json']),
  commandSuite('manifest against code', 'node', ['tools/manifest.ts']),
  commandSuite('docs against code', 'node', ['tools/docs/generate.ts', '--check']),
  vitestSuite('unit', 'vitest.config.mts'),
];
