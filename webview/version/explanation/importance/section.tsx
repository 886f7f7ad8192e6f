import type { VNode } from 'preact';
import { metricDefinitions } from '../../../../src/core/metrics/definitions.ts';
import type { PageRequests, Stored, VersionPage, Work } from '../../../../src/protocol/pages.ts';
import type { Explanation } from '../../../../src/protocol/results/explanation.ts';
import type { Importance } from '../../../../src/protocol/results/importance.ts';
import { Button, LinkButton } from '../../../components/button.tsx';
import { ago } from '../../../components/format.ts';
import { Section } from '../../../components/page.tsx';
import { Prose } from '../../../components/prose.tsx';
import { Status } from '../../../components/verdict.tsx';
import { Band, Running } from '../../../components/work.tsx';
import { useArrangement, useHost } from '../../../host.ts';
import { Notes } from '../notes.tsx';
import { entriesOf } from './entries.ts';
import { ImportanceProof } from './proof.tsx';
import { ImportanceTable } from './table.tsx';

type Method = Importance['method'];

/** Columns associated at least so strongly are shuffled together when that is asked for. */
const together = 0.7;

const words: Readonly<Record<Method, { readonly name: string; readonly what: string }>> = {
  permutation: { name: 'permutation', what: 'how much worse the score gets when a column is shuffled' },
  sage: { name: 'SAGE', what: 'how the loss that the model takes off is shared among the columns' },
};

function isOfSeveralValues({ facts }: VersionPage, { task }: Explanation): boolean {
  const columns = facts === null || 'failure' in facts ? null : facts.answer.columns;
  return task === 'regression' && columns !== null && columns > 1;
}

/** What the model's score rests on, by shuffling columns and by SAGE, beside the attributions. */
export function ImportanceSection({
  state,
  result,
  feature,
  onFeature,
}: {
  readonly state: VersionPage;
  readonly result: Explanation;
  readonly feature: string;
  readonly onFeature: (column: string) => void;
}): VNode {
  const host = useHost();
  const [metric, setMetric] = useArrangement('importance.metric', '');
  const [grouped, setGrouped] = useArrangement('importance.grouped', true);
  const { permutation, sage } = state.importance;
  const several = isOfSeveralValues(state, result);
  const measure = (method: Method): void =>
    void host.ask('importance', {
      method,
      metric: method === 'sage' || metric === '' ? null : metric,
      correlated: grouped ? together : null,
      where: result.cohort?.where ?? null,
      output: several ? result.output.index : null,
    } satisfies PageRequests['importance'][0]);
  const [permuted, hidden] = [resultOf(permutation), resultOf(sage)];
  const entries = entriesOf(result, permuted, hidden);
  const metrics = Object.entries(metricDefinitions).filter(([, { tasks }]) =>
    (tasks as readonly string[]).includes(result.task),
  );
  return (
    <Section
      title="What the score rests on"
      note="importance for the measured quality, not for single answers"
    >
      {state.data.label === null ? (
        <p class="muted">
          This needs labels: name the label column of the data in slipway.yaml (<code>label</code>).
        </p>
      ) : (
        <div class="controls">
          <label>
            Metric
            <select value={metric} onChange={event => setMetric(event.currentTarget.value)}>
              <option value="">headline metric</option>
              {metrics.map(([id, { title }]) => (
                <option key={id} value={id}>
                  {title}
                </option>
              ))}
            </select>
          </label>
          <label title={`Columns whose association is ${together} or more`}>
            <input
              type="checkbox"
              checked={grouped}
              onChange={event => setGrouped(event.currentTarget.checked)}
            />
            Correlated columns as one
          </label>
          {(['permutation', 'sage'] as const).map(method => (
            <Button
              key={method}
              title={`Measures ${words[method].what}`}
              disabled={!state.trusted || state.importance[method].state === 'running'}
              onClick={() => measure(method)}
            >
              {`Measure by ${words[method].name}`}
            </Button>
          ))}
        </div>
      )}
      {several && state.data.label !== null && (
        <p class="muted">
          The model gives several values a row; <code>{state.data.label}</code> is taken for{' '}
          {result.output.title}, the one explained here.
        </p>
      )}
      {(['permutation', 'sage'] as const).map(method => (
        <Standing
          key={method}
          work={state.importance[method]}
          method={method}
          onCancel={() => void host.ask('cancel', { kind: method })}
          onLog={() => host.run('showLog')}
        />
      ))}
      {entries.length === 0 ? (
        state.data.label !== null && (
          <p class="muted">
            Attributions say what moves the answers; this says what makes them right. By permutation:{' '}
            {words.permutation.what}. By SAGE: {words.sage.what}.
          </p>
        )
      ) : (
        <>
          <Notes warnings={[...(permuted?.warnings ?? []), ...(hidden?.warnings ?? [])].filter(distinct)} />
          <ImportanceTable
            entries={entries}
            permutation={permuted}
            sage={hidden}
            selected={feature}
            name={state.model}
            onSelect={onFeature}
          />
        </>
      )}
    </Section>
  );
}

/** How a measure stands: at work, failed, stale; and once it is there, its sentence with its proof. */
function Standing({
  work,
  method,
  onCancel,
  onLog,
}: {
  readonly work: Work<Importance>;
  readonly method: Method;
  readonly onCancel: () => void;
  readonly onLog: () => void;
}): VNode {
  const stored = storedOf(work);
  return (
    <>
      {work.state === 'running' && (
        <Running progress={work.progress} previous={stored !== null} onCancel={onCancel} />
      )}
      {work.state === 'failed' && (
        <Band kind="failed">
          <Status status="fail">{work.sentence}</Status>
          <span class="actions">
            <LinkButton onClick={onLog}>Log</LinkButton>
          </span>
        </Band>
      )}
      {stored?.stale != null && work.state !== 'running' && (
        <Band>
          <Status status="stale">{`Stale, ${words[method].name}: ${stored.stale}`}</Status>
          <span class="muted" title={stored.storedAt}>
            Result of {ago(stored.storedAt, Date.now())}.
          </span>
        </Band>
      )}
      {stored !== null && (
        <div class="lede">
          <p>
            <Prose text={stored.result.sentence} />
          </p>
          <ImportanceProof result={stored.result} />
        </div>
      )}
    </>
  );
}

function storedOf(work: Work<Importance>): Stored<Importance> | null {
  return work.state === 'done' ? work.stored : work.state === 'empty' ? null : work.previous;
}

function resultOf(work: Work<Importance>): Importance | null {
  return storedOf(work)?.result ?? null;
}

function distinct(
  warning: Explanation['warnings'][number],
  at: number,
  all: Explanation['warnings'],
): boolean {
  return all.findIndex(({ sentence }) => sentence === warning.sentence) === at;
}
