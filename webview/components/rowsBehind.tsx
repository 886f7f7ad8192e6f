import type { VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Cell } from '../../src/core/data/table.ts';
import { useAsked } from '../asked.ts';
import { LinkButton } from './button.tsx';
import { cellText, count } from './format.ts';
import { Section } from './page.tsx';
import { DataTable, type Column } from './table.tsx';
import { useHost } from '../host.ts';

const pageRows = 50;

/** Rows that a click asked for: their name, and the condition that holds for them. */
export interface Chosen {
  readonly name: string;
  readonly where: string;
}

interface Line {
  readonly at: number;
  readonly cells: readonly Cell[];
}

/** The rows of a slice, a leaf or a cell, as the data holds them. */
export function RowsBehind({
  chosen,
  name,
  onExplain,
  onClose,
}: {
  readonly chosen: Chosen;
  readonly name: string;
  /** Explains them; no such action without it. */
  readonly onExplain?: (where: string) => void;
  readonly onClose: () => void;
}): VNode {
  const host = useHost();
  const { answer, key, asking, ask } = useAsked('rowsWhere');
  const [offset, setOffset] = useState(0);
  const place = useRef<HTMLDivElement>(null);
  useEffect(
    () => ask({ where: chosen.where, offset, limit: pageRows }, String(offset)),
    [chosen.where, offset],
  );
  useEffect(() => place.current?.scrollIntoView({ block: 'nearest' }), [chosen.where]);
  return (
    <div ref={place} aria-live="polite">
      <Section
        title={chosen.name}
        note={answer === null ? (asking ? 'reading rows…' : '') : `${count(answer.total)} rows`}
        actions={
          <>
            {onExplain !== undefined && (
              <LinkButton onClick={() => onExplain(chosen.where)}>Explain these rows</LinkButton>
            )}
            <LinkButton onClick={() => host.copy(chosen.where)}>Copy condition</LinkButton>
            <LinkButton onClick={onClose}>Close</LinkButton>
          </>
        }
      >
        {answer !== null && (
          <DataTable
            label={`Rows of ${chosen.name}`}
            name={`${name}-rows`}
            limit={10}
            rows={answer.rows.map((cells, at) => ({ cells, at: Number(key) + at }))}
            rowKey={row => row.at}
            foot={
              answer.total > pageRows ? (
                <Pages offset={Number(key)} total={answer.total} onOffset={setOffset} />
              ) : undefined
            }
            columns={answer.columns.map((column, at) => columnAt(column, at, answer.rows))}
          />
        )}
      </Section>
    </div>
  );
}

function Pages({
  offset,
  total,
  onOffset,
}: {
  readonly offset: number;
  readonly total: number;
  readonly onOffset: (offset: number) => void;
}): VNode {
  const end = Math.min(total, offset + pageRows);
  return (
    <>
      <span class="muted">
        {count(offset + 1)} to {count(end)} of {count(total)}
      </span>
      {offset > 0 && <LinkButton onClick={() => onOffset(offset - pageRows)}>Rows before</LinkButton>}
      {end < total && <LinkButton onClick={() => onOffset(end)}>Next rows</LinkButton>}
    </>
  );
}

/** Numbers stand at the end, so that their digits do. */
function columnAt(
  { name }: { readonly name: string },
  at: number,
  rows: readonly (readonly Cell[])[],
): Column<Line> {
  const numbers = rows.every(cells => cells[at] == null || typeof cells[at] === 'number');
  return {
    ...(numbers ? { align: 'end' as const } : {}),
    id: `c${at}`,
    title: name,
    value: line => line.cells[at] ?? null,
    cell: line => (
      <span class="ell" title={cellText(line.cells[at] ?? null)}>
        {cellText(line.cells[at] ?? null)}
      </span>
    ),
  };
}
