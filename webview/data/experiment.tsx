import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { AbPageChoice, DataPage } from '../../src/protocol/pages.ts';
import { Button } from '../components/button.tsx';
import { Choice, Written } from '../components/choice.tsx';
import { ChosenSince } from '../components/chosenSince.tsx';
import { WorkView } from '../components/work.tsx';
import { useHost } from '../host.ts';
import { OutcomeChoices } from './outcomeChoices.tsx';
import { ExperimentResult } from './experimentResult.tsx';
import type { Column } from './shares.ts';

/** Values of a column that may name arms, at most. */
const mostArms = 50;

/** Two arms of an experiment whose log the data set is: what to compare, and what came of it. */
export function Experiment({
  state,
  columns,
}: {
  readonly state: DataPage;
  readonly columns: readonly Column[];
}): VNode {
  const host = useHost();
  const arms = columns.filter(
    ({ distinct, kind }) => distinct >= 2 && distinct <= mostArms && kind !== 'time',
  );
  const [choice, setChoice] = useState<AbPageChoice>(() => state.experiment ?? guess(arms, columns));
  const change = (part: Partial<AbPageChoice>): void => setChoice({ ...choice, ...part });
  const { ab, trusted } = state;
  const ready =
    choice.arm !== '' && choice.outcome !== '' && (choice.later !== null || choice.arm !== choice.outcome);
  const run = (): void => void host.ask('ab', choice);
  if (arms.length === 0)
    return (
      <p class="muted">
        An experiment needs a column that names its arms, with 2 to {mostArms} values. This data set has none.
      </p>
    );
  const valuesOf = (column: string): readonly string[] =>
    columns.find(({ name }) => name === column)?.levels?.levels.map(({ name }) => name) ?? [];
  const names = columns.map(({ name }) => name);
  const numbers = columns.filter(({ kind }) => kind === 'number').map(({ name }) => name);
  const changed = state.judged !== null && JSON.stringify(choice) !== JSON.stringify(state.judged);
  return (
    <>
      <div class="choices">
        <Choice
          label="Arm"
          value={choice.arm}
          names={arms.map(({ name }) => name)}
          onChange={arm => change({ arm, control: null })}
        />
        <Choice
          label="Control"
          value={choice.control ?? ''}
          names={valuesOf(choice.arm)}
          none="by its name"
          onChange={control => change({ control: control === '' ? null : control })}
        />
        <OutcomeChoices choice={choice} names={names} valuesOf={valuesOf} onChange={change} />
        <Choice
          label="Unit"
          value={choice.unit ?? ''}
          names={names}
          none="each row"
          onChange={unit => change({ unit: unit === '' ? null : unit })}
        />
        <Choice
          label="Better"
          value={choice.better}
          names={['higher', 'lower']}
          onChange={better => change({ better: better === 'lower' ? 'lower' : 'higher' })}
        />
        <Choice
          label="Looks by"
          value={choice.time ?? ''}
          names={names}
          none="order of rows"
          onChange={time => change({ time: time === '' ? null : time })}
        />
        <Choice
          label="Known before"
          title="A number known before the experiment, to take variance away with (CUPED)"
          value={choice.covariate ?? ''}
          names={numbers.filter(name => name !== choice.outcome)}
          none="nothing"
          onChange={covariate => change({ covariate: covariate === '' ? null : covariate })}
        />
        <Written
          label="No outcome is"
          hint="left out"
          title="What an observation without an outcome counts as, such as 0"
          value={choice.missing}
          onChange={missing => change({ missing })}
        />
        <Written
          label="Planned split"
          hint="not checked"
          title="Control to treatment, such as 90:10"
          value={choice.share}
          onChange={share => change({ share })}
        />
        <Written
          label="Smallest effect"
          hint="0.01 or 5%"
          title="The smallest effect worth having"
          value={choice.minEffect}
          onChange={minEffect => change({ minEffect })}
        />
        <Button primary disabled={!trusted || !ready || ab.state === 'running'} onClick={run}>
          Judge
        </Button>
      </div>
      <WorkView
        work={ab}
        trusted={trusted}
        what="Two arms by what came of them: the effect with an interval that holds however often you look, the split, and one decision."
        action="Judge"
        above
        onRun={run}
        onCancel={() => void host.ask('cancel', { kind: 'ab' })}
        onLog={() => host.run('showLog')}
      >
        {result => (
          <ChosenSince changed={changed} action="Judge">
            <ExperimentResult result={result} />
          </ChosenSince>
        )}
      </WorkView>
    </>
  );
}

/** Columns by the names that logs have. */
function guess(arms: readonly Column[], columns: readonly Column[]): AbPageChoice {
  const arm =
    arms.find(({ name }) => /^(slipway_version|arm|variant|group|version|treatment)$/i.test(name)) ?? arms[0];
  const outcome = columns.find(
    ({ name, distinct }) =>
      name !== arm?.name && (distinct === 2 || /outcome|convert|reward|revenue/i.test(name)),
  );
  return {
    arm: arm?.name ?? '',
    outcome: outcome?.name ?? '',
    positive: null,
    unit: null,
    control: null,
    later: null,
    missing: null,
    covariate: null,
    time: null,
    better: 'higher',
    minEffect: null,
    share: null,
  };
}
