import type { VNode } from 'preact';
import type { VersionPage } from '../../../src/protocol/pages.ts';
import type { Validation } from '../../../src/protocol/results/validation.ts';
import { Calibration, Lines } from '../../charts/lines.tsx';
import { Histogram, Residuals } from '../../charts/histogram.tsx';
import { LinkButton } from '../../components/button.tsx';
import { count, plural, significant, titleOf } from '../../components/format.ts';
import { Section } from '../../components/page.tsx';
import { DataTable } from '../../components/table.tsx';
import { Status } from '../../components/verdict.tsx';
import { WorkView } from '../../components/work.tsx';
import { useHost } from '../../host.ts';
import { Checks } from './checks.tsx';
import { nearest } from './costs.ts';
import { Confusion } from './confusion.tsx';
import { Errors } from './errors/errors.tsx';
import { Metrics } from './metrics.tsx';
import { Thresholds } from './threshold.tsx';

/** Whether the version holds: the verdict, its checks, its metrics. */
export function ValidationTab({
  state,
  onExplain,
}: {
  readonly state: VersionPage;
  /** Explains the rows that meet a condition. */
  readonly onExplain: (where: string) => void;
}): VNode {
  const host = useHost();
  return (
    <WorkView
      work={state.validation}
      trusted={state.trusted}
      what="Validation checks the file, the runtime and, on labelled rows, how well the model answers; the policy turns that into a verdict."
      action="Validate"
      onRun={() => void host.ask('validate', {})}
      onCancel={() => void host.ask('cancel', { kind: 'validate' })}
      onLog={() => host.run('showLog')}
    >
      {result => (
        <Result
          result={result}
          configured={state.configured}
          name={state.model}
          trusted={state.trusted}
          isModel={state.saved === null}
          onExplain={onExplain}
        />
      )}
    </WorkView>
  );
}

function Result({
  result,
  configured,
  name,
  trusted,
  isModel,
  onExplain,
}: {
  readonly result: Validation;
  readonly configured: boolean;
  readonly name: string;
  readonly trusted: boolean;
  readonly isModel: boolean;
  readonly onExplain: (where: string) => void;
}): VNode {
  const host = useHost();
  const { charts } = result;
  const data = result.data.map(d => `${d.role} ${d.path}, ${plural(d.rows, 'row')}`).join('; ');
  // Errors are in the unit of what is predicted.
  const unit = result.metrics.find(({ name: id }) => id === 'mean_absolute_error')?.unit ?? null;
  const at = charts.thresholds?.[nearest(charts.thresholds, result.threshold ?? 0.5)];
  const inUse = at !== undefined && result.task === 'binary' ? at : null;
  const markNote = `The point: threshold ${significant(at?.threshold ?? 0.5)}, the one in use.`;
  return (
    <>
      <div class="lede">
        <p class="sentence">
          <Status status={result.verdict.status}>{result.verdict.sentence}</Status>
        </p>
        <p class="muted">
          {data === '' ? 'No data: only what can be said of the file and the runtime.' : `${data}.`} Seed{' '}
          {result.seed}, {result.engine}.{' '}
          <LinkButton onClick={() => host.run(configured ? 'openConfig' : 'createConfig')}>
            {configured ? 'Policy' : 'Write a policy'}
          </LinkButton>
        </p>
      </div>
      <div class="split">
        <div class="stack">
          <Checks result={result} />
        </div>
        <div class="stack">
          {result.metrics.length > 0 && <Metrics result={result} />}
          {charts.thresholds !== null && charts.thresholds.length > 1 ? (
            <Thresholds result={result} points={charts.thresholds} />
          ) : (
            charts.confusion !== null && (
              <Confusion labels={charts.confusion.labels} counts={charts.confusion.counts} />
            )
          )}
          {charts.roc !== null && (
            <Lines
              title="ROC"
              name={`${name}-roc`}
              x="false positive rate"
              y="true positive rate"
              unit
              diagonal
              lines={charts.roc}
              mark={
                inUse === null ? null : [inUse.fp / (inUse.fp + inUse.tn), inUse.tp / (inUse.tp + inUse.fn)]
              }
              {...(inUse === null ? {} : { caption: markNote })}
            />
          )}
          {charts.precisionRecall !== null && (
            <Lines
              title="Precision and recall"
              name={`${name}-precision-recall`}
              x="recall"
              y="precision"
              unit
              lines={charts.precisionRecall}
              mark={
                inUse === null ? null : [inUse.tp / (inUse.tp + inUse.fn), inUse.tp / (inUse.tp + inUse.fp)]
              }
              {...(inUse === null ? {} : { caption: markNote })}
            />
          )}
          {charts.calibration !== null && (
            <Calibration bins={charts.calibration} name={`${name}-calibration`} />
          )}
          {charts.scores !== null && (
            <Histogram
              title={result.task === 'regression' ? 'Predictions' : 'Scores by true class'}
              name={`${name}-scores`}
              x={
                result.task === 'regression'
                  ? titleOf({ title: 'predicted', unit })
                  : `P(${result.positive ?? 'class'})`
              }
              edges={charts.scores.edges}
              layers={charts.scores.counts.map(layer => ({ name: layer.class, counts: layer.n }))}
              threshold={result.threshold}
              positive={result.positive}
            />
          )}
          {charts.residuals !== null && (
            <>
              <Residuals points={charts.residuals.points} name={`${name}-residuals`} unit={unit} />
              <Histogram
                title="Distribution of residuals"
                name={`${name}-residual-counts`}
                x={titleOf({ title: 'true − predicted', unit })}
                edges={charts.residuals.edges}
                layers={[{ name: 'rows', counts: charts.residuals.counts }]}
              />
            </>
          )}
        </div>
      </div>
      {result.errors != null && (
        <Errors
          errors={result.errors}
          result={result}
          name={name}
          trusted={trusted}
          configured={configured}
          isModel={isModel}
          onExplain={onExplain}
        />
      )}
      {result.matching.length > 0 && (
        <details class="fold ruled">
          <summary>How {plural(result.matching.length, 'column')} met the model's inputs</summary>
          <Section title="Columns and inputs" note={matchNote(result)}>
            <DataTable
              label="Columns and inputs"
              name={`${name}-columns`}
              limit={30}
              rows={result.matching}
              rowKey={row => row.input}
              columns={[
                { id: 'input', title: 'Input', value: row => row.input, width: '22%', words: true },
                { id: 'column', title: 'Column', value: row => row.column, width: '18%', words: true },
                { id: 'by', title: 'Matched by', value: row => row.by, width: '12%', words: true },
                { id: 'from', title: 'From', value: row => row.from, wide: true, width: '10%' },
                { id: 'to', title: 'To', value: row => row.to, width: '10%' },
                { id: 'missing', title: 'Missing', value: row => row.missing, align: 'end', width: '8%' },
                { id: 'unseen', title: 'Unseen', value: row => row.unseen, align: 'end', width: '8%' },
                { id: 'rule', title: 'Rule', value: row => row.rule, wide: true, width: '12%' },
              ]}
            />
          </Section>
        </details>
      )}
    </>
  );
}

function matchNote(result: Validation): string {
  const missing = result.matching.reduce((sum, match) => sum + match.missing, 0);
  const unseen = result.matching.reduce((sum, match) => sum + match.unseen, 0);
  return `${count(missing)} missing values, ${count(unseen)} not seen in the reference data`;
}
