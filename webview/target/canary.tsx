import type { VNode } from 'preact';
import { closePercent } from '../../src/core/words.ts';
import type { CanaryPage } from '../../src/protocol/pages.ts';
import type { ArmFigures, Condition, Judgement, Rollout } from '../../src/protocol/results/rollout.ts';
import { Button } from '../components/button.tsx';
import { ago, count, range, share, shortDigest, significant } from '../components/format.ts';
import { Section } from '../components/page.tsx';
import { Prose } from '../components/prose.tsx';
import { DataTable } from '../components/table.tsx';
import { Status, type Standing } from '../components/verdict.tsx';
import { useHost } from '../host.ts';

/** Whether the canary still shares the requests. */
export function isUnderWay({ state }: Rollout): boolean {
  return state !== 'promoted' && state !== 'rolled-back';
}

/** A canary: its shares, how it does beside the stable version, and what one can do. */
export function Canary({
  canary,
  trusted,
}: {
  readonly canary: CanaryPage;
  readonly trusted: boolean;
}): VNode {
  const host = useHost();
  const { rollout, now, led } = canary;
  const last = rollout.judgements.at(-1) ?? null;
  const judged = now ?? last;
  const open = isUnderWay(rollout);
  const paused = rollout.state === 'paused';
  const reference = `${rollout.canary.name ?? ''}@${rollout.canary.digest}`;
  return (
    <Section
      title={`Canary ${nameOf(rollout.canary)} beside ${nameOf(rollout.stable)}`}
      note={`${rollout.began}, by ${rollout.by}, ${ago(rollout.at, Date.now())}`}
      actions={
        open ? (
          <>
            <Button disabled={!trusted} onClick={() => host.run('promote')}>
              Promote…
            </Button>
            <Button disabled={!trusted} onClick={() => host.run('rollBackCanary')}>
              Roll back…
            </Button>
            {!paused && (
              <Button disabled={!trusted} onClick={() => host.run('pauseCanary')}>
                Pause
              </Button>
            )}
            {(paused || !led) && (
              <Button disabled={!trusted} onClick={() => host.run('watchCanary')}>
                {paused ? 'Compare again' : 'Lead it on here'}
              </Button>
            )}
          </>
        ) : rollout.state === 'rolled-back' ? (
          <>
            <Button onClick={() => host.run('compareWith', reference)}>Compare with live</Button>
            <Button onClick={() => host.run('openVersion', reference)}>Open {nameOf(rollout.canary)}</Button>
          </>
        ) : undefined
      }
    >
      <Shares rollout={rollout} />
      <p aria-live="polite">
        <Status status={standings[rollout.state]}>{sentenceOf(rollout, now)}</Status>
      </p>
      {open && !led && !paused && (
        <p class="muted">This window does not lead it: another one may, or `slipway watch` in a terminal.</p>
      )}
      {judged !== null && judged.canary !== null && judged.stable !== null && (
        <Arms
          rollout={rollout}
          judged={judged}
          canary={judged.canary}
          stable={judged.stable}
          so={now === null ? 'last judgement' : 'so far'}
        />
      )}
    </Section>
  );
}

const standings: Readonly<Record<Rollout['state'], Standing>> = {
  shifting: 'not-run',
  observing: 'inconclusive',
  passed: 'pass',
  failed: 'fail',
  paused: 'warn',
  promoted: 'pass',
  'rolled-back': 'fail',
};

const outcomes: Readonly<Record<Condition['outcome'], Standing>> = {
  pass: 'pass',
  fail: 'fail',
  inconclusive: 'inconclusive',
};

const conditionWords: Readonly<Record<Condition['name'], string>> = {
  requests: 'enough requests',
  success: 'answered',
  'success-compared': 'answered, beside stable',
  latency: 'time to answer',
  'latency-compared': 'time to answer, beside stable',
};

function sentenceOf(rollout: Rollout, now: Judgement | null): string {
  const { state, sentence, until } = rollout;
  if (state === 'paused') return `Paused. ${sentence}`;
  if (state !== 'observing' || until === null) return sentence;
  const minutes = (Date.parse(until) - Date.now()) / 60_000;
  const next = minutes <= 0 ? 'Judged in a moment' : `Judged in ${minutesWord(minutes)}`;
  return now === null ? `${next}.` : `${next}; so far: ${now.sentence}`;
}

function minutesWord(minutes: number): string {
  return minutes < 1 ? 'less than a minute' : `${Math.ceil(minutes)} min`;
}

/** The shares it passes through, as steps. */
function Shares({ rollout }: { readonly rollout: Rollout }): VNode {
  const shares = [...rollout.plan.steps, 1];
  const open = isUnderWay(rollout);
  return (
    <ol class="shares" aria-label="Shares of the requests">
      {shares.map((value, place) => {
        const here = open && place === rollout.step;
        const done = rollout.state === 'promoted' || place < rollout.step;
        const ended = rollout.state === 'rolled-back' && place === rollout.step;
        const word = here ? 'now' : ended ? 'taken back' : done ? 'done' : open ? 'to come' : 'not reached';
        return (
          <li key={value} class={here ? 'here' : ''} aria-current={here ? 'step' : undefined}>
            <b>{share(value)}</b> <span class="muted">{word}</span>
          </li>
        );
      })}
    </ol>
  );
}

interface Arm {
  readonly name: string;
  readonly figures: ArmFigures;
}

function Arms({
  rollout,
  judged,
  canary,
  stable,
  so,
}: {
  readonly rollout: Rollout;
  readonly judged: Judgement;
  readonly canary: ArmFigures;
  readonly stable: ArmFigures;
  readonly so: string;
}): VNode {
  const arms: readonly Arm[] = [
    { name: `${nameOf(rollout.canary)} (canary)`, figures: canary },
    { name: `${nameOf(rollout.stable)} (stable)`, figures: stable },
  ];
  const quantile = `p${significant(((canary.latency ?? stable.latency)?.quantile ?? 0) * 100)}`;
  return (
    <>
      <DataTable
        label="Both versions over the same time"
        name={`${rollout.target}-canary`}
        plain
        rows={arms}
        rowKey={arm => arm.figures.digest}
        columns={[
          { id: 'version', title: `Version, ${so}`, value: arm => arm.name, width: '28%' },
          {
            id: 'requests',
            title: 'Requests',
            align: 'end',
            value: arm => arm.figures.requests,
            cell: arm => count(arm.figures.requests),
          },
          {
            id: 'failures',
            title: 'Failed',
            align: 'end',
            value: arm => arm.figures.failures,
            cell: arm => count(arm.figures.failures),
          },
          {
            id: 'success',
            title: 'Answered',
            value: arm => arm.figures.success?.value ?? null,
            cell: ({ figures: { success } }) =>
              success === null ? (
                '–'
              ) : (
                <>
                  {closePercent(success.value)}
                  <span class="muted roomy">
                    {' '}
                    ({range(closePercent(success.low), closePercent(success.high))})
                  </span>
                </>
              ),
          },
          {
            id: 'latency',
            title: `Time at ${quantile}`,
            value: arm => arm.figures.latency?.high ?? null,
            cell: ({ figures: { latency } }) => latencyWord(latency),
          },
        ]}
      />
      <ul class="conditions">
        {judged.conditions.map(({ name, outcome, sentence }) => (
          <li key={name}>
            <Status status={outcomes[outcome]}>{conditionWords[name]}</Status>
            <span class="muted">
              <Prose text={sentence} />
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}

function latencyWord(latency: ArmFigures['latency']): string {
  if (latency === null || latency.low === null) return '–';
  const ms = (seconds: number): string => significant(seconds * 1000);
  return latency.high === null ? `over ${ms(latency.low)} ms` : `${ms(latency.low)}–${ms(latency.high)} ms`;
}

function nameOf({ version, digest }: Rollout['canary']): string {
  return version ?? shortDigest(digest);
}
