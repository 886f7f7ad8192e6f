import type { ComponentChildren, TargetedKeyboardEvent, VNode } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Cell } from '../../src/core/data/table.ts';
import { useHost } from '../host.ts';
import { LinkButton } from './button.tsx';
import { cellText, count } from './format.ts';
import { sortRows, toCsv, toTsv, visibleRows } from './tabular.ts';

export interface Column<Row> {
  readonly id: string;
  readonly title: string;
  /** What sorts, and what copies and exports carry, in full precision. */
  readonly value: (row: Row) => Cell;
  readonly cell?: (row: Row) => ComponentChildren;
  /** What copies and exports carry instead: none for a drawing, several for a value with its interval. */
  readonly exported?: readonly { readonly title: string; readonly value: (row: Row) => Cell }[];
  readonly align?: 'end';
  /** Share of the width where rows are virtual, such as "20%". */
  readonly width?: string;
  /** Left out of a table narrower than 440 px (true), 550 px (roomy), 680 px (ample). */
  readonly wide?: boolean | 'roomy' | 'ample';
  /** Takes the width that the others leave. Words wrap; long lists are `cut`, as all are where rows are virtual. */
  readonly fill?: boolean | 'cut';
  /** Words wrap, so that the columns beside them are seen. */
  readonly words?: boolean;
  /** The title is a name that someone gave: a long one is cut, and said on hover. */
  readonly named?: boolean;
  /** Said on hover of the title. */
  readonly definition?: string;
}

export interface DataTableProps<Row> {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string | number;
  readonly selected?: string | number | null;
  /** Chosen by click, arrows or Enter. */
  readonly onSelect?: (row: Row) => void;
  /** Opened by Enter, and by a click where nothing is chosen. */
  readonly onOpen?: (row: Row) => void;
  readonly sort?: { readonly id: string; readonly descending: boolean };
  /** Shows this many first, the others on demand. */
  readonly limit?: number;
  /** Name of the exported file, without its ending; no foot when left out. */
  readonly name?: string;
  readonly foot?: ComponentChildren;
  /** Keeps the order of the rows: headers are plain. */
  readonly plain?: boolean;
}

const rowHeight = 26;
const virtualFrom = 120;
const virtualHeight = 14.5 * rowHeight;

/** A grid of rows: sorts, selects by keyboard, copies, exports; draws only what is seen when it is long. */
export function DataTable<Row>(props: DataTableProps<Row>): VNode {
  const { columns, rows, rowKey, onSelect, onOpen, limit, plain = false } = props;
  const host = useHost();
  const [sort, setSort] = useState(props.sort ?? null);
  const [all, setAll] = useState(false);
  const [active, setActive] = useState(0);
  const [scrollTop, setScrollTop] = useState(0);
  const frame = useRef<HTMLDivElement>(null);
  const wantsFocus = useRef(false);

  const sorted = useMemo(() => {
    const column = columns.find(c => c.id === sort?.id);
    return sort === null || column === undefined ? rows : sortRows(rows, column.value, sort.descending);
  }, [rows, sort, columns]);
  const shown = limit !== undefined && !all ? sorted.slice(0, limit) : sorted;
  const virtual = shown.length > virtualFrom;
  const { from, to } = virtual
    ? visibleRows(shown.length, rowHeight, scrollTop, virtualHeight)
    : { from: 0, to: shown.length };
  const selectedAt = shown.findIndex(row => rowKey(row) === props.selected);
  const tabStop = Math.min(selectedAt >= 0 ? selectedAt : active, shown.length - 1);

  useEffect(() => {
    if (virtual && selectedAt >= 0) reveal(frame.current, selectedAt);
  }, [virtual, sort]);
  useLayoutEffect(() => {
    if (!wantsFocus.current) return;
    const row = frame.current?.querySelector<HTMLElement>(`tr[data-at="${active}"]`);
    if (row === null || row === undefined) return;
    wantsFocus.current = false;
    row.focus({ preventScroll: virtual });
  });

  const go = (at: number): void => {
    const next = Math.max(0, Math.min(shown.length - 1, at));
    const row = shown[next];
    if (row === undefined) return;
    wantsFocus.current = true;
    setActive(next);
    if (virtual) reveal(frame.current, next);
    onSelect?.(row);
  };
  const carried = columns.flatMap(
    column => column.exported ?? [{ title: column.title, value: column.value }],
  );
  const cellsOf = (row: Row): Cell[] => carried.map(column => column.value(row));
  const titles = carried.map(column => column.title);
  const onKeyDown = (event: TargetedKeyboardEvent<HTMLTableRowElement>, at: number): void => {
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      PageDown: at + 12,
      PageUp: at - 12,
      Home: 0,
      End: shown.length - 1,
      Enter: at,
      ' ': at,
    };
    const next = moves[event.key];
    const row = shown[at];
    if (event.key === 'Enter' && event.target === event.currentTarget && row !== undefined) onOpen?.(row);
    if (next !== undefined && event.target === event.currentTarget) {
      event.preventDefault();
      go(next);
    } else if (event.key === 'c' && (event.ctrlKey || event.metaKey) && row !== undefined) {
      if (window.getSelection()?.toString() === '') host.copy(toTsv(titles, [cellsOf(row)]));
    }
  };
  const toggle = (id: string): void =>
    setSort(old => ({ id, descending: old?.id === id ? !old.descending : startsDescending(id) }));
  const startsDescending = (id: string): boolean => {
    const column = columns.find(c => c.id === id);
    return column !== undefined && rows.some(row => typeof column.value(row) === 'number');
  };

  return (
    <div class="table">
      <div
        ref={frame}
        class={virtual ? 'scroll virtual' : 'scroll'}
        {...(virtual
          ? {
              style: { maxHeight: `${virtualHeight}px` },
              onScroll: event => setScrollTop(event.currentTarget.scrollTop),
            }
          : {})}
      >
        <table role="grid" aria-label={props.label} aria-rowcount={sorted.length + 1}>
          {virtual && (
            <colgroup>
              {columns.map(column => (
                <col key={column.id} class={narrow(column)} style={{ width: column.width ?? 'auto' }} />
              ))}
            </colgroup>
          )}
          <thead>
            <tr>
              {columns.map(column => (
                <th
                  key={column.id}
                  scope="col"
                  class={classesOf(column)}
                  title={column.named === true ? column.title : column.definition}
                  aria-sort={
                    sort?.id === column.id ? (sort.descending ? 'descending' : 'ascending') : undefined
                  }
                >
                  {plain ? (
                    column.title
                  ) : (
                    <button type="button" onClick={() => toggle(column.id)}>
                      {column.align !== 'end' && column.title}
                      <span class="order" aria-hidden="true">
                        {sort?.id === column.id ? (sort.descending ? '▾' : '▴') : ''}
                      </span>
                      {column.align === 'end' && column.title}
                    </button>
                  )}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {from > 0 && <Gap rows={from} />}
            {shown.slice(from, to).map((row, i) => {
              const at = from + i;
              const key = rowKey(row);
              return (
                <tr
                  key={key}
                  data-at={at}
                  aria-rowindex={at + 2}
                  tabIndex={at === tabStop ? 0 : -1}
                  class={onSelect === undefined && onOpen === undefined ? undefined : 'choice'}
                  aria-selected={props.selected === undefined ? undefined : key === props.selected}
                  onFocus={() => setActive(at)}
                  onClick={() => {
                    if (window.getSelection()?.toString() === '') (onSelect ?? onOpen)?.(row);
                  }}
                  onKeyDown={event => onKeyDown(event, at)}
                >
                  {columns.map(column => (
                    <td key={column.id} class={classesOf(column)}>
                      {column.cell === undefined ? plainCell(column.value(row)) : column.cell(row)}
                    </td>
                  ))}
                </tr>
              );
            })}
            {to < shown.length && <Gap rows={shown.length - to} />}
          </tbody>
        </table>
      </div>
      {(props.name !== undefined || props.foot !== undefined || shown.length < sorted.length) && (
        <div class="foot">
          {limit !== undefined && sorted.length > limit && (
            <LinkButton onClick={() => setAll(!all)}>
              {all ? `First ${count(limit)} only` : `${count(sorted.length - limit)} more`}
            </LinkButton>
          )}
          {props.name !== undefined && (
            <>
              <LinkButton onClick={() => host.copy(toTsv(titles, sorted.map(cellsOf)))}>Copy</LinkButton>
              <LinkButton
                onClick={() => host.save(`${props.name ?? 'table'}.csv`, toCsv(titles, sorted.map(cellsOf)))}
              >
                CSV
              </LinkButton>
              <LinkButton
                onClick={() =>
                  host.saveTable(`${props.name ?? 'table'}.parquet`, titles, sorted.map(cellsOf))
                }
              >
                Parquet
              </LinkButton>
            </>
          )}
          {props.foot}
        </div>
      )}
    </div>
  );
}

type Layout = Pick<Column<never>, 'wide' | 'align' | 'fill' | 'words' | 'named'>;

function narrow({ wide = false }: Layout): string {
  return wide === true ? 'wide' : wide === false ? '' : wide;
}

function classesOf(column: Layout): string {
  return [
    column.align ?? '',
    narrow(column),
    column.fill === 'cut' ? 'fill cut' : column.fill === true ? 'fill' : '',
    column.words === true ? 'words' : '',
    column.named === true ? 'named' : '',
  ]
    .filter(name => name !== '')
    .join(' ');
}

function plainCell(cell: Cell): ComponentChildren {
  return cell === null ? <span class="muted">–</span> : cellText(cell);
}

function Gap({ rows }: { readonly rows: number }): VNode {
  return <tr class="gap" aria-hidden="true" style={{ height: `${rows * rowHeight}px` }} />;
}

function reveal(frame: HTMLElement | null, at: number): void {
  if (frame === null) return;
  const top = at * rowHeight;
  if (top < frame.scrollTop) frame.scrollTop = top;
  else if (top + 2 * rowHeight > frame.scrollTop + frame.clientHeight)
    frame.scrollTop = top + 2 * rowHeight - frame.clientHeight;
}
