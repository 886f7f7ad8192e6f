import type { VNode } from 'preact';
import type { DataPage } from '../../src/protocol/pages.ts';
import type { DataDescription } from '../../src/protocol/results/data.ts';
import { Button } from '../components/button.tsx';
import { count, plural } from '../components/format.ts';
import { Header } from '../components/page.tsx';
import { Prose } from '../components/prose.tsx';
import { Tabs } from '../components/tabs.tsx';
import { WorkView } from '../components/work.tsx';
import { useArrangement, useHost } from '../host.ts';
import { Columns } from './columns.tsx';
import { Experiment } from './experiment.tsx';
import { Relations } from './relations.tsx';

/** One data set: what to look at first, each column, what moves together, and an experiment that it logs. */
export function DataView({ state }: { readonly state: DataPage }): VNode {
  const host = useHost();
  const { description, trusted } = state;
  return (
    <>
      <Header
        title={state.path.split('/').at(-1) ?? state.path}
        actions={
          <Button
            disabled={!trusted || description.state === 'running'}
            onClick={() => void host.ask('describe', {})}
          >
            Read again
          </Button>
        }
      >
        <span class="muted">{state.role ?? state.path}</span>
        {state.reference !== null && <span class="muted">beside {state.reference}</span>}
      </Header>
      <WorkView
        work={description}
        trusted={trusted}
        what="Each column with its distribution, missing values and outliers; what moves together and with the label; and how the data stands beside its reference."
        action="Read"
        onRun={() => void host.ask('describe', {})}
        onCancel={() => void host.ask('cancel', { kind: 'describe' })}
        onLog={() => host.run('showLog')}
      >
        {result => <Description result={result} state={state} />}
      </WorkView>
    </>
  );
}

function Description({
  result,
  state,
}: {
  readonly result: DataDescription;
  readonly state: DataPage;
}): VNode {
  const [tab, setTab] = useArrangement('tab', 'columns');
  const { findings, relations, sampled, data } = result;
  return (
    <>
      <div class="lede">
        <p class="sentence">
          <Prose text={result.sentence} />
        </p>
        {findings.length > 0 && (
          <ul class="notes">
            {findings.map(({ kind, sentence }) => (
              <li key={kind}>
                <Prose text={sentence} />
              </li>
            ))}
          </ul>
        )}
        <p class="muted">
          {sampled < data.rows
            ? `Numbers are of all rows; relations and the label's of a sample of ${count(sampled)} (seed ${result.seed}).`
            : 'All numbers are of all rows.'}
        </p>
      </div>
      <Tabs
        label="Data"
        current={tab}
        onChange={setTab}
        tabs={[
          { id: 'columns', title: 'Columns', note: count(result.columns.length) },
          { id: 'relations', title: 'Relations', note: plural(relations.total, 'pair') },
          { id: 'experiment', title: 'Experiment' },
        ]}
      >
        {tab === 'relations' ? (
          <Relations result={result} />
        ) : tab === 'experiment' ? (
          <Experiment state={state} columns={result.columns} />
        ) : (
          <Columns result={result} />
        )}
      </Tabs>
    </>
  );
}
