import { Command } from 'commander';
import { BadInput } from '../core/failure.ts';
import type { Golden } from '../protocol/engine.ts';
import { toCount, toPositive } from './options.ts';
import type { Outcome, Run } from './outcome.ts';
import { number, shortDigest, table } from './print.ts';
import type { Session } from './session.ts';

interface Options {
  readonly data?: string;
  readonly offset: number;
  readonly rows: number;
}

export function predictCommand(run: Run): Command {
  return new Command('predict')
    .description(
      'Answer rows of data: by a model through the local runtime, or by what is live on a target (complete rows only).',
    )
    .argument('<model-or-target>', 'name, name@version, path, or a target of slipway.yaml')
    .option('--data <file>', 'the rows (default: the holdout)')
    .option('--offset <n>', 'pass over so many rows', toCount, 0)
    .option('--rows <n>', 'at most so many rows', toPositive, 20)
    .action(async (subject: string, options: Options) =>
      run(session =>
        session.workspace.targets().some(({ name }) => name === subject)
          ? byTarget(session, subject, options)
          : byModel(session, subject, options),
      ),
    );
}

async function byModel(session: Session, ref: string, options: Options): Promise<Outcome> {
  const model = await session.model(ref);
  const data = options.data === undefined ? null : session.path(options.data);
  const page = { offset: options.offset, limit: options.rows };
  const predictions = await session.jobs.predict(model, data, page, session.jobOptions);
  return {
    document: { schema: 'slipway/predictions@1', by: model.ref, ...predictions },
    text: table(
      predictions.columns,
      predictions.rows.map(row =>
        row.map(cell => (typeof cell === 'number' ? number(cell) : String(cell ?? ''))),
      ),
    ),
    passed: true,
  };
}

/** The rows go to the target as the local runtime would be given them. JSON can't say a missing number. */
async function byTarget(session: Session, target: string, options: Options): Promise<Outcome> {
  if (options.offset > 0)
    throw new BadInput(
      'offset',
      'A target is asked with the first complete rows: leave out `--offset`, or give a smaller file.',
    );
  const { live } = await session.deployer.status(target, session.signal);
  const [largest] = live.toSorted((a, b) => b.weight - a.weight);
  const name = largest?.model ?? session.workspace.targets().find(entry => entry.name === target)?.model;
  if (largest === undefined || name === null || name === undefined)
    throw new BadInput('nothing-live', `Nothing is live on \`${target}\`. Deploy a version to it first.`);
  const model = await session.model(`${name}@${largest.digest}`);
  const { inputs } = await session.jobs.inputs(
    model,
    options.data === undefined ? null : session.path(options.data),
    options.rows,
    session.jobOptions,
  );
  const answer = await session.deployer.infer(target, inputs, session.signal);
  const rows = rowsOf(answer.outputs);
  return {
    document: {
      schema: 'slipway/predictions@1',
      by: { target, digest: answer.digest },
      columns: rows.columns,
      rows: rows.rows,
    },
    text: [
      `Answered by ${shortDigest(answer.digest)} on ${target}.`,
      table(
        rows.columns,
        rows.rows.map(row => row.map(cell => (typeof cell === 'number' ? number(cell) : String(cell ?? '')))),
      ),
    ].join('\n'),
    passed: true,
  };
}

/** Outputs [n] or [n, k] as columns, one line a row. */
function rowsOf(outputs: Golden['outputs']): {
  readonly columns: string[];
  readonly rows: (number | string | boolean | null)[][];
} {
  const columns: string[] = [];
  const rows: (number | string | boolean | null)[][] = [];
  for (const { name, shape, data } of outputs) {
    const [n = 0, ...rest] = shape;
    const width = rest.reduce((product, size) => product * size, 1);
    for (let column = 0; column < width; column++) columns.push(width === 1 ? name : `${name}[${column}]`);
    for (let row = 0; row < n; row++) (rows[row] ??= []).push(...data.slice(row * width, (row + 1) * width));
  }
  return { columns, rows };
}
