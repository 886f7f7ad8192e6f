import type { VNode } from 'preact';
import type { TrialsPage } from '../../src/protocol/trialPages.ts';
import { Header } from '../components/page.tsx';
import { plural } from '../components/format.ts';
import { Tabs } from '../components/tabs.tsx';
import { useTab } from '../host.ts';
import { Candidates } from './candidates.tsx';
import { FixedVersion } from './fixed.tsx';
import { Retrained } from './retrained.tsx';

/** Trials of one model: how its way of training does, how a version varies with the rows, which candidate is best. */
export function TrialsView({ state }: { readonly state: TrialsPage }): VNode {
  const [tab, setTab] = useTab(state.command === null ? 'fixed' : 'retrained', state.show);
  const { label, holdout } = state.data;
  return (
    <>
      <Header title={state.model} subtitle="trials" actions={null}>
        <span class="muted">
          {[
            label === null ? 'no label' : `label ${label}`,
            holdout === null ? 'no holdout' : `holdout ${holdout}`,
          ].join(', ')}
        </span>
      </Header>
      <Tabs
        label="Trials"
        current={tab}
        onChange={setTab}
        tabs={[
          { id: 'retrained', title: 'K-fold', note: 'trained anew' },
          { id: 'fixed', title: 'Sampling variability', note: 'a fixed version' },
          { id: 'ranked', title: 'Candidates', note: plural(state.versions.length, 'version') },
        ]}
      >
        {tab === 'retrained' ? (
          <Retrained state={state} />
        ) : tab === 'ranked' ? (
          <Candidates state={state} />
        ) : (
          <FixedVersion state={state} />
        )}
      </Tabs>
    </>
  );
}
