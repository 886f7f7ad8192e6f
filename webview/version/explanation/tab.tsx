import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { ExplainJob } from '../../../src/protocol/engine.ts';
import type { VersionPage } from '../../../src/protocol/pages.ts';
import type { Explanation } from '../../../src/protocol/results/explanation.ts';
import { Beeswarm } from '../../charts/beeswarm.tsx';
import { Categories } from '../../charts/categories.tsx';
import { Dependence } from '../../charts/dependence.tsx';
import { Waterfall } from '../../charts/waterfall.tsx';
import { Button } from '../../components/button.tsx';
import { count, significant } from '../../components/format.ts';
import { Section } from '../../components/page.tsx';
import { Tabs } from '../../components/tabs.tsx';
import { Prose } from '../../components/prose.tsx';
import { Status } from '../../components/verdict.tsx';
import { WorkView } from '../../components/work.tsx';
import { useArrangement, useHost } from '../../host.ts';
import { Features } from './features.tsx';
import { Cohorts } from './local/cohorts.tsx';
import { Study } from './local/study.tsx';
import { Surrogate } from './local/surrogate.tsx';
import { Proof } from './proof.tsx';
import { Rows } from './rows.tsx';
import { attributionsOf, errorOf, inputsOf, outputTitle } from './columns.ts';

type Method = ExplainJob['method'];

/** Why the model answers as it does: over all rows, and for each. */
export function ExplanationTab({ state }: { readonly state: VersionPage }): VNode {
  const host = useHost();
  const running = state.explanation.state === 'running';
  const done = state.explanation.state === 'done' ? state.explanation.stored.result : null;
  const [method, setMethod] = useArrangement('method', 'auto');
  const [output, setOutput] = useArrangement('output', '');
  const [rows, setRows] = useArrangement('rows', 50);
  const [where, setWhere] = useArrangement('where', '');
  const run = (): void =>
    void host.ask('explain', {
      method: method as Method,
      output: output === '' ? null : output,
      rows,
      where: where.trim() === '' ? null : where,
    });
  const classes =
    state.facts === null || 'failure' in state.facts
      ? []
      : state.facts.answer.classes.map(name => String(name));
  return (
    <>
      <WorkView
        work={state.explanation}
        trusted={state.trusted}
        what="An explanation says which inputs move the prediction, how far and in which direction, for all rows and for each one."
        action="Explain"
        onRun={run}
        onCancel={() => void host.ask('cancel', { kind: 'explain' })}
        onLog={() => host.run('showLog')}
      >
        {result => (
          <Result
            result={result}
            name={state.model}
            trusted={state.trusted}
            cohorts={<Cohorts state={state} result={result} where={where} onWhere={setWhere} onRun={run} />}
            controls={
              <div class="controls">
                {classes.length > 0 && (
                  <label>
                    Output
                    <select value={output} onChange={event => setOutput(event.currentTarget.value)}>
                      <option value="">{done?.output.title ?? 'positive class'}</option>
                      {classes.map(name => (
                        <option key={name} value={name}>
                          {name}
                        </option>
                      ))}
                    </select>
                  </label>
                )}
                <label>
                  Method
                  <select value={method} onChange={event => setMethod(event.currentTarget.value)}>
                    <option value="auto">auto</option>
                    <option value="tree">exact tree SHAP</option>
                    <option value="tree-path">path-dependent tree SHAP</option>
                    <option value="linear">exact linear SHAP</option>
                    <option value="shapley">Shapley values, black box</option>
                  </select>
                </label>
                <label>
                  Rows
                  <select value={String(rows)} onChange={event => setRows(Number(event.currentTarget.value))}>
                    {[50, 100, 300, 1000].map(n => (
                      <option key={n} value={String(n)}>
                        {count(n)}
                      </option>
                    ))}
                  </select>
                </label>
                <Button disabled={running || !state.trusted} onClick={run}>
                  Explain again
                </Button>
                <span class="muted">Background: {result.background.description}</span>
              </div>
            }
          />
        )}
      </WorkView>
    </>
  );
}

function Result({
  result,
  name,
  trusted,
  cohorts,
  controls,
}: {
  readonly result: Explanation;
  readonly name: string;
  readonly trusted: boolean;
  readonly cohorts: VNode;
  readonly controls: VNode;
}): VNode {
  const [feature, setFeature] = useArrangement<string | null>('feature', null);
  const [row, setRow] = useArrangement<number | null>('row', null);
  const [view, setView] = useState('dependence');
  const chosen = result.global.some(entry => entry.feature === feature)
    ? (feature ?? '')
    : (result.global[0]?.feature ?? '');
  const at = result.features.findIndex(entry => entry.name === chosen);
  const Chosen = result.features[at]?.kind === 'category' ? Categories : Dependence;
  const first = strongest(result);
  const chosenRow = result.rows.find(entry => entry.row === row) ?? first;
  const y = `attribution to ${outputTitle(result)}`;
  const shown = result.global.slice(0, 14);
  return (
    <>
      <div class="lede">
        <p class="sentence">
          <Prose text={result.sentence} />
        </p>
        <Proof result={result} />
      </div>
      {controls}
      {cohorts}
      {result.warnings.length > 0 && (
        <ul class="notes" aria-label="Warnings">
          {result.warnings.map(warning => (
            <li key={warning.sentence}>
              <Status status="warn">{warning.sentence}</Status>
            </li>
          ))}
        </ul>
      )}
      <div class="split lead">
        <Section title="Features" note={count(result.features.length)}>
          <Features result={result} selected={chosen} onSelect={setFeature} />
        </Section>
        <div>
          <Tabs
            label="Feature views"
            current={view}
            onChange={setView}
            tabs={[
              { id: 'dependence', title: 'Dependence' },
              { id: 'swarm', title: 'All features' },
            ]}
          >
            {view === 'swarm' ? (
              <Beeswarm
                name={`${name}-attributions`}
                x={y}
                others={result.global.length - shown.length}
                onChoose={(of, place) => {
                  setFeature(of);
                  setRow(result.rows[place]?.row ?? null);
                }}
                swarms={shown.map(entry => ({
                  feature: entry.feature,
                  attributions: attributionsOf(result, entry.feature),
                  inputs: numbersOf(result, entry.feature),
                }))}
              />
            ) : (
              at >= 0 && (
                <Chosen
                  feature={chosen}
                  inputs={inputsOf(result, chosen)}
                  attributions={attributionsOf(result, chosen)}
                  errors={result.exact ? null : result.rows.map(entry => entry.errors?.[at] ?? 0)}
                  rows={result.rows.map(entry => entry.row)}
                  chosenRow={chosenRow?.row ?? null}
                  onRow={setRow}
                  y={y}
                  name={`${name}-${chosen}`}
                />
              )
            )}
          </Tabs>
        </div>
      </div>
      {chosenRow !== undefined && (
        <div class="split rows ruled">
          <Section title="Rows" note={count(result.rows.length)}>
            <Rows result={result} selected={chosenRow.row} onSelect={setRow} />
          </Section>
          <Waterfall
            title={`Row ${chosenRow.row}`}
            note={`${outputTitle(result)} ${significant(result.baseValue)} → ${significant(chosenRow.prediction)}${chosenRow.label === null ? '' : `, label ${String(chosenRow.label)}`}`}
            base={result.baseValue}
            prediction={chosenRow.prediction}
            features={result.features.map(entry => entry.name)}
            inputs={chosenRow.inputs}
            values={chosenRow.values}
            errors={chosenRow.errors}
            x={outputTitle(result)}
            name={`${name}-row-${chosenRow.row}`}
            onFeature={setFeature}
          />
        </div>
      )}
      {chosenRow !== undefined && (
        <Study
          key={`${result.job} ${chosenRow.row}`}
          result={result}
          row={chosenRow}
          trusted={trusted}
          onFeature={setFeature}
        />
      )}
      <Surrogate key={result.job} result={result} trusted={trusted} />
    </>
  );
}

/** The row that asks most for an explanation: the worst error, else the prediction farthest from the base. */
function strongest(result: Explanation): Explanation['rows'][number] | undefined {
  const need = (row: Explanation['rows'][number]): number =>
    errorOf(result, row) ?? Math.abs(row.prediction - result.baseValue);
  return result.rows.reduce<Explanation['rows'][number] | undefined>(
    (best, row) => (best === undefined || need(row) > need(best) ? row : best),
    undefined,
  );
}

function numbersOf(result: Explanation, feature: string): readonly number[] | null {
  const kind = result.features.find(entry => entry.name === feature)?.kind;
  if (kind !== 'number') return null;
  return inputsOf(result, feature).map(input => (typeof input === 'number' ? input : Number.NaN));
}
