import { surrogateJob } from '../jobs/buildLocal.ts';
import type { Surrogate } from '../protocol/results/surrogate.ts';
import type { ResolvedModel } from '../workspace/types.ts';
import { rowOptions, type LocalOptions } from './local.ts';
import { given } from './options.ts';
import type { Outcome } from './outcome.ts';
import { asGiven, datum } from '../core/words.ts';
import { number, withInterval } from './print.ts';
import type { Session } from './session.ts';

/** `slipway explain --method surrogate`. */
export async function surrogate(
  session: Session,
  model: ResolvedModel,
  options: LocalOptions,
): Promise<Outcome> {
  const job = surrogateJob(session.workspace.root, model, {
    ...rowOptions(session, options),
    ...given({ depth: options.depth, resamples: options.resamples }),
  });
  const result = await session.jobs.ask('surrogate', job, model, session.jobOptions);
  return { document: result, text: surrogateText(result), passed: true };
}

export function surrogateText(result: Surrogate): string {
  const { agreement, threshold } = result.fidelity;
  const facts = [
    `Fitted on ${number(result.fitted)} rows${result.cohort === null ? '' : ` where ${result.cohort}`}, held out ${number(result.held)}, seed ${result.seed}.`,
    agreement === null || threshold === null
      ? null
      : `On the same side of ${asGiven(threshold)} as the model on ${withInterval(agreement.value, agreement.interval)} of the rows held out.`,
  ];
  return [
    result.sentence,
    lines(result, 0, 0).join('\n'),
    facts.filter(line => line !== null).join('\n'),
  ].join('\n\n');
}

function lines(result: Surrogate, at: number, depth: number): string[] {
  const { test, value, n } = result.nodes[at]!;
  const indent = '  '.repeat(depth);
  if (test === null) return [`${indent}${result.output} ${number(value)}, n = ${number(n)}`];
  const children = result.nodes.flatMap(({ parent, branch }, child) =>
    parent === at ? [{ branch, child }] : [],
  );
  return children.flatMap(({ branch, child }) => [
    `${indent}${branch === 'yes' ? 'if' : 'else'}${branch === 'yes' ? ` ${testWords(test)}` : ''}`,
    ...lines(result, child, depth + 1),
  ]);
}

function testWords({
  feature,
  threshold,
  levels,
  missing,
}: NonNullable<Surrogate['nodes'][number]['test']>): string {
  const what =
    threshold === null ? `${feature} is ${(levels ?? []).join(' or ')}` : `${feature} <= ${datum(threshold)}`;
  return missing ? `${what} or missing` : what;
}
