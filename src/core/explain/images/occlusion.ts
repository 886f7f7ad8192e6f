import type { Progress, Signal } from '../../signal.ts';
import {
  elementAt,
  elementsOf,
  imagesAtOnce,
  type Heatmap,
  type ImageModel,
  type ImageShape,
} from './image.ts';

export interface OcclusionOptions {
  /** Pixels on a side of the square that is covered. */
  readonly patch: number;
  /** Pixels from one square to the next. */
  readonly stride: number;
  /** What a covered pixel becomes. */
  readonly fill: number;
  readonly signal: Signal;
  readonly progress: Progress;
}

/**
 * Occlusion (Zeiler & Fergus 2014): how far the number falls when a square of the image is covered; a pixel's value
 * is the mean over the squares it lies in. Squares at the far edges are cut, as in captum's Occlusion.
 */
export async function occlusion(
  model: ImageModel,
  image: Float64Array,
  options: OcclusionOptions,
): Promise<Heatmap> {
  const { shape } = model;
  const { patch, stride, fill, signal, progress } = options;
  const [whole] = await model.evaluate(image, signal);
  const squares = squaresOf(shape, patch, stride);
  const sums = new Float64Array(shape.height * shape.width);
  const counts = new Float64Array(sums.length);
  const size = elementsOf(shape);
  const atOnce = imagesAtOnce(shape);
  for (let from = 0; from < squares.length; from += atOnce) {
    progress(from, squares.length, 'squares covered');
    const some = squares.slice(from, from + atOnce);
    const covered = new Float64Array(some.length * size);
    some.forEach((square, i) => {
      covered.set(image, i * size);
      for (const pixel of pixelsOf(square, shape))
        for (let channel = 0; channel < shape.channels; channel++)
          covered[i * size + elementAt(shape, channel, pixel)] = fill;
    });
    const answers = await model.evaluate(covered, signal);
    some.forEach((square, i) => {
      for (const pixel of pixelsOf(square, shape)) {
        sums[pixel]! += whole! - answers[i]!;
        counts[pixel]!++;
      }
    });
  }
  progress(squares.length, squares.length, 'squares covered');
  const values = sums.map((sum, pixel) => sum / Math.max(1, counts[pixel]!));
  return { values, errors: null, evaluations: squares.length + 1 };
}

interface Square {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

function squaresOf({ height, width }: ImageShape, patch: number, stride: number): Square[] {
  const starts = (length: number): number[] => {
    const count = Math.max(0, Math.ceil((length - patch) / stride)) + 1;
    return Array.from({ length: count }, (_, i) => i * stride);
  };
  return starts(height).flatMap(top =>
    starts(width).map(left => ({
      top,
      left,
      bottom: Math.min(height, top + patch),
      right: Math.min(width, left + patch),
    })),
  );
}

function* pixelsOf({ top, left, bottom, right }: Square, { width }: ImageShape): Generator<number> {
  for (let y = top; y < bottom; y++) for (let x = left; x < right; x++) yield y * width + x;
}
