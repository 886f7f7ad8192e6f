import type { ComponentChildren, VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Cell } from '../../../../src/core/data/table.ts';
import type { AttributedRows } from '../../../../src/protocol/attribute.ts';
import type { Explanation } from '../../../../src/protocol/results/explanation.ts';
import { Waterfall } from '../../../charts/waterfall.tsx';
import { LinkButton } from '../../../components/button.tsx';
import { cellText, signed, significant } from '../../../components/format.ts';
import { Section } from '../../../components/page.tsx';
import { Working } from '../../../components/working.tsx';
import { outputOf, outputTitle } from '../columns.ts';
import { Editors } from './editors.tsx';
import { Counterfactuals } from './counterfactuals.tsx';
import { Similar } from './similar.tsx';
import { useHost } from '../../../host.ts';
import { useAsked } from '../../../asked.ts';
import './local.css';

type Row = Explanation['rows'][number];
type Changes = Readonly<Record<string, Cell>>;

/** Keys that follow each other this fast are one question. */
const settleMs = 40;
const noticedMs = 300;

/** One row, tried: other values with their answer at once, what would change the answer, and rows like it. */
export function Study({
  result,
  row,
  trusted,
  onFeature,
}: {
  readonly result: Explanation;
  readonly row: Row;
  readonly trusted: boolean;
  readonly onFeature: (feature: string) => void;
}): VNode {
  const [changes, setChanges] = useState<Changes>({});
  const [frozen, setFrozen] = useState<readonly string[]>([]);
  // The first question prepares the model for all others: it is not stopped for the next.
  const asked = useAsked('attribute', false);
  const { answer, asking, ask, forget } = asked;
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  const host = useHost();
  const output = outputOf(result);
  const warmed = useRef(false);
  // The first question loads and proves the model: it is asked when a value is gone to, before one is changed.
  const warm = (): void => {
    if (warmed.current || !trusted) return;
    warmed.current = true;
    const values = Object.fromEntries(result.features.map(({ name }, j) => [name, row.inputs[j]!]));
    void host.ask('attribute', { values, output, space: result.space });
  };
  useEffect(() => () => (timer.current === null ? undefined : clearTimeout(timer.current)), []);
  const change = (next: Changes): void => {
    setChanges(next);
    if (timer.current !== null) clearTimeout(timer.current);
    if (Object.keys(next).length === 0) {
      forget();
      return;
    }
    const values = Object.fromEntries(
      result.features.map(({ name }, j) => [name, next[name] === undefined ? row.inputs[j]! : next[name]]),
    );
    timer.current = setTimeout(() => ask({ values, output, space: result.space }), settleMs);
  };
  const changed = Object.keys(changes).length > 0;
  const now = changed ? answer : null;
  return (
    <>
      <div class="split ruled">
        <Section
          title={`What if row ${row.row} were different`}
          note={changed ? `${Object.keys(changes).length} changed` : 'Change a value: the answer follows.'}
          actions={changed ? <LinkButton onClick={() => change({})}>Reset</LinkButton> : undefined}
        >
          <p class="sentence" role="status">
            {outputTitle(result)} {significant(row.prediction)}
            {changed && (
              <>
                {' → '}
                <b>{now === null ? (asking ? '…' : 'not asked') : significant(now.rows[0]!.prediction)}</b>
                {now !== null && ` (${signed(now.rows[0]!.prediction - row.prediction)})`}
              </>
            )}
          </p>
          {asking && (
            <Late>
              <Working asked={asked} what="Asking the model" />
            </Late>
          )}
          <div onFocusCapture={warm}>
            <Editors
              result={result}
              row={row}
              changes={changes}
              reasons={now?.rows[0]?.values ?? null}
              frozen={frozen}
              disabled={!trusted}
              onChange={(name, value) => change(without(changes, name, value, result, row))}
              onFreeze={setFrozen}
              onFeature={onFeature}
            />
          </div>
          {now !== null && !now.exact && (
            <p class="muted">Sampled: {now.whyNotExact ?? 'the model has no exact method.'}</p>
          )}
        </Section>
        <div class="stack">
          {changed && now !== null && (
            <Changed result={result} row={row} changes={changes} now={now} onFeature={onFeature} />
          )}
          <Counterfactuals
            result={result}
            row={row}
            changes={changes}
            frozen={frozen}
            trusted={trusted}
            onTry={inputs => change(differing(inputs, result, row))}
          />
          <Similar result={result} row={row} changes={changes} trusted={trusted} />
        </div>
      </div>
    </>
  );
}

/** Shown only once it takes long enough to be noticed: most answers come in milliseconds. */
function Late({ children }: { readonly children: ComponentChildren }): VNode | null {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), noticedMs);
    return () => clearTimeout(timer);
  }, []);
  return late ? <>{children}</> : null;
}

function Changed({
  result,
  row,
  changes,
  now,
  onFeature,
}: {
  readonly result: Explanation;
  readonly row: Row;
  readonly changes: Changes;
  readonly now: AttributedRows;
  readonly onFeature: (feature: string) => void;
}): VNode {
  const [answer] = now.rows;
  return (
    <Waterfall
      title={`Row ${row.row}, changed`}
      note={`${outputTitle(result)} ${significant(now.baseValue)} → ${significant(answer!.prediction)}; ${Object.entries(
        changes,
      )
        .map(([name, value]) => `${name} = ${cellText(value)}`)
        .join(', ')}`}
      base={now.baseValue}
      prediction={answer!.prediction}
      features={now.features.map(({ name }) => name)}
      inputs={now.features.map(({ name }) => changes[name] ?? row.inputs[placeOf(result, name)] ?? null)}
      values={answer!.values}
      errors={answer!.errors}
      x={outputTitle(result)}
      name={`row-${row.row}-changed`}
      onFeature={onFeature}
    />
  );
}

function placeOf(result: Explanation, name: string): number {
  return result.features.findIndex(feature => feature.name === name);
}

/** The changes with one more; a value set back to the row's own is none. */
function without(changes: Changes, name: string, value: Cell, result: Explanation, row: Row): Changes {
  const others = Object.fromEntries(Object.entries(changes).filter(([key]) => key !== name));
  return row.inputs[placeOf(result, name)] === value ? others : { ...others, [name]: value };
}

function differing(inputs: Readonly<Record<string, Cell>>, result: Explanation, row: Row): Changes {
  return Object.fromEntries(
    Object.entries(inputs).filter(([name, value]) => row.inputs[placeOf(result, name)] !== value),
  );
}
