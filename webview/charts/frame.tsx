import type { ComponentChildren, VNode } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { Cell } from '../../src/core/data/table.ts';
import { LinkButton } from '../components/button.tsx';
import { DataTable } from '../components/table.tsx';
import { toCsv, toTsv } from '../components/tabular.ts';
import { useHost } from '../host.ts';
import { readPalette } from './palette.ts';
import { pictureOf } from './picture.ts';

/** The same numbers as a table. */
export interface Twin {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

export interface FrameProps {
  readonly title?: string;
  readonly note?: ComponentChildren;
  /** Name of exported files, without ending. */
  readonly name: string;
  /** What the picture shows, for those who do not see it. */
  readonly label: string;
  readonly twin: () => Twin;
  readonly caption?: ComponentChildren;
  /** Drawn on a canvas, so that it can be saved as a picture. */
  readonly drawn?: boolean;
  readonly children: ComponentChildren;
}

/** A picture with its title, its table twin, copy and export. */
export function Frame({
  title,
  note,
  name,
  label,
  twin,
  caption,
  drawn = true,
  children,
}: FrameProps): VNode {
  const host = useHost();
  const [asTable, setAsTable] = useState(false);
  const figure = useRef<HTMLElement>(null);
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
  const png = (): void => {
    const canvas = figure.current?.querySelector('canvas');
    if (canvas == null) return;
    const words = (part: string): string => figure.current?.querySelector(part)?.textContent ?? '';
    const image = pictureOf(canvas, readPalette(), {
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
          {drawn && !asTable && <LinkButton onClick={png}>PNG</LinkButton>}
        </span>
      </div>
      {asTable ? <TwinTable label={label} twin={twin()} /> : children}
      {caption === undefined ? null : <figcaption>{caption}</figcaption>}
    </figure>
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
