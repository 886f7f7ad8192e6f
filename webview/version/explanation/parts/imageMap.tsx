import type { VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { significant } from '../../../components/format.ts';
import { mix, onThemeChange, readPalette, type Palette } from '../../../charts/palette.ts';

export type Layers = 'overlay' | 'map' | 'picture';

/** Room for the scale with its words. */
const scaleWidth = 400;

/** The numbers of one image, row-major. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly picture: readonly number[];
  readonly values: readonly number[];
}

/**
 * An image with how much each pixel matters over it, in one scale for all images: up and down in their colours,
 * deeper where it matters more. The scale stands beneath when there is room for it.
 */
export function ImageMap({
  pixels,
  layers,
  most,
  size,
  label,
  unit,
}: {
  readonly pixels: Pixels;
  readonly layers: Layers;
  /** Largest |value| of all images: where colours are deepest. */
  readonly most: number;
  /** CSS pixels across. */
  readonly size: number;
  readonly label: string;
  /** What the values are in; null: no scale is drawn. */
  readonly unit: string | null;
}): VNode {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [theme, setTheme] = useState(0);
  useEffect(() => onThemeChange(() => setTheme(n => n + 1)), []);
  const tall = Math.round((size * pixels.height) / pixels.width);
  const foot = unit === null ? 0 : 24;
  const wide = unit === null ? size : Math.max(size, scaleWidth);
  useEffect(() => {
    const own = canvas.current;
    const pen = own?.getContext('2d');
    if (own == null || pen == null) return;
    const ratio = window.devicePixelRatio;
    own.width = Math.round(wide * ratio);
    own.height = Math.round((tall + foot) * ratio);
    pen.scale(ratio, ratio);
    const palette = readPalette();
    pen.fillStyle = palette.background;
    pen.fillRect(0, 0, wide, tall + foot);
    paint(pen, palette, pixels, layers, most, size / pixels.width);
    if (unit !== null) scale(pen, palette, most, unit, tall);
  }, [theme, pixels, layers, most, size, unit]);
  return (
    <canvas
      ref={canvas}
      role="img"
      aria-label={label}
      style={{ width: `${wide}px`, height: `${tall + foot}px` }}
    />
  );
}

function paint(
  pen: CanvasRenderingContext2D,
  palette: Palette,
  { width, height, picture, values }: Pixels,
  layers: Layers,
  most: number,
  side: number,
): void {
  const low = picture.reduce((a, b) => Math.min(a, b), Infinity);
  const high = picture.reduce((a, b) => Math.max(a, b), -Infinity);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      const grey = Math.round((255 * ((picture[at] ?? 0) - low)) / (high - low || 1));
      const ground = layers === 'map' ? palette.background : `rgb(${grey}, ${grey}, ${grey})`;
      const value = values[at] ?? 0;
      const part = most === 0 ? 0 : Math.min(1, Math.abs(value) / most);
      pen.fillStyle =
        layers === 'picture'
          ? ground
          : mix(ground, value < 0 ? palette.down : palette.up, depth(part, layers));
      // Half a pixel more, so that no seam shows between neighbours.
      pen.fillRect(x * side, y * side, side + 0.5, side + 0.5);
    }
}

/** The picture is never covered whole, so that it can be seen what lies beneath. */
function depth(part: number, layers: Layers): number {
  return layers === 'map' ? part : 0.85 * Math.sqrt(part);
}

function scale(
  pen: CanvasRenderingContext2D,
  palette: Palette,
  most: number,
  unit: string,
  top: number,
): void {
  const y = top + 14;
  pen.font = `${palette.size}px ${palette.font}`;
  pen.textBaseline = 'middle';
  pen.fillStyle = palette.muted;
  const least = significant(-most, 2);
  pen.fillText(least, 0, y);
  const from = pen.measureText(least).width + 6;
  for (let step = 0; step < 60; step++) {
    const at = step / 29.5 - 1;
    pen.fillStyle = mix(palette.background, at < 0 ? palette.down : palette.up, Math.abs(at));
    pen.fillRect(from + step * 2, y - 5, 2, 10);
  }
  pen.strokeStyle = palette.grid;
  pen.strokeRect(from, y - 5, 120, 10);
  pen.fillStyle = palette.muted;
  pen.fillText(`+${significant(most, 2)}  ${unit}`, from + 126, y);
}
