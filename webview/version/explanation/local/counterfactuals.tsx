import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { Cell } from '../../../../src/core/data/table.ts';
import type { Counterfactuals as Found } from '../../../../src/protocol/results/counterfactuals.ts';
import type { Explanation } from '../../../../src/protocol/results/explanation.ts';
import { outputOf } from '../columns.ts';
import { Button } from '../../../components/button.tsx';
import { cellText, plural, significant } from '../../../components/format.ts';
import { Section } from '../../../components/page.tsx';
import { Prose } from '../../../components/prose.tsx';
import { DataTable } from '../../../components/table.tsx';
import { Working } from '../../../components/working.tsx';
import { useAsked } from '../../../asked.ts';

type Entry = Found['counterfactuals'][number];

/** What would have to change for another answer; choosing one puts it into the editors. */
export function Counterfactuals({
  result,
  row,
  changes,
  frozen,
  trusted,
  onTry,
}: {
  readonly result: Explanation;
  readonly row: Explanation['rows'][number];
  readonly changes: Readonly<Record<string, Cell>>;
  readonly frozen: readonly string[];
  readonly trusted: boolean;
  readonly onTry: (inputs: Readonly<Record<string, Cell>>) => void;
}): VNode {
  const asked = useAsked('counterfactuals');
  const { answer, asking, ask } = asked;
  const regression = result.task === 'regression';
  const [bound, setBound] = useState<'other' | 'least' | 'most'>(regression ? 'least' : 'other');
  const [value, setValue] = useState('');
  const limit = bound === 'other' || value === '' ? null : Number(value);
  const wanted = {
    class: null,
    min: bound === 'least' ? limit : null,
    max: bound === 'most' ? limit : null,
  };
  const find = (): void => ask({ row: { row: row.row, changes }, wanted, frozen, output: outputOf(result) });
  return (
    <Section
      title="What would change the answer"
      note={frozen.length === 0 ? undefined : `${plural(frozen.length, 'column')} kept`}
    >
      <div class="controls">
        <label>
          Wanted
          <select value={bound} onChange={event => setBound(event.currentTarget.value as typeof bound)}>
            {!regression && <option value="other">another answer</option>}
            <option value="least">{result.output.title} at least</option>
            <option value="most">{result.output.title} at most</option>
          </select>
        </label>
        {bound !== 'other' && (
          <input
            type="number"
            step="any"
            aria-label="Wanted value"
            value={value}
            onInput={event => setValue(event.currentTarget.value)}
          />
        )}
        <Button disabled={!trusted || asking || (bound !== 'other' && limit === null)} onClick={find}>
          Find
        </Button>
        {asking && <Working asked={asked} what="Looking" />}
      </div>
      {answer === null ? (
        <p class="muted">
          The smallest changes found that give another answer, each put to the model again. Tick Keep beside a
          value to leave it as it is.
        </p>
      ) : (
        <>
          <p class="sentence">
            <Prose text={answer.sentence} />
          </p>
          {answer.counterfactuals.length > 0 && (
            <DataTable
              label="Counterfactuals"
              name={`row-${row.row}-counterfactuals`}
              plain
              rows={answer.counterfactuals.map((each, at) => ({ ...each, at }))}
              rowKey={each => each.at}
              onOpen={each =>
                onTry(Object.fromEntries(answer.features.map(({ name }, j) => [name, each.inputs[j]!])))
              }
              columns={[
                {
                  id: 'changes',
                  title: 'Changes',
                  fill: true,
                  value: changesOf,
                  cell: each => <span class="wrap">{changesOf(each)}</span>,
                },
                {
                  id: 'answer',
                  title: answer.output,
                  align: 'end',
                  value: each => each.answer.value,
                  cell: each => significant(each.answer.value),
                },
                {
                  id: 'distance',
                  title: 'Distance',
                  align: 'end',
                  definition: answer.distance,
                  wide: true,
                  value: each => each.distance,
                  cell: each => significant(each.distance, 2),
                },
              ]}
              foot={
                <span class="muted">
                  {answer.proof.confirmed} of {answer.proof.rescored} confirmed by ONNX Runtime;{' '}
                  {plural(answer.proof.reference, 'reference row')}, {answer.method}. Choose one to try it.
                </span>
              }
            />
          )}
        </>
      )}
    </Section>
  );
}

function changesOf({ changes }: Entry): string {
  return changes.map(({ feature, from, to }) => `${feature} ${cellText(from)} → ${cellText(to)}`).join(', ');
}
