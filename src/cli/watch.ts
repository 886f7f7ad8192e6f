import { Command } from 'commander';
import type { Run } from './outcome.ts';
import { followOutcome } from './rollout.ts';

export function watchCommand(run: Run): Command {
  return new Command('watch')
    .description(
      'Lead the canary of a target on: compare, promote or roll back, until it has all requests or pauses.',
    )
    .argument('<target>', 'a target of slipway.yaml')
    .addHelpText('after', '\nA canary that is paused is compared anew.')
    .action(async (target: string) => run(session => followOutcome(session, target)));
}
