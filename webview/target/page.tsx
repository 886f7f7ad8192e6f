import type { VNode } from 'preact';
import type { TargetPage } from '../../src/protocol/pages.ts';
import type { Release } from '../../src/protocol/results/release.ts';
import { Button, LinkButton } from '../components/button.tsx';
import { ago, plural, share, shortDigest, significant } from '../components/format.ts';
import { Header, Section } from '../components/page.tsx';
import { Prose } from '../components/prose.tsx';
import { Status } from '../components/verdict.tsx';
import { Band } from '../components/work.tsx';
import { useHost } from '../host.ts';
import { Canary, isUnderWay } from './canary.tsx';
import { Plan } from './plan.tsx';
import { nameOf, Releases } from './releases.tsx';
import { Traffic } from './traffic.tsx';

/** One target: what is live, whether it is well, how it came to be, and the way back. */
export function TargetView({ state }: { readonly state: TargetPage }): VNode {
  const host = useHost();
  const { status, live, trusted, releases, current } = state;
  const canary = state.canary !== null && isUnderWay(state.canary.rollout);
  const previous = canary
    ? undefined
    : releases.find(r => !r.dryRun && live.every(l => l.digest !== r.model.digest) && deployed(r));
  const newest = releases.find(r => r.state === 'live');
  return (
    <>
      <Header
        title={state.target}
        actions={
          <>
            <Button disabled={!trusted} onClick={() => host.run('refresh')}>
              Refresh
            </Button>
            <Button disabled={!trusted} onClick={() => host.run('doctor')}>
              Doctor
            </Button>
            {previous !== undefined && (
              <Button
                disabled={!trusted || working(current)}
                onClick={() => host.run('rollback', previous.release)}
              >
                Roll back to {nameOf(previous)}…
              </Button>
            )}
            {!canary && live.length === 1 && state.traffic !== null && (
              <Button disabled={!trusted || working(current)} onClick={() => host.run('deployCanary')}>
                Canary…
              </Button>
            )}
            {!canary && (
              <Button primary disabled={!trusted || working(current)} onClick={() => host.run('deploy')}>
                Deploy…
              </Button>
            )}
          </>
        }
      >
        <span class="muted">{state.kind} target</span>
        <span class="tag">
          {live.length === 0 ? (
            <Status status="not-run">nothing live</Status>
          ) : (
            <Status status={status.healthy ? 'pass' : 'fail'}>
              {status.healthy ? 'healthy' : 'unhealthy'}
            </Status>
          )}
        </span>
      </Header>
      {!trusted && (
        <Band>
          <Status status="not-run">Nothing is deployed from this folder until you trust it.</Status>
        </Band>
      )}
      {state.drift !== null && (
        <Band>
          <Status status="warn">{state.drift}</Status>
          <span class="actions">
            <Button disabled={!trusted} onClick={() => host.run('refresh')}>
              Look again
            </Button>
          </span>
        </Band>
      )}
      <div class="lede ruled">
        <p class="sentence">{liveSentence(state, newest)}</p>
        <p class="muted">
          <Prose text={asSentence(status.sentence)} />
          {newest?.golden !== undefined && newest.golden !== null ? goldenSentence(newest.golden) : ''}{' '}
          {status.endpoint !== null && (
            <>
              {!status.sentence.includes(status.endpoint) && <code>{status.endpoint} </code>}
              <LinkButton onClick={() => host.run('openEndpoint', status.endpoint)}>Open</LinkButton>{' '}
              <LinkButton onClick={() => host.copy(status.endpoint ?? '')}>Copy</LinkButton>
            </>
          )}
        </p>
        {live.length > 0 && (
          <p class="muted">
            {[...state.rests, state.cost === null ? 'Nothing is billed for it.' : `Cost: ${state.cost}`].join(
              ' ',
            )}
          </p>
        )}
        {state.shadow !== null && <p class="muted">{state.shadow}</p>}
      </div>
      {live.length > 1 && (
        <div
          class="traffic"
          role="img"
          aria-label={live.map(l => `${l.version} ${share(l.weight)}`).join(', ')}
        >
          {live.map(l => (
            <span key={l.digest} style={{ width: `${l.weight * 100}%` }}>
              {l.version} {share(l.weight)}
            </span>
          ))}
        </div>
      )}
      {state.canary !== null && (canary || !working(current)) && (
        <Canary canary={state.canary} trusted={trusted && !working(current)} />
      )}
      {state.traffic !== null && live.length > 0 && <Traffic traffic={state.traffic} target={state.target} />}
      <div class="split">
        <div class="stack">
          {current !== null && <Plan release={current} />}
          <Releases state={state} busy={working(current)} />
        </div>
        <Section
          title="Log"
          note={state.log.length === 0 ? 'empty' : 'newest below'}
          actions={<LinkButton onClick={() => host.run('showLog')}>Open the whole log</LinkButton>}
        >
          {state.log.length > 0 && (
            <pre class="log" tabIndex={0} aria-label="Log">
              {state.log.join('\n')}
            </pre>
          )}
        </Section>
      </div>
    </>
  );
}

/** True while steps of a release are still to come. */
function working(current: Release | null): boolean {
  return (
    current !== null &&
    !current.dryRun &&
    current.state === 'planned' &&
    current.plan.some(step => step.state !== 'planned')
  );
}

function deployed(release: Release): boolean {
  return release.action !== 'remove' && release.state === 'live' && release.traffic.length === 1;
}

/** Targets answer in words; here they stand among sentences. */
function asSentence(words: string): string {
  const text = words.charAt(0).toUpperCase() + words.slice(1);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

function goldenSentence({ rows, maxDifference }: NonNullable<Release['golden']>): string {
  const within = maxDifference === 0 ? 'to the last digit' : `within ${significant(maxDifference, 1)}`;
  return ` ${plural(rows, 'golden input')} answered as ONNX Runtime does here, ${within}.`;
}

function liveSentence(state: TargetPage, newest: Release | undefined): VNode {
  const [first] = state.live;
  if (first === undefined)
    return <>Nothing is live on {state.target}. Deploy a version to get an endpoint.</>;
  const since =
    newest !== undefined && newest.model.digest === first.digest
      ? `, released ${ago(newest.at, Date.now())} by ${newest.by}`
      : '';
  return (
    <>
      <b>{state.live.map(l => l.version).join(' and ')}</b>{' '}
      {state.live.length > 1 ? 'share the traffic' : 'answers all requests'}
      {since}.{' '}
      <span class="muted mono" title={first.digest}>
        sha256 {shortDigest(first.digest)}
      </span>
    </>
  );
}
