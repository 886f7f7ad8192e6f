import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { Comparison, FlipRow } from '../../src/protocol/results/comparison.ts';
import { pWords } from '../../src/core/words.ts';
import { cellText, count, significant, withInterval } from '../components/format.ts';
import { Section } from '../components/page.tsx';
import { DataTable, type Column } from '../components/table.tsx';
import { useArrangement } from '../host.ts';
import { RowReasons } from './rowReasons.tsx';

/** Who answers right: four counts, and the rows behind the two that flipped. */
export function Flips({
  result,
  a,
  b,
  explainable,
}: {
  readonly result: Comparison;
  readonly a: string;
  readonly b: string;
  /** Whether a row opens with its reasons by both versions. */
  readonly explainable: boolean;
}): VNode | null {
  const [cell, setCell] = useArrangement('flips', 'negative');
  const [chosen, setChosen] = useState<number | null>(null);
  const onOpen = explainable ? setChosen : undefined;
  const reasons =
    chosen === null ? null : <RowReasons row={chosen} a={a} b={b} onClose={() => setChosen(null)} />;
  const { flips, changes } = result;
  if (flips === null) {
    if (changes === null || changes.length === 0) return null;
    return (
      <Section title="Rows that changed most" note="absolute error, worst first">
        <FlipRows
          result={result}
          rows={changes}
          a={a}
          b={b}
          name="changed-rows"
          chosen={chosen}
          onOpen={onOpen}
        />
        {reasons}
      </Section>
    );
  }
  const rows = cell === 'positive' ? flips.positive : flips.negative;
  const whole = cell === 'positive' ? flips.onlyB : flips.onlyA;
  const p = flips.pValue === null ? '' : `, ${pWords(flips.pValue)}`;
  return (
    <>
      <div class="split ruled flips">
        <Section title="Answers" note={`n = ${count(result.n)}; ${flips.test}${p}`}>
          <div class="scroll">
            <table class="matrix" aria-label="Right and wrong answers of A and B">
              <thead>
                <tr>
                  <td class="corner muted">rows</td>
                  <th scope="col">B right</th>
                  <th scope="col">B wrong</th>
                </tr>
              </thead>
              <tbody>
                <tr>
                  <th scope="row">A right</th>
                  <td>{count(flips.bothRight)}</td>
                  <td class={cell === 'negative' ? 'ill chosen' : 'ill'}>
                    <button
                      type="button"
                      aria-pressed={cell === 'negative'}
                      onClick={() => setCell('negative')}
                    >
                      <b>{count(flips.onlyA)}</b> negative flips
                    </button>
                  </td>
                </tr>
                <tr>
                  <th scope="row">A wrong</th>
                  <td class={cell === 'positive' ? 'good chosen' : 'good'}>
                    <button
                      type="button"
                      aria-pressed={cell === 'positive'}
                      onClick={() => setCell('positive')}
                    >
                      <b>{count(flips.onlyB)}</b> positive flips
                    </button>
                  </td>
                  <td>{count(flips.bothWrong)}</td>
                </tr>
              </tbody>
            </table>
          </div>
          {result.churn != null && (
            <p>
              {count(result.churn.rows)} of {count(result.churn.n)} answers differ:{' '}
              {withInterval(result.churn.share, result.churn.interval)} churn.
            </p>
          )}
          <p class="muted">
            A negative flip is a row that A had right and B has wrong. Choose a cell to see its rows.
          </p>
        </Section>
        <Section
          title={cell === 'positive' ? 'Positive flips' : 'Negative flips'}
          note={`${count(whole)} rows that ${cell === 'positive' ? 'A had wrong and B has right' : 'A had right and B has wrong'}${rows.length < whole ? `, ${count(rows.length)} kept` : ''}`}
        >
          {rows.length === 0 ? (
            <p class="muted">None.</p>
          ) : (
            <FlipRows
              key={cell}
              result={result}
              rows={rows}
              a={a}
              b={b}
              name={`${cell}-flips`}
              chosen={chosen}
              onOpen={onOpen}
            />
          )}
        </Section>
      </div>
      {reasons}
    </>
  );
}

function FlipRows({
  result,
  rows,
  a,
  b,
  name,
  chosen,
  onOpen,
}: {
  readonly chosen: number | null;
  readonly onOpen: ((row: number) => void) | undefined;
  readonly result: Comparison;
  readonly rows: readonly FlipRow[];
  readonly a: string;
  readonly b: string;
  readonly name: string;
}): VNode {
  const scored = rows.some(row => row.scoreA !== null || row.scoreB !== null);
  const classes = result.task !== 'regression';
  const score = (value: number | null): string => (value === null ? '–' : significant(value));
  const columns: Column<FlipRow>[] = [
    {
      id: 'row',
      title: '#',
      align: 'end',
      width: '56px',
      value: row => row.row,
      cell: row => String(row.row),
    },
    { id: 'label', title: 'Label', width: '80px', value: row => row.label },
    { id: 'a', title: a, width: '90px', value: row => row.a },
    { id: 'b', title: b, width: '90px', value: row => row.b },
    ...(scored && classes
      ? [
          {
            id: 'score',
            title: `P(${result.positive ?? 'answer'}) A → B`,
            width: '130px',
            align: 'end',
            value: (row: FlipRow) => (row.scoreB ?? 0) - (row.scoreA ?? 0),
            cell: (row: FlipRow) => `${score(row.scoreA)} → ${score(row.scoreB)}`,
          } satisfies Column<FlipRow>,
        ]
      : []),
    ...result.features.slice(0, 40).map((feature, i): Column<FlipRow> => ({
      id: `f${i}`,
      title: feature,
      width: '120px',
      wide: true,
      value: row => row.inputs[i] ?? null,
      cell: row => (
        <span class="ell" title={cellText(row.inputs[i] ?? null)}>
          {cellText(row.inputs[i] ?? null)}
        </span>
      ),
    })),
  ];
  return (
    <DataTable
      label="Rows"
      name={name}
      limit={10}
      rows={rows}
      rowKey={row => row.row}
      columns={columns}
      selected={chosen}
      {...(onOpen === undefined ? {} : { onOpen: (row: FlipRow) => onOpen(row.row) })}
      foot={
        onOpen === undefined ? undefined : (
          <span class="muted">Open a row for its reasons by both versions</span>
        )
      }
    />
  );
}
