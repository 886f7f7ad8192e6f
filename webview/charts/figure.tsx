import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  ScatterController,
  Tooltip,
  type ChartConfiguration,
} from 'chart.js';
import type { VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Frame, type FrameProps } from './frame.tsx';
import { onThemeChange, readPalette, type Palette } from './palette.ts';
import { backdrop } from './marks.ts';

Chart.register(
  BarController,
  BarElement,
  CategoryScale,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  ScatterController,
  Tooltip,
);
Chart.defaults.animation = false;
Chart.defaults.maintainAspectRatio = false;

/** Where a mark stands: its data set, and its place in it. */
export interface Mark {
  readonly set: number;
  readonly index: number;
}

/** Draws with the theme's colours; `inputs` are what the drawing depends on. */
export type Build = (palette: Palette) => ChartConfiguration;

/** A chart with its title, its table twin, copy and export. */
export function Figure({
  height = 220,
  build,
  inputs,
  onPoint,
  ...frame
}: Omit<FrameProps, 'children'> & {
  readonly height?: number;
  readonly build: Build;
  readonly inputs: readonly unknown[];
  /** A mark was clicked. */
  readonly onPoint?: ((at: Mark) => void) | undefined;
}): VNode {
  return (
    <Frame {...frame}>
      <Canvas label={frame.label} height={height} build={build} inputs={inputs} onPoint={onPoint} />
    </Frame>
  );
}

function Canvas({
  label,
  height,
  build,
  inputs,
  onPoint,
}: {
  readonly label: string;
  readonly height: number;
  readonly build: Build;
  readonly inputs: readonly unknown[];
  readonly onPoint: ((at: Mark) => void) | undefined;
}): VNode {
  const canvas = useRef<HTMLCanvasElement>(null);
  const choose = useRef(onPoint);
  choose.current = onPoint;
  const [theme, setTheme] = useState(0);
  useEffect(() => onThemeChange(() => setTheme(n => n + 1)), []);
  useEffect(() => {
    if (canvas.current === null) return;
    const palette = readPalette();
    Chart.defaults.font.family = palette.font;
    Chart.defaults.font.size = palette.size;
    Chart.defaults.color = palette.muted;
    const config = build(palette);
    const drawn = new Chart(canvas.current, {
      ...config,
      options: {
        ...config.options,
        onClick: (_, [mark]) => {
          if (mark !== undefined) choose.current?.({ set: mark.datasetIndex, index: mark.index });
        },
        onHover: (_, marks, { canvas: under }) => {
          under.style.cursor = choose.current !== undefined && marks.length > 0 ? 'pointer' : 'default';
        },
      },
      plugins: [backdrop(palette), ...(config.plugins ?? [])],
    });
    return () => drawn.destroy();
  }, [theme, height, ...inputs]);
  return (
    <div class="plot" style={{ height: `${height}px` }}>
      <canvas ref={canvas} role="img" aria-label={label} />
    </div>
  );
}
