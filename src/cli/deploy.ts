import { Command } from 'commander';
import { untilTime } from '../core/review/until.ts';
import { given } from './options.ts';
import type { Run } from './outcome.ts';
import { changeOptions } from './release.ts';
import { followed } from './rollout.ts';

interface Options {
  readonly dryRun?: boolean;
  readonly override?: string;
  readonly overrideExpires: string;
  readonly revision?: string;
  readonly canary?: boolean;
  readonly wait: boolean;
}

export function deployCommand(run: Run): Command {
  return new Command('deploy')
    .description(
      'Put a version on a target: plan, apply, verify. Refused when its policy fails or a review that it asks for is missing.',
    )
    .argument('<model>', 'name, name@version or path')
    .argument('<target>', 'a target of slipway.yaml')
    .option(
      '--canary',
      'give it a share of the requests first, and more while it does as well as what is live',
    )
    .option('--no-wait', 'with --canary: give it its first share only; `slipway watch` leads it on')
    .option('--dry-run', 'show the plan and change nothing')
    .option(
      '--override <reason>',
      'deploy although the policy fails or a review is missing; the reason is recorded',
    )
    .option('--override-expires <when>', 'until when the override holds: a date, or days', '30d')
    .option('--revision <revision>', 'the protected git revision that reviews are checked against')
    .action(async (ref: string, target: string, options: Options) =>
      run(async session => {
        const { dryRun, override, overrideExpires, revision, canary, wait } = options;
        const model = await session.model(ref);
        const reason =
          override === undefined
            ? undefined
            : { reason: override, expires: untilTime(overrideExpires, new Date()) };
        const calling = {
          ...changeOptions(session, dryRun),
          ...given({ override: reason, revision, canary }),
        };
        return await followed(session, target, await session.deployer.deploy(target, model, calling), wait);
      }),
    );
}
