import { Command } from 'commander';
import type { Run } from './outcome.ts';
import { rolloutText } from './rollout.ts';

export function pauseCommand(run: Run): Command {
  return new Command('pause')
    .description('Leave the canary of a target with the share it has.')
    .argument('<target>', 'a target of slipway.yaml')
    .option('--reason <reason>', 'why, for the record', 'Paused by hand.')
    .action(async (target: string, { reason }: { reason: string }) =>
      run(async ({ deployer }) => {
        const rollout = await deployer.pause(target, reason);
        return { document: rollout, text: rolloutText(rollout), passed: true };
      }),
    );
}
