import { prototypesJob } from '../jobs/buildLocal.ts';
import type { Prototypes } from '../protocol/results/prototypes.ts';
import type { ResolvedModel } from '../workspace/types.ts';
import { rowOptions, type LocalOptions } from './local.ts';
import { given } from './options.ts';
import type { Outcome } from './outcome.ts';
import { number, table } from './print.ts';
import type { Session } from './session.ts';

/** `slipway explain --method prototypes`. */
export async function prototypes(
  session: Session,
  model: ResolvedModel,
  options: LocalOptions,
): Promise<Outcome> {
  const { count, backgroundRows } = options;
  const job = prototypesJob(session.workspace.root, model, {
    ...rowOptions(session, options),
    ...given({ count, backgroundRows }),
  });
  const result = await session.jobs.ask('prototypes', job, model, session.jobOptions);
  return { document: result, text: prototypesText(result), passed: true };
}

export function prototypesText(result: Prototypes): string {
  const parts = result.similar.map(({ by, distance, rows }) =>
    [
      `Most like it by ${by}. ${distance}.`,
      table(
        ['row', 'distance', result.output, 'answer', 'label'],
        rows.map(row => [
          String(row.row),
          number(row.distance),
          number(row.answer.value),
          row.answer.class ?? '',
          row.label === null ? '' : String(row.label),
        ]),
      ),
    ].join('\n'),
  );
  const note = result.why === null ? [] : [`Not by attributions: ${result.why}`];
  return [result.sentence, ...parts, ...note].join('\n\n');
}
