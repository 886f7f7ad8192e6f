import type { VNode } from 'preact';
import type { Cell } from '../../../../src/core/data/table.ts';
import { LinkButton } from '../../../components/button.tsx';
import { count, significant } from '../../../components/format.ts';
import { Section } from '../../../components/page.tsx';
import type { Chosen } from '../../../components/rowsBehind.tsx';
import { toCsv, toTsv } from '../../../components/tabular.ts';
import { useArrangement, useHost } from '../../../host.ts';
import { measureOf, type ShownErrors } from './errors.tsx';
import { heatOf, mapOf, type PairMap } from './pairMap.ts';

/** The error over two features: a table whose cells are shaded by how far they are from all rows. */
export function HeatMap({
  errors,
  name,
  chosen,
  onOpen,
}: {
  readonly errors: ShownErrors;
  readonly name: string;
  readonly chosen: Chosen | null;
  readonly onOpen: ((rows: Chosen) => void) | undefined;
}): VNode | null {
  const host = useHost();
  const columns = errors.features.map(({ column }) => column);
  const [a, setA] = useArrangement('heat.a', columns[0] ?? '');
  const [b, setB] = useArrangement('heat.b', columns[1] ?? '');
  const map = mapOf(errors, a, b) ?? mapOf(errors, columns[0] ?? '', columns[1] ?? '');
  if (map === null) return null;
  const twin = twinOf(map, errors);
  const choice = (label: string, value: string, other: string, set: (column: string) => void): VNode => (
    <label>
      {label}
      <select value={value} onChange={event => set(event.currentTarget.value)}>
        {columns.map(column => (
          <option key={column} value={column} disabled={column === other}>
            {column}
          </option>
        ))}
      </select>
    </label>
  );
  return (
    <Section
      title="Two features at a time"
      note={`${measureOf(errors)}; all labelled rows: a picture, not a test`}
      actions={
        <>
          <LinkButton onClick={() => host.copy(toTsv(twin.columns, twin.rows))}>Copy</LinkButton>
          <LinkButton onClick={() => host.save(`${name}-errors.csv`, toCsv(twin.columns, twin.rows))}>
            CSV
          </LinkButton>
        </>
      }
    >
      <div class="controls">
        {choice('Lines', map.a.column, map.b.column, setA)}
        {choice('Columns', map.b.column, map.a.column, setB)}
      </div>
      <div class="scroll">
        <table class="matrix heat" aria-label={`${measureOf(errors)} by ${map.a.column} and ${map.b.column}`}>
          <thead>
            <tr>
              <th scope="col">
                <span class="muted">
                  {map.a.column} ↓ {map.b.column} →
                </span>
              </th>
              {map.b.parts.map(part => (
                <th key={part.name} scope="col" title={part.name}>
                  {part.short}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {map.a.parts.map((line, i) => (
              <tr key={line.name}>
                <th scope="row" title={line.name}>
                  {line.short}
                </th>
                {map.b.parts.map((part, j) => (
                  <HeatCell
                    key={part.name}
                    value={map.value[i]?.[j] ?? null}
                    n={map.n[i]?.[j] ?? 0}
                    errors={errors}
                    rows={{ name: `${line.name} and ${part.name}`, where: `${line.where} AND ${part.where}` }}
                    chosen={chosen}
                    onOpen={onOpen}
                  />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p class="muted">
        Red: errs more than all rows together ({significant(errors.overall)}); green: less. Cells with fewer
        than 5 rows show their count only.
      </p>
    </Section>
  );
}

function HeatCell({
  value,
  n,
  errors,
  rows,
  chosen,
  onOpen,
}: {
  readonly value: number | null;
  readonly n: number;
  readonly errors: ShownErrors;
  readonly rows: Chosen;
  readonly chosen: Chosen | null;
  readonly onOpen: ((rows: Chosen) => void) | undefined;
}): VNode {
  const heat = value === null ? 0 : heatOf(value, errors);
  const words =
    value === null ? <span class="muted">{n === 0 ? '–' : `n ${count(n)}`}</span> : significant(value, 2);
  return (
    <td
      class={`${heat > 0 ? 'hot' : heat < 0 ? 'cool' : ''} ${chosen?.where === rows.where ? 'chosen' : ''}`}
      style={{ '--heat': `${Math.round(Math.abs(heat) * 70)}%` }}
      title={`${rows.name}: ${value === null ? 'too few rows' : significant(value)}, n = ${count(n)}`}
    >
      {onOpen === undefined || n === 0 ? (
        words
      ) : (
        <button type="button" onClick={() => onOpen(rows)}>
          {words}
        </button>
      )}
    </td>
  );
}

function twinOf(
  map: PairMap,
  errors: ShownErrors,
): { readonly columns: readonly string[]; readonly rows: readonly (readonly Cell[])[] } {
  return {
    columns: [map.a.column, map.b.column, measureOf(errors), 'n'],
    rows: map.a.parts.flatMap((line, i) =>
      map.b.parts.map((part, j): Cell[] => [
        line.name,
        part.name,
        map.value[i]?.[j] ?? null,
        map.n[i]?.[j] ?? 0,
      ]),
    ),
  };
}
