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
import type { ComponentChildren, VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Cell } from '../../src/core/data/table.ts';
import { LinkButton } from '../components/button.tsx';
import { DataTable } from '../components/table.tsx';
import { toCsv, toTsv } from '../components/tabular.ts';
import { useHost } from '../host.ts';
import { onThemeChange, readPalette, type Palette } from './palette.ts';
import { backdrop } from './marks.ts';
import { pictureOf } from './picture.ts';

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

/** The same numbers as a table. */
export interface Twin {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** Where a mark stands: its data set, and its place in it. */
export interface Mark {
  readonly set: number;
  readonly index: number;
}

/** Draws with the theme's colours; `inputs` are what the drawing depends on. */
export type Build = (palette: Palette) => ChartConfiguration;

/** A chart with its title, its table twin, copy and export. */
export function Figure({
  title,
  note,
  name,
  label,
  height = 220,
  build,
  inputs,
  twin,
  caption,
  onPoint,
}: {
  readonly title?: string;
  readonly note?: ComponentChildren;
  /** Name of exported files, without ending. */
  readonly name: string;
  /** What the chart shows, for those who do not see it. */
  readonly label: string;
  readonly height?: number;
  readonly build: Build;
  readonly inputs: readonly unknown[];
  readonly twin: () => Twin;
  readonly caption?: ComponentChildren;
  /** A mark was clicked. */
  readonly onPoint?: ((at: Mark) => void) | undefined;
}): VNode {
  const host = useHost();
  const [asTable, setAsTable] = useState(false);
  const chart = useRef<Chart | null>(null);
  const copy = (): void => {
    const { columns, rows } = twin();
    host.copy(toTsv(columns, rows));
  };
  const csv = (): void => {
    const { columns, rows } = twin();
    host.save(`${name}.csv`, toCsv(columns, rows));
  };
  const parquet = (): void => {
    const { columns, rows } = twin();
    host.saveTable(`${name}.parquet`, columns, rows);
  };
  const figure = useRef<HTMLElement>(null);
  const png = (): void => {
    if (chart.current === null) return;
    const words = (part: string): string => figure.current?.querySelector(part)?.textContent ?? '';
    const image = pictureOf(chart.current, readPalette(), {
      title: title ?? label,
      note: words('.title .muted'),
      caption: words('figcaption'),
    });
    if (image !== null) host.save(`${name}.png`, image);
  };
  return (
    <figure ref={figure}>
      <div class="title">
        {title === undefined ? null : <h3>{title}</h3>}
        {note === undefined ? null : <span class="muted">{note}</span>}
        <span class="actions">
          <LinkButton pressed={asTable} onClick={() => setAsTable(!asTable)}>
            {asTable ? 'Chart' : 'Table'}
          </LinkButton>
          <LinkButton onClick={copy}>Copy</LinkButton>
          <LinkButton onClick={csv}>CSV</LinkButton>
          <LinkButton onClick={parquet}>Parquet</LinkButton>
          {!asTable && <LinkButton onClick={png}>PNG</LinkButton>}
        </span>
      </div>
      {asTable ? (
        <TwinTable label={label} twin={twin()} />
      ) : (
        <Canvas label={label} height={height} build={build} inputs={inputs} chart={chart} onPoint={onPoint} />
      )}
      {caption === undefined ? null : <figcaption>{caption}</figcaption>}
    </figure>
  );
}

function Canvas({
  label,
  height,
  build,
  inputs,
  chart,
  onPoint,
}: {
  readonly label: string;
  readonly height: number;
  readonly build: Build;
  readonly inputs: readonly unknown[];
  readonly chart: { current: Chart | null };
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
    chart.current = drawn;
    return () => {
      drawn.destroy();
      chart.current = null;
    };
  }, [theme, height, ...inputs]);
  return (
    <div class="plot" style={{ height: `${height}px` }}>
      <canvas ref={canvas} role="img" aria-label={label} />
    </div>
  );
}

function TwinTable({ label, twin }: { readonly label: string; readonly twin: Twin }): VNode {
  const rows = twin.rows.map((cells, at) => ({ at, cells }));
  const numeric = twin.columns.map((_, i) => rows.every(row => typeof row.cells[i] !== 'string'));
  return (
    <DataTable
      label={label}
      columns={twin.columns.map((title, i) => ({
        id: String(i),
        title,
        value: (row: { readonly cells: readonly Cell[] }) => row.cells[i] ?? null,
        ...(numeric[i] === true ? { align: 'end' as const } : {}),
      }))}
      rows={rows}
      rowKey={row => row.at}
    />
  );
}
