import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { TrialsPage } from '../../src/protocol/trialPages.ts';
import { Button } from '../components/button.tsx';
import { ChosenSince } from '../components/chosenSince.tsx';
import { Choice } from '../components/choice.tsx';
import { WorkView } from '../components/work.tsx';
import { useHost } from '../host.ts';
import { Folds } from './folds.tsx';
import { NeedsHoldout, NeedsLabels } from './needs.tsx';
import { chosenOf, differs, PlanChoices, planOf } from './plan.tsx';
import { resultOf } from './shown.ts';

const usualRepeats = 10;

/** One version on parts of the holdout: how it varies with the rows. */
export function FixedVersion({ state }: { readonly state: TrialsPage }): VNode {
  const host = useHost();
  const { fixed, trusted } = state;
  const [version, setVersion] = useState<string | null>(null);
  const [chosen, setChosen] = useState(() => chosenOf(resultOf(fixed)?.plan ?? null, usualRepeats));
  const own = version ?? state.version;
  const plan = planOf(chosen);
  const run = (): void => {
    if (plan !== null) void host.ask('fixedFolds', { version: own, plan });
  };
  if (state.data.label === null) return <NeedsLabels state={state} />;
  if (state.data.holdout === null) return <NeedsHoldout state={state} />;
  return (
    <>
      <div class="choices">
        <Choice
          label="Version"
          value={own}
          names={state.versions.map(row => row.version)}
          onChange={setVersion}
        />
        <PlanChoices plan={chosen} onChange={part => setChosen({ ...chosen, ...part })} />
        <Button primary disabled={!trusted || plan === null || fixed.state === 'running'} onClick={run}>
          Measure
        </Button>
      </div>
      <WorkView
        work={fixed}
        trusted={trusted}
        what="One version is measured on disjoint parts of the holdout, again and again: how its score varies with the rows. It is not trained again, so this says nothing of the training."
        action="Measure"
        above
        onRun={run}
        onCancel={() => void host.ask('cancel', { kind: 'fixedFolds' })}
        onLog={() => host.run('showLog')}
      >
        {result => (
          <ChosenSince
            changed={differs(chosen, result.plan) || (version !== null && result.model?.version !== version)}
            action="Measure"
          >
            <Folds result={result} name={`${state.model}-${result.model?.version ?? ''}-parts`} />
          </ChosenSince>
        )}
      </WorkView>
    </>
  );
}
