import { BadInput } from '../core/failure.ts';
import type { Cell } from '../core/data/table.ts';
import type { Constraints } from '../core/explain/counterfactual/constraints.ts';
import { counterfactualsJob } from '../jobs/buildLocal.ts';
import type { Counterfactuals } from '../protocol/results/counterfactuals.ts';
import type { ResolvedModel } from '../workspace/types.ts';
import type { LocalOptions } from './local.ts';
import { given } from './options.ts';
import type { Outcome } from './outcome.ts';
import { number, table } from './print.ts';
import { rowOptions } from './local.ts';
import type { Session } from './session.ts';

/** `slipway explain --method counterfactual`. */
export async function counterfactuals(
  session: Session,
  model: ResolvedModel,
  options: LocalOptions,
): Promise<Outcome> {
  const { wanted, atLeast, atMost, count, search } = options;
  const job = counterfactualsJob(session.workspace.root, model, {
    ...rowOptions(session, options),
    ...given({ wanted, atLeast, atMost, count, method: search }),
    constraints: constraintsOf(options),
  });
  const result = await session.jobs.ask('counterfactuals', job, model, session.jobOptions);
  return { document: result, text: counterfactualsText(result), passed: true };
}

function constraintsOf({ frozen, bounds, increase, decrease }: LocalOptions): Partial<Constraints> {
  const monotonic = Object.fromEntries([
    ...(increase ?? []).map(name => [name, 'increasing'] as const),
    ...(decrease ?? []).map(name => [name, 'decreasing'] as const),
  ]);
  return {
    ...(frozen === undefined ? {} : { frozen }),
    ...(bounds === undefined ? {} : { bounds: Object.fromEntries(bounds.map(boundOf)) }),
    ...(Object.keys(monotonic).length === 0 ? {} : { monotonic }),
  };
}

/** "age=18..60", "age=18..", "age=..60". */
function boundOf(text: string): [string, { min?: number; max?: number }] {
  const [, name, low, high] = /^(.+)=(.*)\.\.(.*)$/.exec(text) ?? [];
  const limit = (word: string | undefined): number | undefined =>
    word === undefined || word.trim() === '' ? undefined : Number(word);
  const [min, max] = [limit(low), limit(high)];
  if (name === undefined || (min === undefined && max === undefined) || [min, max].some(Number.isNaN))
    throw new BadInput(
      'bounds',
      `\`${text}\` is no bound. Write one such as \`age=18..60\` or \`age=18..\`.`,
    );
  return [name, given({ min, max })];
}

export function counterfactualsText(result: Counterfactuals): string {
  const { counterfactuals: found, answer, proof } = result;
  const shown = (value: Cell): string =>
    value === null ? 'missing' : typeof value === 'number' ? number(value) : String(value);
  const lines = found.flatMap(({ changes, answer: then, distance, method }, i) =>
    changes.map(({ feature, from, to }, j) => [
      j === 0 ? String(i + 1) : '',
      feature,
      shown(from),
      shown(to),
      j === 0 ? [then.class, number(then.value)].filter(part => part !== null).join(', ') : '',
      j === 0 ? number(distance) : '',
      j === 0 ? method : '',
    ]),
  );
  const now = [answer.class, `${result.output} ${number(answer.value)}`]
    .filter(part => part !== null)
    .join(', ');
  return [
    result.sentence,
    lines.length === 0
      ? null
      : table(['', 'column', 'now', 'then', `answer (${result.output})`, 'distance', 'method'], lines),
    [
      `Now: ${now}. Wanted: ${result.wanted}.`,
      `${proof.confirmed} of ${proof.rescored} confirmed by the runtime as shown; ${proof.reference} reference rows looked at.`,
      found.length > 0 && result.why !== null ? `Note: ${result.why}` : null,
    ]
      .filter(line => line !== null)
      .join('\n'),
  ]
    .filter(part => part !== null)
    .join('\n\n');
}
