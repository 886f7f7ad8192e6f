import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { VersionPage } from '../../../../src/protocol/pages.ts';
import type { Explanation } from '../../../../src/protocol/results/explanation.ts';
import { outputOf } from '../columns.ts';
import { useAsked } from '../../../asked.ts';
import { Button, LinkButton } from '../../../components/button.tsx';
import { Section } from '../../../components/page.tsx';
import { SideBySide } from '../../../components/sideBySide.tsx';
import { Working } from '../../../components/working.tsx';
import { useArrangement, useHost } from '../../../host.ts';
import { Condition, type ConditionColumn } from './condition.tsx';

/** Which rows the explanation is about, and a second cohort to set beside them. */
export function Cohorts({
  state,
  result,
  where,
  onWhere,
  onRun,
}: {
  readonly state: VersionPage;
  readonly result: Explanation;
  readonly where: string;
  readonly onWhere: (where: string) => void;
  readonly onRun: () => void;
}): VNode {
  const [versus, setVersus] = useArrangement('versus', '');
  const asked = useAsked('compareExplanations');
  const { answer, asking, ask, forget } = asked;
  const columns = useColumns(state, result);
  const given = (text: string): string | null => (text.trim() === '' ? null : text);
  const compare = (): void => ask({ where: given(where), versus: given(versus), output: outputOf(result) });
  const shownFor = result.cohort?.where ?? '';
  return (
    <>
      <div class="controls">
        <Condition
          label="Only rows where"
          sign=">"
          value={where}
          columns={columns}
          onChange={onWhere}
          onEnter={onRun}
        />
        {where.trim() !== shownFor && (
          <Button disabled={!state.trusted} onClick={onRun}>
            {where.trim() === '' ? 'Explain all rows' : 'Explain these'}
          </Button>
        )}
        <Condition
          label="beside rows where"
          sign="<="
          value={versus}
          columns={columns}
          onChange={setVersus}
          onEnter={compare}
        />
        {versus.trim() !== '' && (
          <Button disabled={!state.trusted || asking} onClick={compare}>
            Compare
          </Button>
        )}
        {asking && <Working asked={asked} what="Explaining both cohorts" />}
      </div>
      {answer !== null && (
        <Section title="Two cohorts side by side" actions={<LinkButton onClick={forget}>Close</LinkButton>}>
          <SideBySide answer={answer} name="cohorts" />
        </Section>
      )}
    </>
  );
}

/** The columns that a condition may name: all of the data, with the words of those that the model reads. */
function useColumns(state: VersionPage, result: Explanation): readonly ConditionColumn[] {
  const host = useHost();
  const [names, setNames] = useState<readonly string[]>([]);
  const { holdout } = state.data;
  useEffect(() => {
    if (holdout === null || !state.trusted) return;
    void host.ask('rows', { role: 'holdout', rows: [0] }).then(page => {
      if (page !== null) setNames(page.columns.map(({ name }) => name));
    });
  }, [holdout, state.trusted]);
  const known = new Map(
    result.features.map(({ name, levels }, at): [string, ConditionColumn] => [
      name,
      { name, levels, middle: middleOf(result.rows.map(({ inputs }) => inputs[at])) },
    ]),
  );
  return [...new Set([...known.keys(), ...names])].map(
    name => known.get(name) ?? { name, levels: null, middle: null },
  );
}

/** The upper median of the values that are numbers; null without any. */
function middleOf(values: readonly unknown[]): number | null {
  const numbers = values.filter(value => typeof value === 'number').sort((x, y) => x - y);
  return numbers[numbers.length >> 1] ?? null;
}
