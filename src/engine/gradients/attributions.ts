import type { Tensor } from 'onnxruntime-node';
import { integratedGradients, type DifferentiableModel } from '../../core/explain/gradients/integrated.ts';
import type { Attributions } from '../../core/explain/types.ts';
import { BadInput } from '../../core/failure.ts';
import type { Progress } from '../../core/signal.ts';
import type { ExactTask } from '../explain/exact.ts';
import type { MatchPlan } from '../match/plan.ts';
import { forBatches, type ExposingSession } from '../model/load.ts';
import { runtime } from '../model/runtime.ts';
import { numbersOf } from '../predict/elements.ts';
import type { Pool } from '../predict/feeds.ts';

/** Points of one call of the runtime, as elements of the inputs. */
const callElements = 1 << 18;

/**
 * Integrated or expected gradients of the explained number, by a backward graph that the runtime itself computes.
 * @throws BadInput `no-gradient` for a model or an input without one, `missing-values`
 */
export async function gradientAttributions(task: ExactTask, progress: Progress): Promise<Attributions> {
  const { model, plan, pool, rows, players, explained, scorer, signal } = task;
  const { scoreOutput } = model.facts.answer;
  if (scoreOutput === null)
    throw new BadInput('no-gradient', 'The model gives labels only, and a label has no gradient.');
  requireReal(plan);
  const names = plan.inputs.map(({ name }) => name);
  // One column stands for two classes: the first is its complement.
  const one = (await scorer.row(pool, 0, signal)).width === 1;
  const sign = one && explained.output.class !== null && explained.output.index === 0 ? -1 : 1;
  const column = one ? null : explained.output.index;
  const differentiated = await model.differentiated(scoreOutput, names, column, forBatches);
  try {
    const d = players.length;
    const numbers = numbersOfPool(pool, plan);
    const differentiable: DifferentiableModel = {
      players,
      evaluate: async (points, abort) => {
        const n = points.length / d;
        const values = new Float64Array(n);
        const gradients = new Float64Array(n * d);
        const atOnce = Math.max(1, Math.floor(callElements / d));
        for (let from = 0; from < n; from += atOnce) {
          abort.throwIfAborted();
          const part = points.subarray(from * d, Math.min(n, from + atOnce) * d);
          const found = await slopes(part, task, { output: scoreOutput, sign, ...differentiated });
          values.set(found.values, from);
          gradients.set(found.gradients, from * d);
        }
        return { values, gradients };
      },
    };
    return await integratedGradients(differentiable, {
      rows: numbers.subarray(0, rows * d),
      background: numbers.subarray(rows * d),
      signal,
      progress,
    });
  } finally {
    await differentiated.session.release();
  }
}

interface Differentiated extends ExposingSession {
  readonly output: string;
  readonly sign: 1 | -1;
}

/** The explained number at points, n x d, and its gradients, n x d. */
async function slopes(
  points: Float64Array,
  { plan, explained }: ExactTask,
  { session, outputs: names, output, sign }: Differentiated,
): Promise<{ readonly values: Float64Array; readonly gradients: Float64Array }> {
  const { Tensor } = await runtime();
  const d = plan.features.length;
  const n = points.length / d;
  const real = (type: string, data: Float64Array, shape: readonly number[]): Tensor =>
    type === 'float64'
      ? new Tensor('float64', data, shape)
      : new Tensor('float32', Float32Array.from(data), shape);
  const feeds: Record<string, Tensor> = {};
  for (const input of plan.inputs) {
    const width = input.columns.length;
    const data = new Float64Array(n * width);
    for (let p = 0; p < n; p++)
      for (let c = 0; c < width; c++) data[p * width + c] = points[p * d + input.columns[c]!]!;
    feeds[input.name] = real(input.type, data, [n, ...input.tail]);
  }
  const answers = await session.run(feeds, [output, ...names]);
  const scores = numbersOf(answers[output]!.data, answers[output]!.type);
  const width = scores.length / n;
  const values = explained.of({ rows: n, width, scores, labels: null });
  const gradients = new Float64Array(n * d);
  plan.inputs.forEach((input, i) => {
    const part = answers[names[i]!]!.data as Float32Array | Float64Array;
    const columns = input.columns.length;
    for (let p = 0; p < n; p++)
      for (let c = 0; c < columns; c++)
        gradients[p * d + input.columns[c]!]! += part[p * columns + c]! * sign;
  });
  if (explained.logOdds) toLogOdds(gradients, values, d);
  return { values, gradients };
}

/** d logit(p) = dp / (p (1 - p)) */
function toLogOdds(gradients: Float64Array, values: Float64Array, d: number): void {
  values.forEach((logOdds, p) => {
    const probability = 1 / (1 + Math.exp(-logOdds));
    const slope = 1 / (probability * (1 - probability));
    for (let j = 0; j < d; j++) gradients[p * d + j]! *= slope;
  });
}

/** The numbers of all rows of a pool, rows x features. */
function numbersOfPool(pool: Pool, { features, inputs }: MatchPlan): Float64Array {
  const d = features.length;
  const numbers = new Float64Array(pool.rows * d);
  inputs.forEach((input, i) => {
    input.columns.forEach((feature, c) => {
      const elements = pool.inputs[i]![c] as Float32Array | Float64Array;
      for (let row = 0; row < pool.rows; row++) numbers[row * d + feature] = elements[row]!;
    });
  });
  return numbers;
}

function requireReal({ inputs }: MatchPlan): void {
  const other = inputs.find(({ type }) => type !== 'float32' && type !== 'float64');
  if (other === undefined) return;
  const what = other.type === 'string' ? 'words' : `numbers of type ${other.type}`;
  throw new BadInput(
    'no-gradient',
    `The model's input \`${other.name}\` takes ${what}, which have no gradient here. ` +
      'Choose the method `shapley`, which explains any model.',
  );
}
