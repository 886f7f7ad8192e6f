import { checks } from './checks.ts';
import { runSuites } from './steps.ts';

await runSuites([checks]);
