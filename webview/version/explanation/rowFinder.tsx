import type { VNode } from 'preact';
import type { ExplainJob } from '../../../src/protocol/engine.ts';
import type { Explanation } from '../../../src/protocol/results/explanation.ts';
import { outputOf } from './columns.ts';
import type { Asked } from '../../asked.ts';
import { Working } from '../../components/working.tsx';
import { useArrangement } from '../../host.ts';

/** Goes to any row of the data: one that is not among those explained is explained when it is asked for. */
export function RowFinder({
  result,
  trusted,
  asked,
  onRow,
}: {
  readonly result: Explanation;
  readonly trusted: boolean;
  readonly asked: Asked<'explainRow'>;
  readonly onRow: (row: number) => void;
}): VNode {
  const [method] = useArrangement('method', 'auto');
  const go = (text: string): void => {
    const row = Number(text);
    if (text.trim() === '' || !Number.isInteger(row) || row < 0) return;
    onRow(row);
    if (result.rows.some(each => each.row === row)) return;
    const asks = {
      row,
      method: method as ExplainJob['method'],
      output: outputOf(result),
      space: result.space,
    };
    asked.ask(asks);
  };
  return (
    <>
      {asked.asking && <Working asked={asked} what="Explaining the row" />}
      <label title="Any row of the data, counted from 0: Enter explains it">
        Row{' '}
        <input
          type="number"
          min="0"
          step="1"
          placeholder="any"
          disabled={!trusted}
          onChange={event => go(event.currentTarget.value)}
        />
      </label>
    </>
  );
}

/** The row of an explanation of it alone, where its values stand for the same features; else null. */
export function foundRow(result: Explanation, found: Explanation | null): Explanation['rows'][number] | null {
  const [row] = found?.rows ?? [];
  const same =
    found !== null &&
    found.features.length === result.features.length &&
    found.features.every(({ name }, j) => name === result.features[j]!.name);
  return same && row !== undefined ? row : null;
}
