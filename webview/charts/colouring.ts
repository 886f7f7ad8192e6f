import type { Plugin } from 'chart.js';
import type { Cell } from '../../src/core/data/table.ts';
import { cellText } from '../components/format.ts';
import { ranks } from './layout.ts';
import { over } from './marks.ts';
import { mix, type Palette } from './palette.ts';

/** A feature whose value colours points that stand for rows. */
export interface Colouring {
  readonly name: string;
  /** One a row. */
  readonly inputs: readonly Cell[];
}

/** By the other feature's value, from low to high; without one, up and down by sign. */
export function pointColours(
  palette: Palette,
  values: readonly number[],
  by: Colouring | undefined,
): readonly string[] {
  if (by === undefined) return values.map(value => (value < 0 ? palette.down : palette.up));
  const places = ranks(numbersOf(by));
  return by.inputs.map((input, i) =>
    input === null ? palette.bar : mix(palette.valueLow, palette.valueHigh, places[i] ?? 0.5),
  );
}

/** What the colours mean: nothing to say of up and down, whose sign is on the axis. */
export function colourKey(palette: Palette, by: Colouring | undefined): readonly Plugin[] {
  if (by === undefined) return [];
  const words = levelsOf(by);
  const [low, high] = words === null ? ['low', `high ${by.name}`] : [words[0], words.at(-1)];
  return [scaleKey(palette, low ?? '', words === null ? (high ?? '') : `${high ?? ''} (${by.name})`)];
}

/** A small scale from the colour of low values to that of high ones, at the top right. */
export function scaleKey(palette: Palette, low: string, high: string): Plugin {
  return over('key', palette, (chart, pen) => {
    const { right } = chart.chartArea;
    const from = right - pen.measureText(high).width - 42;
    pen.textAlign = 'right';
    pen.fillStyle = palette.muted;
    pen.fillText(high, right, 6);
    pen.fillText(low, from - 4, 6);
    for (let i = 0; i < 24; i++) {
      pen.fillStyle = mix(palette.valueLow, palette.valueHigh, i / 23);
      pen.fillRect(from + i * 1.5, 2, 1.5, 8);
    }
  });
}

/** Words stand by their place in the alphabet. */
function numbersOf(by: Colouring): readonly number[] {
  const words = levelsOf(by);
  return by.inputs.map(input =>
    words === null ? (typeof input === 'number' ? input : Number.NaN) : words.indexOf(cellText(input)),
  );
}

function levelsOf({ inputs }: Colouring): readonly string[] | null {
  if (inputs.every(input => input === null || typeof input === 'number')) return null;
  return [...new Set(inputs.map(cellText))].sort((a, b) => a.localeCompare(b, 'en'));
}
