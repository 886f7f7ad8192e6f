import type { VNode } from 'preact';
import type { Explanation } from '../../../src/protocol/results/explanation.ts';
import { Beeswarm } from '../../charts/beeswarm.tsx';
import { Categories } from '../../charts/categories.tsx';
import { Dependence } from '../../charts/dependence.tsx';
import { Tabs } from '../../components/tabs.tsx';
import { useArrangement } from '../../host.ts';
import { attributionsOf, columnsOf, featureOf, inputsOf, outputTitle } from './columns.ts';
import { EffectPanel } from './effects/panel.tsx';
import { PairPanel } from './effects/pairPanel.tsx';

/** Features drawn one below the other. */
const mostSwarms = 14;

/** How the chosen feature works: its attributions, its effect on the answer, what it does with another. */
export function FeatureViews({
  result,
  feature,
  chosenRow,
  trusted,
  name,
  onFeature,
  onRow,
}: {
  readonly result: Explanation;
  readonly feature: string;
  readonly chosenRow: number | null;
  readonly trusted: boolean;
  readonly name: string;
  readonly onFeature: (feature: string) => void;
  readonly onRow: (row: number) => void;
}): VNode {
  const [view, setView] = useArrangement('view', 'dependence');
  const [second, setSecond] = useArrangement('pair', '');
  const columns = columnsOf(result);
  const own = result.features.find(entry => entry.name === feature)?.columns[0] ?? feature;
  const other = columns.includes(second) && second !== own ? second : columns.find(column => column !== own);
  // A column that is explained together with others is chosen by their name.
  const choose = (column: string): void => onFeature(featureOf(result, column));
  const asked = { result, feature: own, columns, trusted, name, onFeature: choose };
  return (
    <div>
      <Tabs
        label="Feature views"
        current={view}
        onChange={setView}
        tabs={[
          { id: 'dependence', title: 'Attributions' },
          { id: 'partial', title: 'Partial dependence' },
          { id: 'accumulated', title: 'Accumulated effects' },
          ...(other === undefined ? [] : [{ id: 'pair', title: 'Pairs' }]),
          { id: 'swarm', title: 'All features' },
        ]}
      >
        {view === 'partial' || view === 'accumulated' ? (
          <EffectPanel {...asked} view={view} />
        ) : view === 'pair' && other !== undefined ? (
          <PairPanel {...asked} other={other} onOther={setSecond} />
        ) : view === 'swarm' ? (
          <Swarm result={result} name={name} onFeature={onFeature} onRow={onRow} />
        ) : (
          <Attributions result={result} feature={feature} chosenRow={chosenRow} name={name} onRow={onRow} />
        )}
      </Tabs>
    </div>
  );
}

function Attributions({
  result,
  feature,
  chosenRow,
  name,
  onRow,
}: {
  readonly result: Explanation;
  readonly feature: string;
  readonly chosenRow: number | null;
  readonly name: string;
  readonly onRow: (row: number) => void;
}): VNode | null {
  const at = result.features.findIndex(entry => entry.name === feature);
  if (at < 0) return null;
  const Chosen = result.features[at]?.kind === 'category' ? Categories : Dependence;
  return (
    <Chosen
      feature={feature}
      inputs={inputsOf(result, feature)}
      attributions={attributionsOf(result, feature)}
      errors={result.exact ? null : result.rows.map(entry => entry.errors?.[at] ?? 0)}
      rows={result.rows.map(entry => entry.row)}
      chosenRow={chosenRow}
      onRow={onRow}
      y={`attribution to ${outputTitle(result)}`}
      name={`${name}-${feature}`}
    />
  );
}

function Swarm({
  result,
  name,
  onFeature,
  onRow,
}: {
  readonly result: Explanation;
  readonly name: string;
  readonly onFeature: (feature: string) => void;
  readonly onRow: (row: number) => void;
}): VNode {
  const shown = result.global.slice(0, mostSwarms);
  return (
    <Beeswarm
      name={`${name}-attributions`}
      x={`attribution to ${outputTitle(result)}`}
      others={result.global.length - shown.length}
      onChoose={(of, place) => {
        onFeature(of);
        const row = result.rows[place];
        if (row !== undefined) onRow(row.row);
      }}
      swarms={shown.map(entry => ({
        feature: entry.feature,
        attributions: attributionsOf(result, entry.feature),
        inputs: numbersOf(result, entry.feature),
      }))}
    />
  );
}

function numbersOf(result: Explanation, feature: string): readonly number[] | null {
  const kind = result.features.find(entry => entry.name === feature)?.kind;
  if (kind !== 'number') return null;
  return inputsOf(result, feature).map(input => (typeof input === 'number' ? input : Number.NaN));
}
