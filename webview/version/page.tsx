import type { VNode } from 'preact';
import type { VersionPage } from '../../src/protocol/pages.ts';
import { Button } from '../components/button.tsx';
import { ago, shortDigest } from '../components/format.ts';
import { Header } from '../components/page.tsx';
import { Tabs } from '../components/tabs.tsx';
import { Status } from '../components/verdict.tsx';
import { useHost, useTab } from '../host.ts';
import { ExplanationTab, partsOf } from './explanation/tab.tsx';
import { Overview } from './overview.tsx';
import { ReviewTab } from './review/tab.tsx';
import { standingIcons } from './review/standing.ts';
import { ValidationTab } from './validation/tab.tsx';

/** One version of one model: what it is, whether it holds, why it answers as it does. */
export function VersionView({ state }: { readonly state: VersionPage }): VNode {
  const host = useHost();
  const [tab, setTab] = useTab('overview', state.show);
  const { version, validation, explanation, trusted } = state;
  const usable = trusted && (state.saved !== null || (state.facts !== null && !('failure' in state.facts)));
  const failing = validation.state === 'done' ? validation.stored.result.verdict.failed.length : 0;
  return (
    <>
      <Header
        title={state.model}
        {...(version.version === state.model ? {} : { subtitle: version.version })}
        actions={
          <>
            <Button
              disabled={!usable || validation.state === 'running'}
              onClick={() => {
                setTab('validation');
                void host.ask('validate', {});
              }}
            >
              Validate
            </Button>
            {state.saved === null && (
              <Button
                disabled={!usable || explanation.state === 'running'}
                onClick={() => {
                  setTab('explanation');
                  // Images and texts are chosen first.
                  if (partsOf(state) === null)
                    void host.ask('explain', { method: 'auto', output: null, rows: 50, where: null });
                }}
              >
                Explain
              </Button>
            )}
            <Button
              disabled={state.saved === null && state.versions.length < 2}
              onClick={() => host.run('compareWith')}
            >
              Compare…
            </Button>
            {state.saved === null && (
              <Button primary disabled={!usable} onClick={() => host.run('deploy')}>
                Deploy…
              </Button>
            )}
          </>
        }
      >
        {version.digest !== null && (
          <span class="muted mono" title={`sha256 ${version.digest}`}>
            sha256 {shortDigest(version.digest)}
          </span>
        )}
        <span class="muted" title={version.date}>
          {ago(version.date, Date.now())}
        </span>
        <span class="tag">
          <Status status={version.verdict} />
        </span>
        {version.review !== null && (
          <span class="tag" title={version.review.sentence}>
            <Status status={standingIcons[version.review.status]}>{version.review.words.slice(2)}</Status>
          </span>
        )}
        {version.modified && (
          <span class="tag" title="The file differs from the last commit">
            modified
          </span>
        )}
        {version.liveOn.length > 0 && <span class="tag">live on {version.liveOn.join(', ')}</span>}
      </Header>
      <Tabs
        label="Version"
        current={tab}
        onChange={setTab}
        tabs={[
          { id: 'overview', title: 'Overview' },
          { id: 'validation', title: 'Validation', ...(failing > 0 ? { note: `${failing} fail` } : {}) },
          ...(state.saved === null
            ? [
                { id: 'explanation', title: 'Explanation' },
                { id: 'review', title: 'Review' },
              ]
            : []),
        ]}
      >
        {tab === 'validation' ? (
          <ValidationTab
            state={state}
            onExplain={where => {
              host.memory.set('where', where);
              setTab('explanation');
              void host.ask('explain', { method: 'auto', output: null, rows: 50, where });
            }}
          />
        ) : tab === 'review' ? (
          <ReviewTab state={state} onTab={setTab} />
        ) : tab === 'explanation' ? (
          <ExplanationTab state={state} />
        ) : (
          <Overview state={state} />
        )}
      </Tabs>
    </>
  );
}
