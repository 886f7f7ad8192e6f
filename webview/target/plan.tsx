import type { VNode } from 'preact';
import { consequenceOf } from '../../src/core/policy/consequence.ts';
import { isApproved } from '../../src/core/review/standing.ts';
import type { Release } from '../../src/protocol/results/release.ts';
import { Button, Ring } from '../components/button.tsx';
import { share, shortDigest } from '../components/format.ts';
import { Section } from '../components/page.tsx';
import { Prose } from '../components/prose.tsx';
import { Status, StatusIcon } from '../components/verdict.tsx';
import { useHost } from '../host.ts';
import { nameOf } from './releases.tsx';

const acts: Readonly<Record<Release['action'], string>> = {
  deploy: 'Deploy',
  promote: 'Promote',
  rollback: 'Roll back to',
  remove: 'Remove',
};

function titleOf(release: Release, running: boolean): string {
  if (running) return `${release.release} in progress`;
  const what = `${acts[release.action]} ${nameOf(release)}`;
  return release.dryRun || release.state === 'planned'
    ? `Plan: ${what.charAt(0).toLowerCase()}${what.slice(1)}`
    : what;
}

function sharesWord(
  live: readonly { readonly digest: string; readonly version: string | null; readonly weight: number }[],
): string {
  const shares = live.map(
    ({ version, digest, weight }) => `${version ?? shortDigest(digest)} ${share(weight)}`,
  );
  return shares.join(', ') || 'nothing';
}

/** The steps of the release at hand: what each does, how it is undone, where it stands. */
export function Plan({ release }: { readonly release: Release }): VNode {
  const host = useHost();
  const running =
    !release.dryRun && release.state === 'planned' && release.plan.some(s => s.state !== 'planned');
  const next = release.plan.findIndex(step => step.state === 'planned');
  return (
    <Section
      title={titleOf(release, running)}
      note={`${release.dryRun ? 'dry run, nothing changes' : running ? nameOf(release) : release.release}, by ${release.by}`}
      actions={
        running ? (
          <Button onClick={() => void host.ask('cancel', { kind: 'deploy' })}>Cancel</Button>
        ) : undefined
      }
    >
      <p>
        <Status status={release.verdict?.status ?? 'not-run'}>
          {release.action === 'deploy'
            ? consequenceOf(release.verdict)
            : (release.verdict?.sentence ?? 'No validation stands behind it.')}
        </Status>
      </p>
      {release.review !== null && (
        <p>
          <Status
            status={isApproved(release.review.status) ? 'pass' : release.review.required ? 'fail' : 'not-run'}
          >
            {`Review: ${release.review.sentence}`}
          </Status>
        </p>
      )}
      {release.state === 'planned' && (
        <p class="muted">
          Live now: {sharesWord(release.before)}. Then:{' '}
          {sharesWord(release.traffic.map(({ model, weight }) => ({ ...model, weight })))}.
          {release.cost !== null && ` Cost: ${release.cost}`}
        </p>
      )}
      {release.reason !== null && <p>{release.reason}</p>}
      {release.override !== null && (
        <p>
          <Status status="warn">
            {`Overridden by ${release.override.by}${release.override.expires === undefined ? '' : ` until ${release.override.expires.slice(0, 10)}`}: ${release.override.reason}`}
          </Status>
        </p>
      )}
      <ol class="steps" aria-live="polite">
        {release.plan.map((step, i) => (
          <li key={step.name}>
            {running && i === next ? (
              <Ring />
            ) : (
              <StatusIcon
                status={
                  step.state === 'done'
                    ? 'pass'
                    : step.state === 'failed'
                      ? 'fail'
                      : step.state === 'undone'
                        ? 'stale'
                        : 'not-run'
                }
              />
            )}
            <span>
              <Prose text={step.sentence} />
              <br />
              <span class="muted">
                <Prose text={step.detail ?? `To undo: ${step.undo}`} />
              </span>
              {step.log.length > 0 && (
                <pre class="log" tabIndex={0} aria-label={`The target's own log at ${step.name}`}>
                  {step.log.join('\n')}
                </pre>
              )}
            </span>
            <span class="muted">{running && i === next ? 'running' : step.state}</span>
          </li>
        ))}
      </ol>
      {running && <p class="muted">Cancel undoes what was made and leaves what was live before.</p>}
    </Section>
  );
}
