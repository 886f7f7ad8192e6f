import { seeded, type Random } from '../../random.ts';
import type { Progress, Signal } from '../../signal.ts';
import {
  elementAt,
  elementsOf,
  imagesAtOnce,
  type Heatmap,
  type ImageModel,
  type ImageShape,
} from './image.ts';

export interface RiseOptions {
  /** Random masks, at least two. */
  readonly masks: number;
  /** Cells on a side of the grid that masks are drawn on. */
  readonly grid: number;
  /** What a hidden pixel becomes. */
  readonly fill: number;
  readonly seed: number;
  readonly signal: Signal;
  readonly progress: Progress;
}

/** Chance that a cell of the grid is kept. */
const kept = 0.5;

/**
 * RISE (Petsiuk, Das & Saenko 2018): the mean number over random smooth masks that keep a pixel, less the mean over
 * all masks, so that a pixel that does not matter is 0. With standard errors over the masks.
 */
export async function rise(model: ImageModel, image: Float64Array, options: RiseOptions): Promise<Heatmap> {
  const { shape } = model;
  const { masks, grid, fill, signal, progress } = options;
  const random = seeded(options.seed);
  const pixels = shape.height * shape.width;
  const size = elementsOf(shape);
  const answers = new Float64Array(masks);
  const weights = new Float64Array(masks * pixels);
  const atOnce = imagesAtOnce(shape);
  for (let from = 0; from < masks; from += atOnce) {
    progress(from, masks, 'masks');
    const count = Math.min(atOnce, masks - from);
    const masked = new Float64Array(count * size);
    for (let i = 0; i < count; i++) {
      const mask = weights.subarray((from + i) * pixels, (from + i + 1) * pixels);
      drawMask(mask, shape, grid, random);
      for (let channel = 0; channel < shape.channels; channel++)
        for (let pixel = 0; pixel < pixels; pixel++) {
          const at = elementAt(shape, channel, pixel);
          masked[i * size + at] = fill + mask[pixel]! * (image[at]! - fill);
        }
    }
    answers.set(await model.evaluate(masked, signal), from);
  }
  progress(masks, masks, 'masks');
  return { ...weighted(answers, weights, pixels), evaluations: masks };
}

/** Values and standard errors of sum_i (f_i - mean f) m_ip / sum_i m_ip. */
function weighted(
  answers: Float64Array,
  weights: Float64Array,
  pixels: number,
): Pick<Heatmap, 'values'> & { readonly errors: Float64Array } {
  const n = answers.length;
  const mean = answers.reduce((sum, answer) => sum + answer, 0) / n;
  const values = new Float64Array(pixels);
  const errors = new Float64Array(pixels);
  for (let pixel = 0; pixel < pixels; pixel++) {
    let mass = 0;
    let sum = 0;
    for (let i = 0; i < n; i++) {
      const weight = weights[i * pixels + pixel]!;
      mass += weight;
      sum += weight * (answers[i]! - mean);
    }
    const value = mass === 0 ? 0 : sum / mass;
    // Of a ratio estimate: the residuals' spread over the mean weight.
    let spread = 0;
    for (let i = 0; i < n; i++) spread += (weights[i * pixels + pixel]! * (answers[i]! - mean - value)) ** 2;
    values[pixel] = value;
    errors[pixel] = mass === 0 ? 0 : Math.sqrt(spread * (n / (n - 1))) / mass;
  }
  return { values, errors };
}

/** A random grid of kept and hidden cells, one cell larger than the image, shifted at random and smoothed. */
export function drawMask(
  mask: Float64Array,
  { height, width }: ImageShape,
  grid: number,
  random: Random,
): void {
  const side = grid + 1;
  const cells = Float64Array.from({ length: (side + 1) ** 2 }, () => (random() < kept ? 1 : 0));
  const tall = height / grid;
  const wide = width / grid;
  const down = random();
  const right = random();
  for (let y = 0; y < height; y++) {
    const v = (y + 0.5) / tall + down;
    const top = Math.min(side - 1, Math.floor(v));
    const b = v - top;
    for (let x = 0; x < width; x++) {
      const u = (x + 0.5) / wide + right;
      const left = Math.min(side - 1, Math.floor(u));
      const a = u - left;
      const at = top * (side + 1) + left;
      const above = cells[at]! * (1 - a) + cells[at + 1]! * a;
      const below = cells[at + side + 1]! * (1 - a) + cells[at + side + 2]! * a;
      mask[y * width + x] = above * (1 - b) + below * b;
    }
  }
}
