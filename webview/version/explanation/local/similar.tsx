import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { Cell } from '../../../../src/core/data/table.ts';
import type { Explanation } from '../../../../src/protocol/results/explanation.ts';
import { outputOf } from '../columns.ts';
import { Button } from '../../../components/button.tsx';
import { cellText, plural, significant } from '../../../components/format.ts';
import { Section } from '../../../components/page.tsx';
import { Prose } from '../../../components/prose.tsx';
import { DataTable } from '../../../components/table.tsx';
import { Working } from '../../../components/working.tsx';
import type { Prototypes } from '../../../../src/protocol/results/prototypes.ts';
import { useAsked } from '../../../asked.ts';

type Entry = Prototypes['similar'][number]['rows'][number];

/** The reference rows that are most like a row, by values or by reasons, with what became of them. */
export function Similar({
  result,
  row,
  changes,
  trusted,
}: {
  readonly result: Explanation;
  readonly row: Explanation['rows'][number];
  readonly changes: Readonly<Record<string, Cell>>;
  readonly trusted: boolean;
}): VNode {
  const asked = useAsked('prototypes');
  const { answer, asking, ask } = asked;
  const [by, setBy] = useState<'inputs' | 'attributions'>('inputs');
  const shown = answer?.similar.find(each => each.by === by) ?? answer?.similar[0];
  return (
    <Section title="Most similar reference rows">
      <div class="controls">
        <label>
          By
          <select value={by} onChange={event => setBy(event.currentTarget.value as typeof by)}>
            <option value="inputs">values</option>
            <option value="attributions">reasons</option>
          </select>
        </label>
        <Button
          disabled={!trusted || asking}
          onClick={() => ask({ row: { row: row.row, changes }, output: outputOf(result) })}
        >
          Find
        </Button>
        {asking && <Working asked={asked} what="Looking" />}
      </div>
      {answer === null || shown === undefined ? (
        <p class="muted">Rows the model was trained on that are most like this one, with their labels.</p>
      ) : (
        <>
          <p class="sentence">
            <Prose text={answer.sentence} />
          </p>
          {shown.by !== by && <p class="muted">Not by reasons: {answer.why}</p>}
          <DataTable
            label={`Similar rows by ${shown.by}`}
            name={`row-${row.row}-similar`}
            plain
            rows={shown.rows}
            rowKey={each => each.row}
            columns={[
              {
                id: 'row',
                title: '#',
                align: 'end',
                value: each => each.row,
                cell: each => String(each.row),
              },
              {
                id: 'differs',
                title: 'Differs in',
                fill: true,
                value: each => differences(each.inputs, answer.inputs, answer.features),
                exported: answer.features.map(({ name }, j) => ({
                  title: name,
                  value: (each: Entry) => each.inputs[j] ?? null,
                })),
                cell: each => (
                  <span title={differences(each.inputs, answer.inputs, answer.features)}>
                    {differences(each.inputs, answer.inputs, answer.features)}
                  </span>
                ),
              },
              { id: 'label', title: 'Label', value: each => each.label },
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
                definition: shown.distance,
                wide: true,
                value: each => each.distance,
                cell: each => significant(each.distance, 2),
              },
            ]}
            foot={<span class="muted">Of {plural(answer.reference, 'reference row')}.</span>}
          />
        </>
      )}
    </Section>
  );
}

function differences(
  inputs: readonly Cell[],
  own: readonly Cell[],
  features: readonly { readonly name: string }[],
): string {
  const parts = features.flatMap(({ name }, j) =>
    inputs[j] === own[j] ? [] : [`${name} ${cellText(inputs[j] ?? null)}`],
  );
  return parts.length === 0 ? 'nothing' : parts.join(', ');
}
