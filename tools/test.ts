import { checks } from './checks.ts';
import { fuzzSuite } from './fuzz.ts';
import { hostSuite } from './hostSuite.ts';
import { conformanceSuite } from './peers/conformance.ts';
import { commandSuite, runSuites } from './steps.ts';
import { targetSuites } from './targets.ts';
import { vitestSuite } from './vitest.ts';

const window = vitestSuite('browser', 'test/browser/vitest.config.mts');

// Two suites at a time, on lanes of about the same length. What builds dist/ is on one lane.
await runSuites(
  [...checks, fuzzSuite, conformanceSuite, ...targetSuites.slice(0, 2)],
  [
    commandSuite('package', 'node', ['tools/package.ts']),
    commandSuite('demo', 'node', ['tools/demo.ts']),
    ...[hostSuite, window],
    ...targetSuites.slice(2),
  ],
);
