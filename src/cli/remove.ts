import { Command } from 'commander';
import { changeOptions, releaseOutcome } from './release.ts';
import type { Run } from './outcome.ts';

export function removeCommand(run: Run): Command {
  return new Command('remove')
    .description('Take everything off a target and stop its server. Its journal stays.')
    .argument('<target>', 'a target of slipway.yaml')
    .option('--dry-run', 'show the plan and change nothing')
    .action(async (target: string, { dryRun }: { dryRun?: boolean }) =>
      run(async session =>
        releaseOutcome(await session.deployer.remove(target, changeOptions(session, dryRun))),
      ),
    );
}
