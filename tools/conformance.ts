import { conformanceSuite } from './peers/conformance.ts';
import { runSuites } from './steps.ts';

await runSuites([[conformanceSuite]]);
