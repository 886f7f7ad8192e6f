import { globalOf } from '../../core/explain/overall.ts';
import { Sizes } from '../../core/explain/summary.ts';
import { BadInput } from '../../core/failure.ts';
import type { NumberColumn } from '../../core/data/table.ts';
import type { RowsMerge } from '../../protocol/engine.ts';
import type { Explanation } from '../../protocol/results/explanation.ts';
import { DataFile } from '../data/dataFile.ts';
import { joinParquet } from '../data/parquetWriter.ts';

const batchRows = 16_384;

/**
 * Writes the rows of all parts to one Parquet file, in their order, with the columns and the metadata that they
 * have.
 * @returns the sizes of all rows together
 * @throws BadInput when a part's file is not what its document says, or has other columns than the first
 */
export async function mergeRows({ parts, features, file }: RowsMerge): Promise<Explanation['global']> {
  const wanted = features.map(name => ({ name: `shap_${name}`, as: 'number' }) as const);
  const sizes = new Sizes(features);
  let first: string | null = null;
  for (const part of parts) {
    const data = await DataFile.open(part);
    try {
      const names = new Set(data.columns.map(({ name }) => name));
      if ((await data.rows()) !== part.rows || wanted.some(({ name }) => !names.has(name)))
        throw new BadInput(
          'other-rows',
          `\`${part.path}\` does not hold the ${part.rows} rows that its document says. Make the part again.`,
        );
      const columns = JSON.stringify(data.columns);
      first ??= columns;
      if (columns !== first)
        throw new BadInput(
          'other-rows',
          `\`${part.path}\` has other columns than \`${parts[0]!.path}\`. Make the parts from the same data.`,
        );
      for await (const { table } of data.scan(wanted, batchRows)) {
        const columns = table.columns as readonly NumberColumn[];
        const d = columns.length;
        sizes.addValues(
          Float64Array.from(
            { length: table.rows * d },
            (_, at) => columns[at % d]!.values[Math.floor(at / d)]!,
          ),
        );
      }
    } finally {
      await data.close();
    }
  }
  await joinParquet(
    parts.map(part => part.file),
    file,
  );
  return globalOf(sizes);
}
