import { Command } from 'commander';
import { slipwayVersion } from '../protocol/version.ts';
import { abCommand } from './ab.ts';
import { compareCommand } from './compare.ts';
import { crossValidateCommand } from './crossValidate.ts';
import { dataCommand } from './data.ts';
import { demoCommand } from './demo.ts';
import { deployCommand } from './deploy.ts';
import { doctorCommand } from './doctor.ts';
import { driftCommand } from './drift.ts';
import { explainCommand } from './explain.ts';
import { exportCommand } from './export.ts';
import { inspectCommand } from './inspect.ts';
import { mergeCommand } from './merge.ts';
import { toPositive } from './options.ts';
import type { Run } from './outcome.ts';
import { pauseCommand } from './pause.ts';
import { rankCommand } from './rank.ts';
import { policyCommand } from './policy.ts';
import { predictCommand } from './predict.ts';
import { promoteCommand } from './promote.ts';
import { removeCommand } from './remove.ts';
import { reportCommand } from './report.ts';
import { reviewCommand } from './review.ts';
import { rollbackCommand } from './rollback.ts';
import { serveCommand } from './serve.ts';
import { statusCommand } from './status.ts';
import { validateCommand } from './validate.ts';
import { verifyCommand } from './verify.ts';
import { versionsCommand } from './versions.ts';
import { watchCommand } from './watch.ts';

export interface GlobalOptions {
  readonly json?: boolean;
  readonly folder?: string;
  readonly fresh?: boolean;
  readonly memoryLimit: number;
}

/** The commands of `slipway`; docs/reference/cli.md is made from them. */
export function buildProgram(run: Run): Command {
  const program = new Command('slipway')
    .description('Validate, explain, compare, review and deploy ONNX models.')
    .version(slipwayVersion)
    .option('--json', 'print one JSON document on stdout; logs go to stderr')
    .option('-C, --folder <folder>', 'work as if started there')
    .option('--fresh', 'run again although the same result is stored')
    .option('--memory-limit <mb>', 'megabytes that each engine process may take', toPositive, 4096);
  const commands = [
    versionsCommand,
    inspectCommand,
    validateCommand,
    explainCommand,
    mergeCommand,
    compareCommand,
    crossValidateCommand,
    rankCommand,
    reviewCommand,
    verifyCommand,
    reportCommand,
    dataCommand,
    driftCommand,
    abCommand,
    doctorCommand,
    deployCommand,
    statusCommand,
    watchCommand,
    promoteCommand,
    pauseCommand,
    rollbackCommand,
    removeCommand,
    policyCommand,
    predictCommand,
    serveCommand,
    exportCommand,
    demoCommand,
  ];
  for (const command of commands) program.addCommand(command(run));
  return program;
}
