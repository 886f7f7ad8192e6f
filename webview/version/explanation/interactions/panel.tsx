import type { VNode } from 'preact';
import type { VersionPage } from '../../../../src/protocol/pages.ts';
import type { Explanation } from '../../../../src/protocol/results/explanation.ts';
import { useAsked } from '../../../asked.ts';
import { Button } from '../../../components/button.tsx';
import { plural } from '../../../components/format.ts';
import { Working } from '../../../components/working.tsx';
import { WorkView } from '../../../components/work.tsx';
import { useHost } from '../../../host.ts';
import { outputOf, outputTitle } from '../columns.ts';
import { outputWithUnit } from '../effects/units.ts';
import { InteractionMatrix } from './matrix.tsx';
import { measuredPairs, pairsOf } from './pairs.ts';

/** Methods that have a value for every pair, without sampling. */
const methodsWithPairs: readonly string[] = ['tree', 'tree-path', 'linear', 'shapley-exact'];

/** Columns whose pairs are put to a model without interaction values. */
const askedColumns = 6;

interface Props {
  readonly state: VersionPage;
  readonly result: Explanation;
  readonly columns: readonly string[];
  readonly chosen: readonly [string, string];
  readonly onPair: (a: string, b: string) => void;
}

/** Which columns act together: interaction values where the method has them, else pairs put to the model. */
export function InteractionsPanel(props: Props): VNode {
  return methodsWithPairs.includes(props.result.method) ? (
    <Exact {...props} />
  ) : (
    <Asked key={props.result.job} {...props} />
  );
}

function Exact({ state, result, chosen, onPair }: Props): VNode {
  const host = useHost();
  return (
    <WorkView
      work={state.interactions}
      trusted={state.trusted}
      what="Interaction values say what two columns do together beyond what each does alone, exactly for every pair."
      action="Measure interactions"
      onRun={() =>
        void host.ask('interactions', { output: outputOf(result), where: result.cohort?.where ?? null })
      }
      onCancel={() => void host.ask('cancel', { kind: 'interactions' })}
      onLog={() => host.run('showLog')}
    >
      {found => (
        <>
          <InteractionMatrix
            pairs={pairsOf(found)}
            measure={`mean |interaction| in ${outputTitle(found)}`}
            chosen={chosen}
            name={state.model}
            onPair={onPair}
          />
          <p class="muted">
            Exact interaction values ({found.method}), mean of |value| over {plural(found.n, 'row')}
            {found.cohort !== null && ` where ${found.cohort.where}`}; background:{' '}
            {found.background.description}.
          </p>
        </>
      )}
    </WorkView>
  );
}

function Asked({ state, result, columns, chosen, onPair }: Props): VNode {
  const asked = useAsked('effects');
  const names = columns.slice(0, askedColumns);
  const pairs = names.flatMap((a, i) => names.slice(i + 1).map(b => [a, b] as const));
  const ask = (): void =>
    asked.ask({
      output: outputOf(result),
      space: result.space,
      where: result.cohort?.where ?? null,
      features: null,
      pairs,
    });
  if (asked.answer === null)
    return (
      <div class="empty">
        <p>
          This model has no exact interaction values. The pairs of its {names.length} strongest columns can be
          put to it instead.
        </p>
        {asked.asking ? (
          <Working asked={asked} what="Measuring pairs" />
        ) : (
          <Button disabled={!state.trusted} onClick={ask}>
            {`Measure ${pairs.length} pairs`}
          </Button>
        )}
      </div>
    );
  const effects = asked.answer;
  return (
    <>
      <InteractionMatrix
        pairs={measuredPairs(effects)}
        measure={`interaction in ${outputWithUnit(effects)}`}
        chosen={chosen}
        name={state.model}
        onPair={onPair}
      />
      <p class="muted">
        Root mean square of what two columns do beyond the sum of each alone (Friedman and Popescu 2008), over{' '}
        {plural(effects.pairs[0]?.interaction.rows ?? 0, 'row')}.
      </p>
    </>
  );
}
