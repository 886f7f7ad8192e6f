import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { TrialsPage } from '../../src/protocol/trialPages.ts';
import { Button } from '../components/button.tsx';
import { ChosenSince } from '../components/chosenSince.tsx';
import { WorkView } from '../components/work.tsx';
import { useHost } from '../host.ts';
import { Folds } from './folds.tsx';
import { NeedsCommand, NeedsLabels } from './needs.tsx';
import { chosenOf, differs, PlanChoices, planOf } from './plan.tsx';
import { resultOf } from './shown.ts';

/** Real k-fold: the training command is run for each fold. */
export function Retrained({ state }: { readonly state: TrialsPage }): VNode {
  const host = useHost();
  const { retrained, trusted, command } = state;
  const [chosen, setChosen] = useState(() => chosenOf(resultOf(retrained)?.plan ?? null, 1));
  const plan = planOf(chosen);
  const run = (): void => {
    if (plan !== null) void host.ask('retrain', plan);
  };
  if (state.data.label === null) return <NeedsLabels state={state} />;
  if (command === null && retrained.state === 'empty') return <NeedsCommand state={state} />;
  return (
    <>
      <div class="choices">
        <PlanChoices plan={chosen} onChange={part => setChosen({ ...chosen, ...part })} />
        <Button
          primary
          disabled={!trusted || command === null || plan === null || retrained.state === 'running'}
          {...(command === null ? {} : { title: `Runs ${command.join(' ')}` })}
          onClick={run}
        >
          Train and measure
        </Button>
      </div>
      <WorkView
        work={retrained}
        trusted={trusted}
        what="The training command of slipway.yaml runs once for each fold, as a task of the editor, and its model is measured on the rows held out: how well this way of training does."
        action="Train and measure"
        above
        onRun={run}
        onCancel={() => void host.ask('cancel', { kind: 'retrain' })}
        onLog={() => host.run('showLog')}
      >
        {result => (
          <ChosenSince changed={differs(chosen, result.plan)} action="Train and measure">
            <Folds result={result} name={`${state.model}-k-fold`} />
          </ChosenSince>
        )}
      </WorkView>
    </>
  );
}
