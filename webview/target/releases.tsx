import type { VNode } from 'preact';
import type { TargetPage } from '../../src/protocol/pages.ts';
import type { Release } from '../../src/protocol/results/release.ts';
import { LinkButton } from '../components/button.tsx';
import { ago, count, shortDigest } from '../components/format.ts';
import { Section } from '../components/page.tsx';
import { DataTable } from '../components/table.tsx';
import { Status } from '../components/verdict.tsx';
import { useHost } from '../host.ts';

/** The version a release carries, as people call it. */
export function nameOf(release: Release): string {
  return release.model.version ?? release.model.name ?? shortDigest(release.model.digest);
}

/** All releases, newest first, each with the way back to it. */
export function Releases({ state, busy }: { readonly state: TargetPage; readonly busy: boolean }): VNode {
  const host = useHost();
  const isLive = (release: Release): boolean => state.live.some(l => l.digest === release.model.digest);
  const back = (release: Release): boolean =>
    state.trusted &&
    !busy &&
    !isLive(release) &&
    !release.dryRun &&
    release.action !== 'remove' &&
    release.state === 'live';
  return (
    <Section title="Releases" note={state.releases.length === 0 ? 'none yet' : count(state.releases.length)}>
      {state.releases.length > 0 && (
        <DataTable
          label="Releases"
          name={`${state.target}-releases`}
          limit={15}
          plain
          rows={state.releases}
          rowKey={release => release.release}
          columns={[
            {
              id: 'release',
              title: 'Release',
              width: '14%',
              value: release => release.release,
              cell: release => <code>{release.release}</code>,
            },
            {
              id: 'version',
              title: 'Version',
              width: '20%',
              value: nameOf,
              cell: release => (
                <span title={release.model.digest}>
                  {nameOf(release)} <span class="muted mono wide">{shortDigest(release.model.digest)}</span>
                </span>
              ),
            },
            {
              id: 'state',
              title: 'State',
              width: '20%',
              value: release => release.state,
              cell: release => <State release={release} first={firstLive(state)} />,
            },
            {
              id: 'at',
              title: 'When',
              width: '16%',
              value: release => release.at,
              cell: release => <span title={release.at}>{ago(release.at, Date.now())}</span>,
            },
            { id: 'by', title: 'By', value: release => release.by, wide: true, width: '14%' },
            {
              id: 'back',
              title: '',
              width: '16%',
              value: () => null,
              cell: release =>
                back(release) ? (
                  <LinkButton
                    title={`Make ${nameOf(release)} live again`}
                    onClick={() => host.run('rollback', release.release)}
                  >
                    Roll back
                  </LinkButton>
                ) : null,
            },
          ]}
        />
      )}
    </Section>
  );
}

function firstLive(state: TargetPage): string | null {
  const release = state.releases.find(
    r => r.state === 'live' && state.live.some(l => l.digest === r.model.digest),
  );
  return release?.release ?? null;
}

function State({ release, first }: { readonly release: Release; readonly first: string | null }): VNode {
  const act = release.action === 'rollback' ? ' (roll back)' : '';
  if (release.dryRun) return <Status status="not-run">dry run</Status>;
  switch (release.state) {
    case 'live':
      return release.release === first ? (
        <Status status="pass">{`live${act}`}</Status>
      ) : (
        <span class="muted">retired{act}</span>
      );
    case 'failed':
      return <Status status="fail">failed</Status>;
    case 'undone':
      return <Status status="stale">undone</Status>;
    case 'removed':
      return <Status status="not-run">removed</Status>;
    case 'planned':
      return <Status status="inconclusive">in progress</Status>;
  }
}
