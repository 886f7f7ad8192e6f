import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { metricDefinitions } from '../../src/core/metrics/definitions.ts';
import type { RankingResult } from '../../src/protocol/results/ranking.ts';
import type { TrialsPage } from '../../src/protocol/trialPages.ts';
import { pValueWords } from '../../src/core/words.ts';
import { Levels } from '../charts/levels.tsx';
import { Button } from '../components/button.tsx';
import { ChosenSince } from '../components/chosenSince.tsx';
import { Choice } from '../components/choice.tsx';
import { plural, significant, titleOf, withInterval } from '../components/format.ts';
import { Section } from '../components/page.tsx';
import { Prose } from '../components/prose.tsx';
import { DataTable } from '../components/table.tsx';
import { Status } from '../components/verdict.tsx';
import { WorkView } from '../components/work.tsx';
import { useHost } from '../host.ts';
import { NeedsHoldout, NeedsLabels } from './needs.tsx';
import { resultOf } from './shown.ts';

type Candidate = RankingResult['candidates'][number];

/** The versions of the model, or what its training command leaves, on the same rows. */
export function Candidates({ state }: { readonly state: TrialsPage }): VNode {
  const host = useHost();
  const { ranked, trusted, command } = state;
  const [of, setOf] = useState<'versions' | 'command'>('versions');
  const result = resultOf(ranked);
  const [metric, setMetric] = useState<string | null>(null);
  const run = (): void => void host.ask('rank', { of, metric });
  if (state.data.label === null) return <NeedsLabels state={state} />;
  if (state.data.holdout === null) return <NeedsHoldout state={state} />;
  const metrics = Object.entries(metricDefinitions).flatMap(([id, { title, tasks }]) =>
    result === null || (tasks as readonly string[]).includes(result.task) ? [[id, title] as const] : [],
  );
  return (
    <>
      <div class="choices">
        <Choice
          label="Candidates"
          value={of}
          names={[
            ['versions', plural(state.versions.length, 'version')],
            ...(command === null ? [] : [['command', 'what the training command leaves'] as const]),
          ]}
          onChange={value => setOf(value === 'command' ? 'command' : 'versions')}
        />
        <Choice
          label="Ranked by"
          value={metric ?? ''}
          names={metrics}
          none="headline metric"
          onChange={value => setMetric(value === '' ? null : value)}
        />
        <Button primary disabled={!trusted || ranked.state === 'running'} onClick={run}>
          Rank
        </Button>
      </div>
      <WorkView
        work={ranked}
        trusted={trusted}
        what="Every candidate answers the same labelled rows: the best with what it can be expected to reach on new ones, and which others cannot be told from it."
        action="Rank"
        above
        onRun={run}
        onCancel={() => void host.ask('cancel', { kind: 'rank' })}
        onLog={() => host.run('showLog')}
      >
        {found => (
          <ChosenSince changed={metric !== null && metric !== found.metric.name} action="Rank">
            <Ranking result={found} model={state.model} />
          </ChosenSince>
        )}
      </WorkView>
    </>
  );
}

function Ranking({ result, model }: { readonly result: RankingResult; readonly model: string }): VNode {
  const { corrected, metric, n, resampled, failed, data, seed } = result;
  return (
    <>
      <div class="lede">
        <p class="sentence">
          <Prose text={result.sentence} />
        </p>
        {corrected !== null && (
          <p title={corrected.interval.method}>
            The best was chosen by the rows it is measured on, which added{' '}
            {significant(corrected.optimism, 2)}
            {metric.unit === null ? '' : ` ${metric.unit}`}: new rows give what is expected above.
          </p>
        )}
        <p class="muted">
          {plural(n, 'labelled row')} of {data.path}; seed {seed}
          {resampled < n && `; ${plural(resampled, 'row')} a resample`}. Differences to the best hold for all
          pairs of candidates together.
        </p>
        {failed.length > 0 && (
          <ul class="notes">
            {failed.map(({ path, sentence }) => (
              <li key={path}>
                <Status status="not-run">{`Not measured: \`${path}\`. ${sentence}`}</Status>
              </li>
            ))}
          </ul>
        )}
      </div>
      <div class="split lead">
        <Table result={result} model={model} />
        <Forest result={result} model={model} />
      </div>
    </>
  );
}

function Table({ result, model }: { readonly result: RankingResult; readonly model: string }): VNode {
  const host = useHost();
  const { candidates, metric } = result;
  return (
    <Section title="Candidates" note="best first">
      <DataTable
        label="Candidates"
        name={`${model}-candidates`}
        rows={candidates}
        rowKey={row => row.rank}
        onOpen={({ model: { version } }) => {
          if (version !== null) host.run('openVersion', version);
        }}
        columns={[
          { id: 'rank', title: '#', align: 'end', value: row => row.rank },
          { id: 'name', title: 'Candidate', fill: true, value: nameOf },
          {
            id: 'value',
            title: titleOf(metric),
            align: 'end',
            value: row => row.value,
            exported: [
              { title: titleOf(metric), value: row => row.value },
              { title: 'low', value: row => row.interval?.low ?? null },
              { title: 'high', value: row => row.interval?.high ?? null },
            ],
            cell: row => (row.value === null ? '–' : withInterval(row.value, row.interval)),
          },
          {
            id: 'p',
            title: 'p',
            align: 'end',
            wide: 'roomy',
            definition: 'That it is as good as the best, corrected for all pairs of candidates',
            value: row => row.behind?.pValue ?? null,
            cell: row => (row.behind === null ? '' : pValueWords(row.behind.pValue)),
          },
          { id: 'standing', title: '', wide: true, value: standingOf },
        ]}
      />
    </Section>
  );
}

function Forest({ result, model }: { readonly result: RankingResult; readonly model: string }): VNode | null {
  const { candidates, metric } = result;
  const placed = candidates.filter(({ rank, behind }) => rank === 1 || behind !== null);
  if (placed.length < 2) return null;
  return (
    <Levels
      title="Behind the best"
      note="corrected intervals"
      name={`${model}-behind`}
      label={`How far ${placed.length - 1} candidates are behind the best, with corrected intervals`}
      x={`${titleOf(metric)}: difference to the best, below 0 is worse`}
      levels={placed.map(({ behind, ...row }) => ({
        name: nameOf(row),
        value: behind?.value ?? 0,
        low: behind?.interval.low ?? 0,
        high: behind?.interval.high ?? 0,
        rows: null,
        thin: false,
        others: [],
      }))}
      change
      twin={() => ({
        columns: ['rank', 'candidate', titleOf(metric), 'behind the best', 'low', 'high', 'p', 'standing'],
        rows: candidates.map(row => [
          row.rank,
          nameOf(row),
          row.value,
          row.behind?.value ?? null,
          row.behind?.interval.low ?? null,
          row.behind?.interval.high ?? null,
          row.behind?.pValue ?? null,
          standingOf(row),
        ]),
      })}
      caption="Where an interval holds 0, the candidate may be as good as the best."
    />
  );
}

function nameOf({ model }: Pick<Candidate, 'model'>): string {
  return model.version ?? model.path;
}

function standingOf({ rank, asGood }: Candidate): string {
  return rank === 1 ? 'best' : asGood ? 'may be as good' : 'worse';
}
