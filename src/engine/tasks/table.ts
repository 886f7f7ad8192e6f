import type { Cell } from '../../core/data/table.ts';
import type { TableFile } from '../../protocol/engine.ts';
import { slipwayVersion } from '../../protocol/version.ts';
import { ParquetWriter, type WrittenColumn } from '../data/parquetWriter.ts';

/** Writes a table that a page shows to a Parquet file, with the types its values have. */
export async function writeTable({ file, columns, rows }: TableFile): Promise<null> {
  const values = columns.map((_, c) => rows.map(row => row[c] ?? null));
  const names = distinct(columns);
  const written = values.map((column, c): WrittenColumn => ({ name: names[c]!, type: typeOf(column) }));
  const writer = await ParquetWriter.open(file, written);
  try {
    await writer.append(
      values.map((column, c) =>
        written[c]!.type === 'text'
          ? column.map(cell => (cell === null ? null : String(cell)))
          : column.map(cell => (typeof cell === 'number' ? cell : Number.NaN)),
      ),
      rows.length,
    );
    await writer.finish({ slipway: slipwayVersion });
  } finally {
    await writer.close();
  }
  return null;
}

function typeOf(cells: readonly Cell[]): WrittenColumn['type'] {
  if (cells.some(cell => cell !== null && typeof cell !== 'number')) return 'text';
  return cells.length > 0 && cells.every(cell => Number.isSafeInteger(cell)) ? 'whole' : 'number';
}

/** Column names that differ for a database, which takes capitals for small letters. */
function distinct(names: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return names.map(name => {
    let own = name;
    for (let nth = 2; taken.has(own.toLowerCase()); nth++) own = `${name} (${nth})`;
    taken.add(own.toLowerCase());
    return own;
  });
}
