import { Command } from 'commander';
import { changeOptions } from './release.ts';
import { given } from './options.ts';
import type { Run } from './outcome.ts';
import { followed } from './rollout.ts';

interface Options {
  readonly full?: boolean;
  readonly dryRun?: boolean;
  readonly wait: boolean;
}

export function promoteCommand(run: Run): Command {
  return new Command('promote')
    .description('Give the canary of a target its next share of the requests, and lead it on.')
    .argument('<target>', 'a target of slipway.yaml')
    .option('--full', 'all requests at once')
    .option('--dry-run', 'show the plan and change nothing')
    .option('--no-wait', 'do not lead it on from there')
    .action(async (target: string, { full, dryRun, wait }: Options) =>
      run(async session => {
        const options = { ...changeOptions(session, dryRun), ...given({ full }) };
        return await followed(session, target, await session.deployer.promote(target, options), wait);
      }),
    );
}
