import { Command } from 'commander';
import { changeOptions, releaseOutcome } from './release.ts';
import { given } from './options.ts';
import type { Run } from './outcome.ts';

export function rollbackCommand(run: Run): Command {
  return new Command('rollback')
    .description('Bring back an earlier release of a target.')
    .argument('<target>', 'a target of slipway.yaml')
    .option('--to <release>', 'the release to bring back, such as r-0001 (default: the one before)')
    .option('--dry-run', 'show the plan and change nothing')
    .action(async (target: string, { to, dryRun }: { to?: string; dryRun?: boolean }) =>
      run(async session => {
        const options = { ...changeOptions(session, dryRun), ...given({ to }) };
        return releaseOutcome(await session.deployer.rollback(target, options));
      }),
    );
}
