import { number } from '../../core/words.ts';
import { cellAt, type Column } from '../../core/data/table.ts';
import { shapley } from '../../core/explain/shapley.ts';
import type { ComposedModel } from '../../core/explain/types.ts';
import { BadInput } from '../../core/failure.ts';
import { normalQuantile } from '../../core/stats/distributions.ts';
import type { TokensJob } from '../../protocol/masking.ts';
import type { TokensResult } from '../../protocol/results/tokens.ts';
import { chosenRows } from '../explain/chosenRows.ts';
import type { Explained } from '../explain/explained.ts';
import { ownClasses } from '../explain/ownClass.ts';
import { stacked } from '../explain/poolTable.ts';
import { openSubject, type Subject } from '../explain/subject.ts';
import type { InputPlan } from '../match/plan.ts';
import { maskedHead } from './maskedHead.ts';
import { neverAborted } from './signal.ts';
import type { TaskContext } from './validate.ts';

/** Confidence level of sampled values. */
const level = 0.95;

/** Which tokens the answers about texts rest on: Shapley values of each token against its mask. */
export async function tokens(job: TokensJob, context: TaskContext): Promise<TokensResult> {
  const subject = await openSubject({ ...job, reference: null });
  try {
    const { plan, scorer, data } = subject;
    const ids = idsInput(plan.inputs);
    const chosen = await chosenRows(subject, job.rows, job.seed, job.data.path);
    const words = await wordsOf(subject, job.words, chosen.rows);
    // One row more, in which every token is hidden; the other inputs (attention mask) stay each text's own.
    const { columns } = chosen.table;
    const masks = columns.map(column => maskColumn(column, job.maskToken));
    const pool = scorer.feeds.pool(stacked(chosen.table, { rows: 1, columns: masks }), job.data.path);
    const classes = ownClasses(
      job,
      subject,
      await scorer.table(chosen.table, job.data.path, 0, neverAborted),
    );
    const rows: TokensResult['rows'] = [];
    let evaluations = 0;
    for (const [i, row] of chosen.rows.entries()) {
      context.progress(i, chosen.rows.length, 'texts explained');
      const positions = ids.columns.filter(column => {
        const id = cellAt(columns[column]!, i);
        return id !== null && id !== job.padToken;
      });
      if (positions.length === 0)
        throw new BadInput(
          'no-tokens',
          `Row ${row} of \`${data.source.path}\` holds padding only. Choose other rows.`,
        );
      const found = await shapley(
        maskedModel(subject, pool, i, chosen.rows.length, positions, classes[i]!),
        {
          rows: Int32Array.of(0),
          background: Int32Array.of(1),
          seed: job.seed,
          signal: neverAborted,
          progress: () => undefined,
        },
        { budget: job.budget },
      );
      evaluations += found.evaluations;
      rows.push({
        row,
        class: classes[i]!.output.class,
        prediction: found.predictions[0]!,
        hidden: found.baseValue,
        label: chosen.label === null ? null : cellAt(chosen.label, i),
        method: found.method,
        tokens: positions.map((column, j) => ({
          position: ids.columns.indexOf(column),
          id: Number(cellAt(columns[column]!, i)),
          word: words?.[i]?.[ids.columns.indexOf(column)] ?? null,
          ...estimate(found.values[j]!, found.errors?.[j] ?? null),
        })),
        additivityError: found.additivityError,
      });
    }
    context.progress(rows.length, rows.length, 'texts explained');
    const { output, ...head } = await maskedHead(job, subject);
    return {
      schema: 'slipway/tokens@1',
      ...head,
      settings: {
        rows: typeof job.rows === 'number' ? job.rows : [...job.rows],
        words: job.words,
        budget: job.budget,
        output: job.output,
        space: job.space,
      },
      n: rows.length,
      sentence: sentenceOf(rows),
      output: { name: output.name, title: output.title },
      maskToken: job.maskToken,
      padToken: job.padToken,
      rows,
      evaluations,
    };
  } finally {
    await subject.close();
  }
}

/** The input of token ids: whole numbers, several a row; by its name when there are more. @throws BadInput `no-tokens` */
function idsInput(inputs: readonly InputPlan[]): InputPlan {
  const whole = inputs.filter(({ type, columns }) => /^int(32|64)$/.test(type) && columns.length > 1);
  const named = whole.find(({ name }) => /ids?$/i.test(name) && !/type|position/i.test(name));
  const input = named ?? whole[0];
  if (input !== undefined) return input;
  throw new BadInput(
    'no-tokens',
    'The model takes no row of whole numbers, so there are no tokens to hide. ' +
      'Other models are explained in columns (`--method auto`).',
  );
}

function maskColumn(column: Column, mask: number): Column {
  return column.kind === 'number'
    ? { ...column, values: Float64Array.of(mask) }
    : { ...column, codes: Int32Array.of(-1) };
}

/** The words of each text, in the order of its tokens. @throws BadInput for a column that is not there */
async function wordsOf(
  { data, plan }: Subject,
  name: string | null,
  rows: readonly number[],
): Promise<readonly (readonly string[])[] | null> {
  if (name === null) return null;
  if (!data.columns.some(column => column.name === name))
    throw new BadInput(
      'missing-column',
      `\`${data.source.path}\` has no column \`${name}\`, which was to hold the words.`,
    );
  if (plan.features.some(feature => feature.name === name))
    throw new BadInput(
      'words',
      `\`${name}\` is read by the model itself. Name the column that holds the words.`,
    );
  const table = await data.read([{ name, as: 'text' }], rows);
  return rows.map((_, i) => String(cellAt(table.columns[0]!, i) ?? '').split(' '));
}

/** One text as a game of its tokens: row 0 is the text, row 1 the one with every token hidden. */
function maskedModel(
  { scorer, plan }: Subject,
  pool: Parameters<typeof scorer.composed>[0],
  row: number,
  mask: number,
  positions: readonly number[],
  explained: Explained,
): ComposedModel {
  const d = plan.features.length;
  const k = positions.length;
  return {
    players: positions.map(position => plan.features[position]!.name),
    poolRows: 2,
    outputs: 1,
    evaluate: async (picks, signal) => {
      const n = picks.length / k;
      const whole = new Int32Array(n * d).fill(row);
      for (let i = 0; i < n; i++)
        positions.forEach((position, j) => {
          if (picks[i * k + j] === 1) whole[i * d + position] = mask;
        });
      return explained.of(await scorer.composed(pool, whole, d, signal));
    },
  };
}

/** A value with what its sampling leaves open. @param error null when exact */
function estimate(
  value: number,
  error: number | null,
): Pick<TokensResult['rows'][number]['tokens'][number], 'value' | 'error' | 'interval'> {
  if (error === null) return { value, error, interval: null };
  const half = normalQuantile(0.5 + level / 2) * error;
  return {
    value,
    error,
    interval: {
      low: value - half,
      high: value + half,
      level,
      method: 'normal, standard error of the sampling',
    },
  };
}

function sentenceOf(rows: TokensResult['rows']): string {
  const first = rows[0]!;
  const most = first.tokens.toSorted((a, b) => Math.abs(b.value) - Math.abs(a.value)).slice(0, 3);
  const named = most.map(({ word, id }) => `\`${word ?? id}\``).join(', ');
  return `Row ${first.row} is moved most by ${named}: from ${number(first.hidden)} with every token hidden to ${number(first.prediction)}.`;
}
