import { number } from '../../core/words.ts';
import { cellAt } from '../../core/data/table.ts';
import { integratedGradients } from '../../core/explain/gradients/integrated.ts';
import {
  imageShapeOf,
  type Heatmap,
  type ImageModel,
  type ImageShape,
} from '../../core/explain/images/image.ts';
import { occlusion } from '../../core/explain/images/occlusion.ts';
import { checkOf, downsized, greyOf, shownSize } from '../../core/explain/images/picture.ts';
import { rise } from '../../core/explain/images/rise.ts';
import { BadInput } from '../../core/failure.ts';
import type { HeatmapJob } from '../../protocol/masking.ts';
import type { HeatmapResult } from '../../protocol/results/heatmap.ts';
import { chosenRows } from '../explain/chosenRows.ts';
import { ownClasses } from '../explain/ownClass.ts';
import type { Explained } from '../explain/explained.ts';
import { openSubject, type Subject } from '../explain/subject.ts';
import { Slopes } from '../gradients/slopes.ts';
import { numbersOfPool, requireReal } from '../predict/real.ts';
import { maskedHead } from './maskedHead.ts';
import { neverAborted } from './signal.ts';
import type { TaskContext } from './validate.ts';

const definitions: Readonly<Record<HeatmapJob['method'], string>> = {
  occlusion: 'How far the answer falls when a square over the pixel is hidden (mean over the squares).',
  rise: 'How far the answer is above its mean over random masks when the pixel is kept.',
  'integrated-gradients':
    'The share of the pixel in the way from the hidden image to this one; the pixels add up to the answer.',
};

/** Which pixels the answers about images rest on. */
export async function heatmap(job: HeatmapJob, context: TaskContext): Promise<HeatmapResult> {
  const subject = await openSubject({ ...job, reference: null });
  try {
    const { plan, scorer } = subject;
    const [input, ...others] = plan.inputs;
    if (input === undefined || others.length > 0)
      throw new BadInput(
        'no-image',
        'The model has several inputs; heat maps are of models with one, an image.',
      );
    requireReal(plan, 'are no pixels');
    const shape = imageShapeOf(input.name, input.tail);
    const patch = patchOf(job.patch, shape);
    const chosen = await chosenRows(subject, job.rows, job.seed, job.data.path);
    const images = numbersOfPool(scorer.feeds.pool(chosen.table, job.data.path), plan);
    if (images.some(Number.isNaN))
      throw new BadInput('missing-values', `\`${job.data.path}\` has missing pixels. Fill them first.`);
    const size = plan.features.length;
    const fill = job.fill ?? images.reduce((sum, value) => sum + value, 0) / images.length;
    const answers = await scorer.points(images, size, neverAborted);
    const classes = ownClasses(job, subject, answers);
    const shown = shownSize(shape);
    const rows: HeatmapResult['rows'] = [];
    let evaluations = 0;
    let additivityError: number | null = null;
    for (const [i, row] of chosen.rows.entries()) {
      const image = images.subarray(i * size, (i + 1) * size);
      const explained = classes[i]!;
      const model = imageModel(subject, shape, explained);
      const at = i / chosen.rows.length;
      const found = await mapOf({
        job,
        subject,
        model,
        explained,
        image,
        patch,
        fill,
        width: answers.width,
        progress: (done, total) =>
          context.progress(
            Math.round(1000 * (at + done / total / chosen.rows.length)),
            1000,
            'images explained',
          ),
      });
      evaluations += found.map.evaluations;
      if (found.additivityError !== null)
        additivityError = Math.max(additivityError ?? 0, found.additivityError);
      const [prediction, hidden] = await model.evaluate(
        Float64Array.from([...image, ...new Float64Array(size).fill(fill)]),
        neverAborted,
      );
      rows.push({
        row,
        class: explained.output.class,
        prediction: prediction!,
        hidden: hidden!,
        label: chosen.label === null ? null : cellAt(chosen.label, i),
        picture: [...downsized(greyOf(image, shape), shape, shown)],
        values: [...downsized(found.map.values, shape, shown)],
        errors: found.map.errors === null ? null : [...downsized(found.map.errors, shape, shown)],
        check: await checkOf(model, image, found.map.values, { fill, seed: job.seed, signal: neverAborted }),
      });
    }
    context.progress(1000, 1000, 'images explained');
    return {
      schema: 'slipway/heatmap@1',
      ...(await maskedHead(job, subject)),
      settings: {
        method: job.method,
        rows: typeof job.rows === 'number' ? job.rows : [...job.rows],
        patch,
        masks: job.masks,
        fill,
        output: job.output,
        space: job.space,
      },
      n: rows.length,
      sentence: sentenceOf(rows),
      method: job.method,
      definition: definitions[job.method],
      image: { height: shape.height, width: shape.width, channels: shape.channels },
      shown,
      fill,
      rows,
      evaluations,
      additivityError,
    };
  } finally {
    await subject.close();
  }
}

/** @throws BadInput `patch` */
function patchOf(patch: number | null, { height, width }: ImageShape): number {
  const side = Math.min(height, width);
  if (patch === null) return Math.max(1, Math.ceil(side / 8));
  if (patch >= 1 && patch <= side) return patch;
  throw new BadInput(
    'patch',
    `A patch of ${patch} pixels does not fit an image of ${height} x ${width}. Choose 1 to ${side}.`,
  );
}

function imageModel({ scorer, plan }: Subject, shape: ImageShape, explained: Explained): ImageModel {
  return {
    shape,
    evaluate: async (images, signal) =>
      explained.of(await scorer.points(images, plan.features.length, signal)),
  };
}

interface MapTask {
  readonly job: HeatmapJob;
  readonly subject: Subject;
  readonly model: ImageModel;
  readonly explained: Explained;
  readonly image: Float64Array;
  readonly patch: number;
  readonly fill: number;
  readonly width: number;
  readonly progress: (done: number, total: number) => void;
}

async function mapOf(
  task: MapTask,
): Promise<{ readonly map: Heatmap; readonly additivityError: number | null }> {
  const { job, model, image, patch, fill, progress } = task;
  const signal = neverAborted;
  if (job.method === 'occlusion') {
    const stride = Math.max(1, Math.floor(patch / 2));
    return {
      map: await occlusion(model, image, { patch, stride, fill, signal, progress }),
      additivityError: null,
    };
  }
  if (job.method === 'rise') {
    const grid = Math.max(2, Math.round(Math.min(model.shape.height, model.shape.width) / patch));
    const map = await rise(model, image, { masks: job.masks, grid, fill, seed: job.seed, signal, progress });
    return { map, additivityError: null };
  }
  const slopes = await Slopes.open(task.subject.model, task.subject.plan, task.explained, task.width);
  try {
    const background = new Float64Array(image.length).fill(fill);
    const found = await integratedGradients(slopes, { rows: image, background, signal, progress });
    const values = greyOf(found.values, model.shape).map(value => value * model.shape.channels);
    return {
      map: { values, errors: null, evaluations: found.evaluations },
      additivityError: found.additivityError,
    };
  } finally {
    await slopes.release();
  }
}

function sentenceOf(rows: HeatmapResult['rows']): string {
  const fall = (pick: (row: HeatmapResult['rows'][number]) => number): number =>
    rows.reduce((sum, row) => sum + row.prediction - pick(row), 0) / rows.length;
  const chosen = fall(({ check }) => check.prediction);
  const random = fall(({ check }) => check.random);
  const share = Math.round((rows[0]?.check.share ?? 0) * 100);
  const moves = (by: number, what: string): string =>
    `${by < 0 ? 'raises' : 'lowers'} ${what} by ${number(Math.abs(by))}`;
  return (
    `Hiding the ${share} % of pixels that matter most ${moves(chosen, 'the answer')} on average; ` +
    `hiding as many others ${moves(random, 'it')}.`
  );
}
