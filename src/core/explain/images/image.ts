import { BadInput } from '../../failure.ts';
import type { Signal } from '../../signal.ts';

/** How an image lies in a row of numbers. */
export interface ImageShape {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  /** True for [channels, height, width], false for [height, width, channels]. */
  readonly channelsFirst: boolean;
}

/** One number of a model over whole images. */
export interface ImageModel {
  readonly shape: ImageShape;
  /** @param images n images, each as the model's input lies */
  evaluate(images: Float64Array, signal: Signal): Promise<Float64Array>;
}

/** How much each pixel matters, row-major, height x width. */
export interface Heatmap {
  readonly values: Float64Array;
  /** Standard errors; null where nothing was sampled. */
  readonly errors: Float64Array | null;
  readonly evaluations: number;
}

/** Numbers of images held at once. */
const batchElements = 1 << 21;

export function imagesAtOnce(shape: ImageShape): number {
  return Math.max(1, Math.floor(batchElements / elementsOf(shape)));
}

export function elementsOf({ channels, height, width }: ImageShape): number {
  return channels * height * width;
}

/** Where a channel of a pixel lies in a row. */
export function elementAt(shape: ImageShape, channel: number, pixel: number): number {
  return shape.channelsFirst
    ? channel * shape.height * shape.width + pixel
    : pixel * shape.channels + channel;
}

/**
 * The image in a tensor of these sizes (without the rows): one, three or four channels first or last, or none.
 * @throws BadInput `no-image`
 */
export function imageShapeOf(input: string, sizes: readonly number[]): ImageShape {
  const isChannels = (size: number | undefined): boolean => size === 1 || size === 3 || size === 4;
  const [a, b, c] = sizes as [number, number, number];
  if (sizes.length === 2 && a > 1 && b > 1) return { channels: 1, height: a, width: b, channelsFirst: true };
  if (sizes.length === 3 && isChannels(a)) return { channels: a, height: b, width: c, channelsFirst: true };
  if (sizes.length === 3 && isChannels(c)) return { channels: c, height: a, width: b, channelsFirst: false };
  throw new BadInput(
    'no-image',
    `The model's input \`${input}\` takes rows of [${sizes.join(', ')}], which is no image ` +
      '(height and width with 1, 3 or 4 channels). Heat maps are for images; other models are explained in columns.',
  );
}
