import { Command } from 'commander';
import { isApproved } from '../core/review/standing.ts';
import { given } from './options.ts';
import type { Run } from './outcome.ts';
import { reviewText } from './review.ts';

interface Options {
  readonly target?: string;
  readonly revision?: string;
}

export function verifyCommand(run: Run): Command {
  return new Command('verify')
    .description(
      'Check the signed reviews of a version: five facts about each, and whether they come to an approval (exit code 0) or not (1).',
    )
    .argument('<model>', 'name, name@version or path')
    .option('--target <target>', 'approved for this target (default: any)')
    .option('--revision <revision>', 'the protected git revision (default: that of slipway.yaml)')
    .action(async (ref: string, { target, revision }: Options) =>
      run(async session => {
        if (target !== undefined) session.workspace.target(target);
        const review = await session.reviews.state(await session.model(ref), given({ target, revision }));
        const { status } = review.standing;
        return {
          document: review,
          text: reviewText(review),
          passed: isApproved(status),
        };
      }),
    );
}
