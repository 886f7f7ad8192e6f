import { checks } from './checks.ts';
import { fuzzSuite } from './fuzz.ts';
import { hostSuite } from './hostSuite.ts';
import { conformanceSuite } from './peers/conformance.ts';
import { commandSuite, runSuites } from './steps.ts';
import { targetSuites } from './targets.ts';
import { vitestSuite } from './vitest.ts';

// Those that compute most, beside those that mostly wait for what they start.
await runSuites(
  [...checks, fuzzSuite],
  [
    commandSuite('package', 'node', ['tools/package.ts']),
    commandSuite('demo', 'node', ['tools/demo.ts']),
    conformanceSuite,
    ...targetSuites,
    hostSuite,
    vitestSuite('browser', 'test/browser/vitest.config.mts'),
  ],
);
