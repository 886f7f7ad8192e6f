import { checks } from './checks.ts';
import { fuzzSuite } from './fuzz.ts';
import { hostSuite } from './hostSuite.ts';
import { conformanceSuite } from './peers/conformance.ts';
import { commandSuite, runSuites } from './steps.ts';
import { targetSuites } from './targets.ts';
import { vitestSuite } from './vitest.ts';

const window = vitestSuite('browser', 'test/browser/vitest.config.mts');

// What builds dist/ is on one lane: the extension host runs what was built for the demo, the window what is packaged.
// Targets wait more than they work, so a third lane begins with them.
await runSuites(
  [
    [...checks, fuzzSuite, conformanceSuite],
    [
      commandSuite('demo', 'node', ['tools/demo.ts']),
      hostSuite,
      commandSuite('package', 'node', ['tools/package.ts']),
      window,
    ],
    [],
  ],
  targetSuites,
);
