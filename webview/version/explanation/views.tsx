import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import type { VersionPage } from '../../../src/protocol/pages.ts';
import type { Explanation } from '../../../src/protocol/results/explanation.ts';
import { Beeswarm } from '../../charts/beeswarm.tsx';
import { Categories } from '../../charts/categories.tsx';
import { Dependence } from '../../charts/dependence.tsx';
import { Picker } from '../../components/picker.tsx';
import { Tabs } from '../../components/tabs.tsx';
import { useArrangement } from '../../host.ts';
import { attributionsOf, columnsOf, featureOf, inputsOf, outputTitle } from './columns.ts';
import { EffectPanel } from './effects/panel.tsx';
import { PairPanel } from './effects/pairPanel.tsx';
import { InteractionsPanel } from './interactions/panel.tsx';
import { pairsOf, partnerOf, type PairStrength } from './interactions/pairs.ts';

/** No other feature colours the points: up and down do. */
const direction = 'up and down';

/** Features drawn one below the other. */
const mostSwarms = 14;

/** How the chosen feature works: its attributions, its effect on the answer, what it does with another. */
export function FeatureViews({
  state,
  result,
  feature,
  chosenRow,
  onFeature,
  onRow,
}: {
  readonly state: VersionPage;
  readonly result: Explanation;
  readonly feature: string;
  readonly chosenRow: number | null;
  readonly onFeature: (feature: string) => void;
  readonly onRow: (row: number) => void;
}): VNode {
  const { trusted, model: name } = state;
  const [view, setView] = useArrangement('view', 'dependence');
  const [second, setSecond] = useArrangement('pair', '');
  const columns = columnsOf(result);
  const own = result.features.find(entry => entry.name === feature)?.columns[0] ?? feature;
  const other = columns.includes(second) && second !== own ? second : columns.find(column => column !== own);
  // A column that is explained together with others is chosen by their name.
  const choose = (column: string): void => onFeature(featureOf(result, column));
  const partner = useMemo(() => partnerOf(pairsKnown(state), feature), [state.interactions, feature]);
  const asked = { result, feature: own, columns, trusted, name, onFeature: choose };
  return (
    <div>
      <Tabs
        label="Feature views"
        current={view}
        onChange={setView}
        tabs={[
          { id: 'dependence', title: 'Dependence' },
          { id: 'partial', title: 'Partial dependence' },
          { id: 'accumulated', title: 'Local effects (ALE)' },
          ...(other === undefined ? [] : [{ id: 'pair', title: 'Interactions' }]),
          { id: 'swarm', title: 'All features' },
        ]}
      >
        {view === 'partial' || view === 'accumulated' ? (
          <EffectPanel {...asked} view={view} />
        ) : view === 'pair' && other !== undefined ? (
          <>
            <InteractionsPanel
              state={state}
              result={result}
              columns={columns}
              chosen={[own, other]}
              onPair={(a, b) => {
                choose(a);
                setSecond(b);
              }}
            />
            <div class="below">
              <PairPanel {...asked} other={other} onOther={setSecond} />
            </div>
          </>
        ) : view === 'swarm' ? (
          <Swarm result={result} name={name} onFeature={onFeature} onRow={onRow} />
        ) : (
          <Attributions
            result={result}
            feature={feature}
            partner={partner}
            chosenRow={chosenRow}
            name={name}
            onRow={onRow}
          />
        )}
      </Tabs>
    </div>
  );
}

function Attributions({
  result,
  feature,
  partner,
  chosenRow,
  name,
  onRow,
}: {
  readonly result: Explanation;
  readonly feature: string;
  /** The feature that does most with this one, where that is known. */
  readonly partner: string | null;
  readonly chosenRow: number | null;
  readonly name: string;
  readonly onRow: (row: number) => void;
}): VNode | null {
  const [by, setBy] = useArrangement('colour', '');
  const at = result.features.findIndex(entry => entry.name === feature);
  if (at < 0) return null;
  const Chosen = result.features[at]?.kind === 'category' ? Categories : Dependence;
  const others = result.global.map(entry => entry.feature).filter(other => other !== feature);
  const words = partner === null ? direction : `${partner}, the strongest interaction`;
  const colour = others.includes(by) ? by : by === direction ? null : partner;
  return (
    <>
      <div class="controls">
        <Picker
          label="Colour"
          value={colour === null ? direction : colour === partner ? words : colour}
          names={[...(partner === null ? [] : [words]), direction, ...others]}
          onChoose={name => setBy(name === words ? '' : name)}
        />
      </div>
      <Chosen
        {...(colour === null ? {} : { by: { name: colour, inputs: inputsOf(result, colour) } })}
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
    </>
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

function pairsKnown({ interactions }: VersionPage): readonly PairStrength[] {
  return interactions.state === 'done' ? pairsOf(interactions.stored.result) : [];
}
