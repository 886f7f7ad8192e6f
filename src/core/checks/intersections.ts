import type { GroupColumn } from './facts.ts';

/** The group columns, and each pair of them as a column of its own: "sex × housing", "female × own". */
export function withIntersections(columns: readonly GroupColumn[]): GroupColumn[] {
  const crossed = columns.flatMap((a, i) => columns.slice(i + 1).map(b => intersection(a, b)));
  return [...columns, ...crossed];
}

function intersection(a: GroupColumn, b: GroupColumn): GroupColumn {
  const width = b.levels.length;
  return {
    name: `${a.name} × ${b.name}`,
    levels: a.levels.flatMap(first => b.levels.map(second => `${first} × ${second}`)),
    codes: a.codes.map((code, row) => {
      const other = b.codes[row]!;
      return code < 0 || other < 0 ? -1 : code * width + other;
    }),
  };
}
