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
    release.state === 'live' &&
    release.traffic.length === 1;
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
                  {nameOf(release)} <span class="muted mono digest">{shortDigest(release.model.digest)}</span>
                </span>
              ),
            },
            {
              id: 'state',
              title: 'State',
              width: '20%',
              value: release => release.state,
              cell: release => <State release={release} live={liveReleases(state)} />,
            },
            {
              id: 'at',
              title: 'When',
              width: '16%',
              value: release => release.at,
              cell: release => <span title={release.at}>{ago(release.at, Date.now())}</span>,
            },
            { id: 'by', title: 'By', value: release => release.by, wide: 'roomy', width: '14%' },
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

/** The releases that made what is live so: the newest of each digest. */
function liveReleases(state: TargetPage): readonly string[] {
  return state.live.flatMap(({ digest }) => {
    const found = state.releases.find(r => r.state === 'live' && r.model.digest === digest);
    return found === undefined ? [] : [found.release];
  });
}

function State({ release, live }: { readonly release: Release; readonly live: readonly string[] }): VNode {
  const share = release.traffic.find(version => version.model.digest === release.model.digest)?.weight ?? 1;
  const act =
    release.action === 'rollback'
      ? ' (roll back)'
      : share < 1
        ? `, canary at ${Math.round(share * 100)} %`
        : '';
  if (release.dryRun) return <Status status="not-run">dry run</Status>;
  switch (release.state) {
    case 'live':
      return live.includes(release.release) ? (
        <Status status="pass">{`live${act}`}</Status>
      ) : (
        <span class="muted" title={release.reason ?? undefined}>
          retired{act}
        </span>
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
