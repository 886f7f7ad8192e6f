import type { CategoryColumn, Column, NumberColumn, Table } from '../../core/data/table.ts';

/** Two tables with the same columns, one under the other; words that both hold share a code. */
export function stacked(a: Table, b: Table): Table {
  return {
    rows: a.rows + b.rows,
    columns: a.columns.map((column, i): Column => {
      const other = b.columns[i]!;
      return column.kind === 'number'
        ? stackedNumbers(column, other as NumberColumn)
        : stackedWords(column, other as CategoryColumn);
    }),
  };
}

function stackedNumbers(a: NumberColumn, b: NumberColumn): NumberColumn {
  const values = new Float64Array(a.values.length + b.values.length);
  values.set(a.values);
  values.set(b.values, a.values.length);
  return { kind: 'number', name: a.name, values };
}

function stackedWords(a: CategoryColumn, b: CategoryColumn): CategoryColumn {
  const levels = [...a.levels];
  const known = new Map(levels.map((level, code) => [level, code]));
  const codeOf = b.levels.map(level => known.get(level) ?? levels.push(level) - 1);
  const codes = new Int32Array(a.codes.length + b.codes.length);
  codes.set(a.codes);
  b.codes.forEach((code, i) => (codes[a.codes.length + i] = code < 0 ? -1 : codeOf[code]!));
  return { kind: 'category', name: a.name, codes, levels };
}
