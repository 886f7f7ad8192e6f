import type { ComponentChildren } from 'preact';
import type { Cell } from '../../src/core/data/table.ts';
import type { Column } from './table.tsx';

type Side = 'a' | 'b';

/** A column for each of the two that are compared, under their names. */
export function sides<Row>(
  names: Readonly<Record<Side, string>>,
  value: (row: Row, side: Side) => Cell,
  cell: (row: Row, side: Side) => ComponentChildren,
  wide = false,
): Column<Row>[] {
  return (['a', 'b'] as const).map(side => ({
    id: side,
    title: names[side],
    named: true,
    align: 'end',
    wide,
    value: row => value(row, side),
    cell: row => cell(row, side),
  }));
}
