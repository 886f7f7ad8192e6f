import { commandSuite, type Suite } from './steps.ts';
import { vitestSuite } from './vitest.ts';

/** Sources are ES modules by their syntax; the package names no type, because VS Code loads the extension as CommonJS. */
const quiet = ['--disable-warning=MODULE_TYPELESS_PACKAGE_JSON'];

/** What `npm run check` holds, here and in CI. */
export const checks: readonly Suite[] = [
  commandSuite('format', 'prettier', ['--check', '--log-level=warn', '.']),
  commandSuite('lint', 'eslint', ['--max-warnings', '0', '.']),
  commandSuite('types', 'tsc', ['-p', 'tsconfig.json']),
  commandSuite('types of the pure core', 'tsc', ['-p', 'tsconfig.core.json']),
  commandSuite('types of the pages', 'tsc', ['-p', 'webview/tsconfig.json']),
  commandSuite('manifest against code', 'node', [...quiet, 'tools/manifest.ts']),
  commandSuite('docs against code', 'node', [...quiet, 'tools/docs/generate.ts', '--check']),
  vitestSuite('unit', 'vitest.config.mts'),
];
