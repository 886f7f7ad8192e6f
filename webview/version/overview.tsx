import type { VNode } from 'preact';
import type { ModelFacts, TensorSpec } from '../../src/core/onnx/facts.ts';
import type { Stored, VersionPage, VersionRow, Work } from '../../src/protocol/pages.ts';
import type { ColumnMatch } from '../../src/protocol/results/shared.ts';
import { Bar } from '../components/bars.tsx';
import { Button, LinkButton } from '../components/button.tsx';
import { bytes } from '../../src/core/words.ts';
import { ago, cellText, count, plural, significant } from '../components/format.ts';
import { Section } from '../components/page.tsx';
import { Prose } from '../components/prose.tsx';
import { DataTable } from '../components/table.tsx';
import { Status } from '../components/verdict.tsx';
import { Band } from '../components/work.tsx';
import { useHost } from '../host.ts';
import { History } from './history.tsx';

/** What the model is, without running it. */
export function Overview({ state }: { readonly state: VersionPage }): VNode {
  const host = useHost();
  const { facts } = state;
  const known = standing(state.validation);
  const verdict = state.validation.state === 'done' ? state.validation.stored.result.verdict : null;
  return (
    <>
      {facts !== null && 'failure' in facts ? (
        <Band kind="failed">
          <Status status="fail">{facts.failure}</Status>
          <LinkButton onClick={() => host.run('showLog')}>Log</LinkButton>
        </Band>
      ) : (
        <div class="lede">
          <p class="sentence">
            {state.saved !== null
              ? savedSentence(state.saved, state.path)
              : facts !== null
                ? facts.sentence
                : state.trusted
                  ? 'Reading the model…'
                  : 'The folder is not trusted: its models are listed, and none is read or run.'}
          </p>
          {verdict === null ? (
            <p class="muted">Not validated yet: nothing is known of how well it answers.</p>
          ) : (
            <p>
              <Status status={verdict.status}>{verdict.sentence}</Status>
            </p>
          )}
        </div>
      )}
      {!state.configured && (
        <Band>
          <span>
            <b>{state.path}</b> is not in a slipway.yaml: task, inputs and classes are inferred, and no policy
            holds.
          </span>
          <span class="actions">
            <Button onClick={() => host.run('createConfig')}>Write slipway.yaml</Button>
          </span>
        </Band>
      )}
      <div class="split lead">
        <div class="stack">
          {facts !== null && !('failure' in facts) && (
            <Signature facts={facts} matching={known?.result.matching ?? []} />
          )}
          <Section title="Versions" note={count(state.versions.length)}>
            <Versions rows={state.versions} current={state.version.version} />
          </Section>
        </div>
        <div class="stack">
          <Lineage state={state} />
          <History rows={state.versions} current={state.version.version} name={state.model} />
          {facts !== null && !('failure' in facts) && <Operators facts={facts} />}
        </div>
      </div>
    </>
  );
}

/** "Saved predictions: `answer` of data/log.csv, with scores in `p_bad`." */
function savedSentence({ prediction, scores }: NonNullable<VersionPage['saved']>, path: string): VNode {
  const columns = scores.map(score => `\`${score}\``).join(', ');
  const said =
    prediction === null
      ? columns
      : `\`${prediction}\`${scores.length === 0 ? '' : `, with scores in ${columns}`}`;
  return <Prose text={`Saved predictions of ${path}: ${said}.`} />;
}

/** The result that stands, also while the next one is made. */
function standing<T>(work: Work<T>): Stored<T> | null {
  return work.state === 'done' ? work.stored : work.state === 'empty' ? null : work.previous;
}

/** "4 to 72", "yes, none, 2 values"; of a matrix input, how many columns fill it. */
function seenIn(matching: readonly ColumnMatch[], input: string): string {
  const columns = matching.filter(match => match.input === input || match.input.startsWith(`${input}[`));
  const seen = columns[0]?.seen ?? null;
  if (columns.length > 1) return plural(columns.length, 'column');
  if (seen === null) return '';
  if (seen.levels !== null)
    return `${plural(seen.distinct, 'value')}: ${seen.levels.join(', ')}${seen.levels.length < seen.distinct ? ', …' : ''}`;
  return seen.low === null ? 'no value' : `${cellText(seen.low)} to ${cellText(seen.high)}`;
}

function Signature({
  facts,
  matching,
}: {
  readonly facts: ModelFacts;
  readonly matching: readonly ColumnMatch[];
}): VNode {
  const rows = [
    ...facts.inputs.map(spec => ({ side: 'input', spec })),
    ...facts.outputs.map(spec => ({ side: 'output', spec })),
  ];
  const { answer } = facts;
  const role = matching.find(match => match.seen)?.seen?.role;
  const notes = [
    ...(answer.classes.length > 0 ? [`classes ${answer.classes.join(', ')}`] : []),
    ...(role === undefined ? [] : [`values as seen in the ${role} data`]),
  ];
  const meaning = (spec: TensorSpec, side: string): string =>
    side === 'input'
      ? seenIn(matching, spec.name)
      : spec.name === answer.labelOutput
        ? 'predicted label'
        : spec.name === answer.scoreOutput
          ? answer.probabilities
            ? 'probabilities'
            : answer.task === 'regression'
              ? 'predicted value'
              : 'scores'
          : '';
  return (
    <Section title="Inputs and outputs" note={notes.join('; ') || undefined}>
      <DataTable
        label="Inputs and outputs"
        name="signature"
        limit={14}
        rows={rows}
        rowKey={row => `${row.side} ${row.spec.name}`}
        columns={[
          { id: 'name', title: 'Name', value: row => row.spec.name, width: '30%' },
          { id: 'side', title: 'Side', value: row => row.side, width: '12%' },
          {
            id: 'type',
            title: 'Type',
            width: '14%',
            value: row => (row.spec.kind === 'tensor' ? row.spec.type : row.spec.kind),
            cell: row => <code>{row.spec.kind === 'tensor' ? row.spec.type : row.spec.kind}</code>,
          },
          {
            id: 'shape',
            title: 'Shape',
            width: '14%',
            wide: true,
            value: row => row.spec.shape.join(' × '),
            cell: row => <code>[{row.spec.shape.join(', ')}]</code>,
          },
          {
            id: 'values',
            title: 'Values',
            width: '30%',
            fill: 'cut',
            value: row => meaning(row.spec, row.side),
            cell: row => <span title={meaning(row.spec, row.side)}>{meaning(row.spec, row.side)}</span>,
          },
        ]}
      />
    </Section>
  );
}

function Versions({
  rows,
  current,
}: {
  readonly rows: readonly VersionRow[];
  readonly current: string;
}): VNode {
  const host = useHost();
  return (
    <DataTable
      label="Versions of this model"
      name="versions"
      limit={12}
      rows={rows}
      rowKey={row => row.version}
      selected={current}
      onOpen={row => {
        if (row.version !== current) host.run('openVersion', row.version);
      }}
      columns={[
        {
          id: 'version',
          title: 'Version',
          width: '24%',
          value: row => row.version,
          cell: row => (
            <>
              <span class="ell">{row.version}</span>
              {row.modified && <span class="muted"> modified</span>}
            </>
          ),
        },
        {
          id: 'verdict',
          title: 'Verdict',
          width: '16%',
          value: row => row.verdict,
          cell: row => <Status status={row.verdict} />,
        },
        {
          id: 'metric',
          title: rows.find(row => row.metric !== null)?.metric?.title ?? 'Metric',
          width: '14%',
          align: 'end',
          value: row => row.metric?.value ?? null,
          cell: row => (row.metric === null ? <span class="muted">–</span> : significant(row.metric.value)),
        },
        {
          id: 'date',
          title: 'When',
          width: '16%',
          value: row => row.date,
          cell: row => <span title={row.date}>{ago(row.date, Date.now())}</span>,
        },
        { id: 'author', title: 'Author', value: row => row.author, wide: true, width: '16%' },
        {
          id: 'live',
          title: 'Live on',
          width: '14%',
          wide: true,
          value: row => row.liveOn.join(', ') || null,
        },
      ]}
    />
  );
}

function Lineage({ state }: { readonly state: VersionPage }): VNode {
  const { facts, version, data } = state;
  const known = facts !== null && !('failure' in facts) ? facts : null;
  const entries: [string, string | null][] = [
    ['File', state.path],
    ['Commit', state.commit === null ? null : state.commit.slice(0, 12)],
    ['Author', version.author],
    ['Size', version.size === null ? null : bytes(version.size)],
    ['Producer', known === null || known.producer === '' ? null : known.producer],
    [
      'Opsets',
      known === null
        ? null
        : known.opsets.map(o => `${o.domain === '' ? 'ai.onnx' : o.domain} ${o.version}`).join(', '),
    ],
    ['Parameters', known === null ? null : count(known.parameters)],
    [
      'Trees',
      known === null || known.trees === null
        ? null
        : `${count(known.trees.count)}, at most ${known.trees.depth} deep`,
    ],
    ['Holdout', data.holdout],
    ['Reference', data.reference],
    ['Label', data.label],
    ['Targets', state.targets.join(', ') || null],
    ...Object.entries(known?.metadata ?? {}).map(([key, value]): [string, string] => [key, value]),
  ];
  return (
    <Section title="Lineage">
      <dl>
        {entries
          .filter((entry): entry is [string, string] => entry[1] !== null && entry[1] !== '')
          .map(([term, text]) => (
            <>
              <dt>{term}</dt>
              <dd>{text}</dd>
            </>
          ))}
      </dl>
    </Section>
  );
}

function Operators({ facts }: { readonly facts: ModelFacts }): VNode {
  const max = facts.operators[0]?.count ?? 1;
  return (
    <Section title="Operators" note={`${count(facts.nodes)} nodes`}>
      <DataTable
        label="Operators"
        limit={8}
        rows={facts.operators}
        rowKey={row => row.name}
        columns={[
          { id: 'name', title: 'Operator', value: row => row.name, width: '60%' },
          {
            id: 'count',
            title: 'Nodes',
            width: '40%',
            value: row => row.count,
            cell: row => (
              <span class="barcell">
                <Bar value={row.count} interval={null} max={max} />
                {count(row.count)}
              </span>
            ),
          },
        ]}
      />
    </Section>
  );
}
