import type { VNode } from 'preact';
import { partsInputOf, type PartsInput } from '../../../src/core/onnx/inputParts.ts';
import type { ModelFacts } from '../../../src/core/onnx/facts.ts';
import type { ExplainJob } from '../../../src/protocol/engine.ts';
import type { VersionPage } from '../../../src/protocol/pages.ts';
import type { Explanation } from '../../../src/protocol/results/explanation.ts';
import { useAsked } from '../../asked.ts';
import { Waterfall } from '../../charts/waterfall.tsx';
import { Button } from '../../components/button.tsx';
import { count, significant } from '../../components/format.ts';
import { Section } from '../../components/page.tsx';
import { Prose } from '../../components/prose.tsx';
import { WorkView } from '../../components/work.tsx';
import { useArrangement, useHost } from '../../host.ts';
import { Features } from './features.tsx';
import { Cohorts } from './local/cohorts.tsx';
import { Study } from './local/study.tsx';
import { Surrogate } from './local/surrogate.tsx';
import { ImportanceSection } from './importance/section.tsx';
import { Notes } from './notes.tsx';
import { PartsPanel } from './parts/panel.tsx';
import { Proof } from './proof.tsx';
import { foundRow, RowFinder } from './rowFinder.tsx';
import { Rows } from './rows.tsx';
import { FeatureViews } from './views.tsx';
import { errorOf, featureOf, outputTitle } from './columns.ts';

type Method = ExplainJob['method'];

/** Why the model answers as it does. Models of images, sequences and texts are explained in their parts. */
export function ExplanationTab({ state }: { readonly state: VersionPage }): VNode {
  const parts = partsOf(state);
  if (parts === null) return <Columns state={state} />;
  return (
    <>
      <PartsPanel state={state} parts={parts} />
      <details class="fold ruled">
        <summary>Explained as columns</summary>
        <Columns state={state} />
      </details>
    </>
  );
}

/** What a model reads in place of columns; null while that is not known. */
export function partsOf({ facts }: VersionPage): PartsInput | null {
  return facts === null || 'failure' in facts ? null : partsInputOf(facts);
}

interface Output {
  /** As it is asked for; empty: what is explained unless it is said. */
  readonly value: string;
  readonly title: string;
}

/** What can be explained: classes, or the places of several values a row. */
function outputsOf({ answer: { task, classes, columns } }: ModelFacts): Output[] {
  const count = columns ?? 0;
  const named =
    classes.length > 0
      ? classes.map(name => ({ value: String(name), title: String(name) }))
      : Array.from({ length: count > 1 ? count : 0 }, (_, i) => ({
          value: String(i),
          title: task === 'regression' ? `prediction ${i}` : String(i),
        }));
  if (named.length === 0) return [];
  if (task === 'binary') return [{ value: '', title: 'positive class' }, ...named];
  if (task === 'unknown') return [{ value: '', title: 'default' }, ...named];
  return named.map((one, i) => (i === 0 ? { ...one, value: '' } : one));
}

/** Over all rows, and for each. */
function Columns({ state }: { readonly state: VersionPage }): VNode {
  const host = useHost();
  const running = state.explanation.state === 'running';
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
  const outputs = state.facts === null || 'failure' in state.facts ? [] : outputsOf(state.facts);
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
            state={state}
            cohorts={<Cohorts state={state} result={result} where={where} onWhere={setWhere} onRun={run} />}
            controls={
              <div class="controls">
                {outputs.length > 0 && (
                  <label>
                    Output
                    <select
                      value={outputs.some(({ value }) => value === output) ? output : ''}
                      onChange={event => setOutput(event.currentTarget.value)}
                    >
                      {outputs.map(({ value, title }) => (
                        <option key={value} value={value}>
                          {title}
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
  state,
  cohorts,
  controls,
}: {
  readonly result: Explanation;
  readonly state: VersionPage;
  readonly cohorts: VNode;
  readonly controls: VNode;
}): VNode {
  const { trusted, model: name } = state;
  const [feature, setFeature] = useArrangement<string | null>('feature', null);
  const [row, setRow] = useArrangement<number | null>('row', null);
  const chosen = result.global.some(entry => entry.feature === feature)
    ? (feature ?? '')
    : (result.global[0]?.feature ?? '');
  const first = strongest(result);
  const asked = useAsked('explainRow');
  const found = foundRow(result, asked.answer);
  const chosenRow =
    [...result.rows, ...(found === null ? [] : [found])].find(each => each.row === row) ?? first;
  const { baseValue } = (chosenRow === found ? asked.answer : null) ?? result;
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
      <Notes warnings={result.warnings} />
      <div class="split lead">
        <div class="list">
          <Section title="Features" note={count(result.features.length)}>
            <Features result={result} selected={chosen} onSelect={setFeature} />
          </Section>
        </div>
        <FeatureViews
          state={state}
          result={result}
          feature={chosen}
          chosenRow={chosenRow?.row ?? null}
          onFeature={setFeature}
          onRow={setRow}
        />
      </div>
      <ImportanceSection
        state={state}
        result={result}
        feature={chosen}
        onFeature={column => setFeature(featureOf(result, column))}
      />
      {chosenRow !== undefined && (
        <div class="split rows ruled">
          <Section
            title="Rows"
            note={rowsWords(result)}
            actions={<RowFinder result={result} trusted={trusted} asked={asked} onRow={setRow} />}
          >
            <Rows result={result} selected={chosenRow.row} onSelect={setRow} />
          </Section>
          <Waterfall
            title={`Row ${chosenRow.row}`}
            note={`${outputTitle(result)} ${significant(baseValue)} → ${significant(chosenRow.prediction)}${chosenRow.label === null ? '' : `, label ${String(chosenRow.label)}`}`}
            base={baseValue}
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

/** A page shows an even sample of very many rows. */
function rowsWords(result: Explanation): string {
  return result.rows.length < result.n
    ? `${count(result.rows.length)} of ${count(result.n)}, evenly spaced; explain --out writes all`
    : count(result.n);
}
