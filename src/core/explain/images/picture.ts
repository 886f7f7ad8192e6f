import { permutation, seeded } from '../../random.ts';
import type { Signal } from '../../signal.ts';
import { elementAt, elementsOf, type ImageModel, type ImageShape } from './image.ts';

/** Pixels on a side of what is shown, at most. */
const mostShown = 64;
/** Of the pixels, for the check. */
const checkedShare = 0.1;
const randomDraws = 5;

export interface Size {
  readonly height: number;
  readonly width: number;
}

/** The image's own size, or the largest whole fraction of it that is small enough to show. */
export function shownSize({ height, width }: Size): Size {
  const by = Math.ceil(Math.max(height, width) / mostShown);
  return { height: Math.ceil(height / by), width: Math.ceil(width / by) };
}

/** The mean over the channels, height x width. */
export function greyOf(image: Float64Array, shape: ImageShape): Float64Array {
  return Float64Array.from({ length: shape.height * shape.width }, (_, pixel) => {
    let sum = 0;
    for (let channel = 0; channel < shape.channels; channel++)
      sum += image[elementAt(shape, channel, pixel)]!;
    return sum / shape.channels;
  });
}

/** Means over the squares that a smaller picture's pixels stand for. */
export function downsized(values: Float64Array, from: Size, to: Size): Float64Array {
  const by = Math.ceil(from.height / to.height);
  const sums = new Float64Array(to.height * to.width);
  const counts = new Float64Array(sums.length);
  for (let y = 0; y < from.height; y++)
    for (let x = 0; x < from.width; x++) {
      const at = Math.floor(y / by) * to.width + Math.floor(x / by);
      sums[at]! += values[y * from.width + x]!;
      counts[at]!++;
    }
  return sums.map((sum, at) => sum / Math.max(1, counts[at]!));
}

export interface Check {
  readonly share: number;
  readonly prediction: number;
  readonly random: number;
}

/**
 * Whether the pixels that are said to matter do (the deletion test of Petsiuk et al. 2018, at one share): the
 * number without the tenth of the pixels that matter most, beside the mean without as many others drawn at random.
 */
export async function checkOf(
  model: ImageModel,
  image: Float64Array,
  values: Float64Array,
  options: { readonly fill: number; readonly seed: number; readonly signal: Signal },
): Promise<Check> {
  const { shape } = model;
  const size = elementsOf(shape);
  const hidden = Math.max(1, Math.min(values.length - 1, Math.round(values.length * checkedShare)));
  const order = [...values.keys()].sort((a, b) => values[b]! - values[a]! || a - b);
  const rest = order.slice(hidden);
  const random = seeded(options.seed);
  const images = new Float64Array((randomDraws + 1) * size);
  for (let i = 0; i <= randomDraws; i++) {
    images.set(image, i * size);
    const pixels =
      i === 0
        ? order.slice(0, hidden)
        : [...permutation(random, rest.length)].slice(0, hidden).map(at => rest[at]!);
    for (const pixel of pixels)
      for (let channel = 0; channel < shape.channels; channel++)
        images[i * size + elementAt(shape, channel, pixel)] = options.fill;
  }
  const [prediction, ...others] = await model.evaluate(images, options.signal);
  return {
    share: hidden / values.length,
    prediction: prediction!,
    random: others.reduce((sum, value) => sum + value, 0) / others.length,
  };
}
