import type { VNode } from 'preact';
import { bytes } from '../../src/core/words.ts';
import type { ComparePage } from '../../src/protocol/pages.ts';
import type { Comparison } from '../../src/protocol/results/comparison.ts';
import { Button } from '../components/button.tsx';
import { fixed, plural, significant } from '../components/format.ts';
import { Header, Section } from '../components/page.tsx';
import { sides } from '../components/sides.ts';
import { DataTable } from '../components/table.tsx';
import { Prose } from '../components/prose.tsx';
import { Status } from '../components/verdict.tsx';
import { WorkView } from '../components/work.tsx';
import { useHost } from '../host.ts';
import { Flips } from './flips.tsx';
import { Explanations } from './explanations.tsx';
import { Importance } from './importance.tsx';
import { Differences, Slices } from './metrics.tsx';
import { Versions } from './versions.tsx';

/** Two versions side by side: which is better, for whom, and what breaks. */
export function CompareView({ state }: { readonly state: ComparePage }): VNode {
  const host = useHost();
  const { a, b, names, comparison, trusted } = state;
  return (
    <>
      <Header
        title={state.model}
        actions={
          <>
            <Button
              disabled={!trusted || comparison.state === 'running'}
              onClick={() => void host.ask('compare', {})}
            >
              Compare again
            </Button>
            {state.deployable && (
              <Button primary disabled={!trusted} onClick={() => host.run('deploy')}>
                Deploy {b.version}…
              </Button>
            )}
          </>
        }
      >
        <Side letter="A" version={a} name={names.a} model={state.against} />
        <span aria-hidden="true">→</span>
        <Side letter="B" version={b} name={names.b} model={null} />
      </Header>
      {state.table !== null && (
        <div class="versions">
          <Versions work={state.table} trusted={trusted} />
        </div>
      )}
      <WorkView
        work={comparison}
        trusted={trusted}
        what="A comparison asks both versions the same rows: differences with paired intervals, the answers that flipped, the groups that got worse, and what a caller must change."
        action="Compare"
        onRun={() => void host.ask('compare', {})}
        onCancel={() => void host.ask('cancel', { kind: 'compare' })}
        onLog={() => host.run('showLog')}
      >
        {result => (
          <>
            <Result result={result} a={`A ${names.a}`} b={`B ${names.b}`} trusted={trusted} />
            {notRun(result, 'importances') === null && (
              <Explanations trusted={trusted} a={`A ${names.a}`} b={`B ${names.b}`} />
            )}
          </>
        )}
      </WorkView>
    </>
  );
}

function Side({
  letter,
  version,
  name,
  model,
}: {
  readonly letter: string;
  readonly version: ComparePage['a'];
  readonly name: string;
  /** Said where it is not that of the page. */
  readonly model: string | null;
}): VNode {
  const host = useHost();
  return (
    <span class="tag">
      <b>{letter}</b>
      <button type="button" class="link" onClick={() => host.run('openVersion', version.version)}>
        {model === null || model === name ? '' : `${model} `}
        {name}
      </button>
      <Status status={version.verdict} />
      {version.liveOn.length > 0 && <span class="muted">live on {version.liveOn.join(', ')}</span>}
      {version.modified && <span class="muted">modified</span>}
    </span>
  );
}

function Result({
  result,
  a,
  b,
  trusted,
}: {
  readonly result: Comparison;
  readonly a: string;
  readonly b: string;
  readonly trusted: boolean;
}): VNode {
  const breaking = result.structure.filter(change => change.breaking).length;
  return (
    <>
      <div class="lede">
        <p class="sentence">
          <Prose text={result.sentence} />
        </p>
        <p>
          <Status status={result.verdict.status}>{result.verdict.sentence}</Status>
        </p>
        <p class="muted">
          {result.data.map(data => `${data.role} ${data.path}, ${plural(data.rows, 'row')}`).join('; ')}.
          Paired: the same rows for both. Seed {result.seed}, {result.engine}.
        </p>
      </div>
      <div class="split lead">
        <Differences result={result} a={a} b={b} />
        <div class="stack">
          <Slices result={result} trusted={trusted} />
          <Costs result={result} a={a} b={b} />
        </div>
      </div>
      <Flips result={result} a={a} b={b} explainable={trusted && notRun(result, 'importances') === null} />
      <div class="split ruled">
        <Importance result={result} a={a} b={b} />
        <Section
          title="Structure"
          note={
            result.structure.length === 0
              ? (notRun(result, 'structure') ?? 'no difference')
              : `${plural(result.structure.length, 'change')}, ${breaking === 0 ? 'none breaks a caller' : `${breaking} would break a caller`}`
          }
        >
          {result.structure.length > 0 && (
            <DataTable
              label="Structure"
              name="structure"
              limit={14}
              rows={result.structure.map((change, at) => ({ ...change, at }))}
              rowKey={change => change.at}
              columns={[
                { id: 'kind', title: 'Part', value: change => change.kind },
                {
                  id: 'sentence',
                  title: 'What changed',
                  value: change => change.sentence,
                  cell: change => (
                    <span class="wrap">
                      <Prose text={change.sentence} />
                    </span>
                  ),
                },
                {
                  id: 'breaking',
                  title: 'For callers',
                  value: change => change.breaking,
                  cell: change =>
                    change.breaking ? (
                      <Status status="fail">breaks</Status>
                    ) : (
                      <span class="muted">no change</span>
                    ),
                },
              ]}
            />
          )}
        </Section>
      </div>
    </>
  );
}

/** Why a part of the comparison is not there; null: it is. */
function notRun(result: Comparison, part: NonNullable<Comparison['notRun']>[number]['part']): string | null {
  return result.notRun?.find(one => one.part === part)?.sentence ?? null;
}

function Costs({
  result,
  a,
  b,
}: {
  readonly result: Comparison;
  readonly a: string;
  readonly b: string;
}): VNode {
  const { speed, size } = result;
  const rows = [
    ...(speed === null
      ? []
      : (['p50', 'p95', 'p99'] as const).map(at => ({
          what: `Latency of one row, ${at}`,
          a: speed.a[at],
          b: speed.b[at],
          text: (value: number) => `${significant(value)} ms`,
        }))),
    ...(size.a === null || size.b === null ? [] : [{ what: 'Size', a: size.a, b: size.b, text: bytes }]),
  ];
  const missing = notRun(result, 'speed');
  if (missing !== null)
    return (
      <Section title="Speed and size">
        <p class="muted">{missing}</p>
      </Section>
    );
  return (
    <Section
      title="Speed and size"
      note={
        speed === null ? 'speed not measured' : `${plural(speed.calls, 'call')}, interleaved, on this machine`
      }
    >
      <DataTable
        label="Speed and size"
        plain
        rows={rows}
        rowKey={row => row.what}
        columns={[
          { id: 'what', title: '', fill: true, value: row => row.what },
          ...sides<(typeof rows)[number]>(
            { a, b },
            (row, side) => row[side],
            (row, side) => row.text(row[side]),
          ),
          {
            id: 'ratio',
            title: 'B / A',
            align: 'end',
            value: row => row.b / row.a,
            cell: row => (row.a > 0 ? `${fixed(row.b / row.a, row.b > 9.95 * row.a ? 0 : 1)}×` : '–'),
          },
        ]}
      />
    </Section>
  );
}
