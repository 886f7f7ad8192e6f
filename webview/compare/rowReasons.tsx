import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Explanation } from '../../src/protocol/results/explanation.ts';
import type { Cell } from '../../src/core/data/table.ts';
import { useAsked } from '../asked.ts';
import { Waterfall } from '../charts/waterfall.tsx';
import { LinkButton } from '../components/button.tsx';
import { cellText, signed, significant } from '../components/format.ts';
import { Section } from '../components/page.tsx';
import { sides } from '../components/sides.ts';
import { DataTable } from '../components/table.tsx';

interface Reason {
  readonly feature: string;
  readonly input: Cell;
  /** null: the version does not read it. */
  readonly a: number | null;
  readonly b: number | null;
  readonly change: number;
}

/** Why the two versions answer one row differently: both waterfalls, and what each feature's reason became. */
export function RowReasons({
  row,
  a,
  b,
  onClose,
}: {
  readonly row: number;
  readonly a: string;
  readonly b: string;
  readonly onClose: () => void;
}): VNode {
  const { answer, asking, ask } = useAsked('reasonsOfRow');
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    ask({ row });
    place.current?.scrollIntoView({ block: 'nearest' });
  }, [row]);
  const close = <LinkButton onClick={onClose}>Close</LinkButton>;
  return (
    <div ref={place} aria-live="polite">
      <Section title={`Row ${row}: what changed in its reasons`} actions={close}>
        {answer === null ? (
          <p class="muted">
            {asking ? 'Explaining the row by both versions…' : 'The row could not be explained.'}
          </p>
        ) : (
          <>
            <p class="sentence">{sentenceOf(answer.a, answer.b, a, b)}</p>
            <div class="split">
              <Side explanation={answer.a} name={a} />
              <Side explanation={answer.b} name={b} />
            </div>
            <Changes reasons={reasonsOf(answer.a, answer.b)} a={a} b={b} row={row} />
          </>
        )}
      </Section>
    </div>
  );
}

function Side({
  explanation,
  name,
}: {
  readonly explanation: Explanation;
  readonly name: string;
}): VNode | null {
  const [row] = explanation.rows;
  if (row === undefined) return null;
  return (
    <Waterfall
      title={name}
      note={`${explanation.output.title} ${significant(explanation.baseValue)} → ${significant(row.prediction)}`}
      base={explanation.baseValue}
      prediction={row.prediction}
      features={explanation.features.map(feature => feature.name)}
      inputs={row.inputs}
      values={row.values}
      errors={row.errors}
      x={explanation.output.title}
      name={`row-${row.row}-${name}`}
      onFeature={() => undefined}
    />
  );
}

function Changes({
  reasons,
  a,
  b,
  row,
}: {
  readonly reasons: readonly Reason[];
  readonly a: string;
  readonly b: string;
  readonly row: number;
}): VNode {
  const side = (value: number | null): string => (value === null ? 'not read' : signed(value, 2));
  return (
    <DataTable
      label={`Reasons of row ${row} by both versions`}
      name={`row-${row}-reasons`}
      limit={10}
      rows={reasons}
      rowKey={reason => reason.feature}
      columns={[
        {
          id: 'feature',
          title: 'Feature',
          fill: true,
          value: reason => reason.feature,
          exported: [
            { title: 'feature', value: reason => reason.feature },
            { title: 'value', value: reason => reason.input },
          ],
          cell: reason => (
            <>
              {reason.feature} <span class="muted">= {cellText(reason.input)}</span>
            </>
          ),
        },
        ...sides<Reason>(
          { a, b },
          (reason, at) => reason[at],
          (reason, at) => side(reason[at]),
        ),
        {
          id: 'change',
          title: 'Change',
          align: 'end',
          value: reason => reason.change,
          cell: reason => signed(reason.change, 2),
        },
      ]}
    />
  );
}

/** Every feature that either version reads, the largest change first. */
function reasonsOf(a: Explanation, b: Explanation): Reason[] {
  const side = (explanation: Explanation): Map<string, { value: number; input: Cell }> => {
    const [row] = explanation.rows;
    return new Map(
      explanation.features.map((feature, at) => [
        feature.name,
        { value: row?.values[at] ?? 0, input: row?.inputs[at] ?? null },
      ]),
    );
  };
  const [first, second] = [side(a), side(b)];
  return [...new Set([...first.keys(), ...second.keys()])]
    .map(feature => {
      const [was, is] = [first.get(feature), second.get(feature)];
      return {
        feature,
        input: (is ?? was)?.input ?? null,
        a: was?.value ?? null,
        b: is?.value ?? null,
        change: (is?.value ?? 0) - (was?.value ?? 0),
      };
    })
    .sort((x, y) => Math.abs(y.change) - Math.abs(x.change));
}

function sentenceOf(a: Explanation, b: Explanation, nameA: string, nameB: string): string {
  const [from, to] = [a.rows[0]?.prediction ?? NaN, b.rows[0]?.prediction ?? NaN];
  const top = reasonsOf(a, b).slice(0, 2);
  const most = top.map(({ feature, change }) => `${feature} (${signed(change, 2)})`).join(' and ');
  return `${a.output.title} is ${significant(from)} by ${nameA} and ${significant(to)} by ${nameB}; most of it by ${most}.`;
}
