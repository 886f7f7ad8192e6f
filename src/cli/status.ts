import { Command } from 'commander';
import { shadowSentence } from '../core/rollout/shadow.ts';
import type { Deployer } from '../deploy/deployer.ts';
import type { Release } from '../protocol/results/release.ts';
import type { StatusDocument } from '../protocol/results/status.ts';
import type { Run } from './outcome.ts';
import { shortDigest, table } from './print.ts';

/** A target that does not answer must not keep the others from being listed. */
const answerMs = 30_000;
type Listed = StatusDocument['targets'][number];

export function statusCommand(run: Run): Command {
  return new Command('status')
    .description(
      'Say what is running on each target and may be billed, since when, on which review; asked of the targets themselves.',
    )
    .argument('[target]', 'only this target')
    .option('--history', 'the releases too, newest first')
    .action(async (only: string | undefined, { history }: { history?: boolean }) =>
      run(async ({ deployer, signal }) => {
        const names = only === undefined ? deployer.targets().map(({ name }) => name) : [only];
        const targets = await Promise.all(
          names.map(name =>
            listed(deployer, name, { history: history === true, alone: names.length === 1, signal }),
          ),
        );
        return { document: { schema: 'slipway/status@1', targets }, text: statusText(targets), passed: true };
      }),
    );
}

interface Asked {
  readonly history: boolean;
  readonly alone: boolean;
  readonly signal: AbortSignal;
}

async function listed(deployer: Deployer, name: string, { history, alone, signal }: Asked): Promise<Listed> {
  const asking = AbortSignal.any([signal, AbortSignal.timeout(answerMs)]);
  const releases = history ? [...(await deployer.history(name))] : [];
  try {
    return { ...(await deployer.status(name, asking)), releases, failure: null };
  } catch (error) {
    if (alone || signal.aborted) throw error;
    const { kind } = deployer.targets().find(target => target.name === name)!;
    const failure = error instanceof Error ? error.message : String(error);
    return { ...unknown, target: name, kind, releases, failure };
  }
}

const unknown = {
  healthy: false,
  sentence: 'could not be asked',
  endpoint: null,
  live: [],
  shadow: null,
  since: null,
  cost: null,
  drift: null,
  interrupted: null,
  overdue: null,
  busy: null,
  current: null,
  rollout: null,
};

function statusText(targets: readonly Listed[]): string {
  const rows = targets.map(({ target, kind, live, since, cost, sentence }) => [
    target,
    kind,
    live
      .map(({ digest, version, weight }) => `${version ?? shortDigest(digest)} ${Math.round(weight * 100)} %`)
      .join(', ') || '-',
    since === null ? '-' : ageOf(since),
    live.length === 0 ? '-' : (cost ?? 'nothing billed'),
    sentence,
  ]);
  const releases = targets.flatMap(target => target.releases);
  const parts = [
    rows.length === 0
      ? 'slipway.yaml has no targets.'
      : table(['target', 'kind', 'live', 'for', 'cost', ''], rows),
    targets.flatMap(notesOf).join('\n'),
    releases.length === 0 ? '' : releasesTable(releases),
  ];
  return parts.filter(part => part !== '').join('\n\n');
}

function notesOf(status: Listed): readonly string[] {
  const { target, failure, drift, interrupted, overdue, busy, rollout, current, live, shadow } = status;
  const review = live.length === 0 ? null : (current?.review ?? null);
  const verdict = live.length === 0 ? null : (current?.verdict ?? null);
  return [
    failure,
    drift,
    interrupted,
    overdue,
    busy,
    rollout === null
      ? null
      : `canary ${rollout.canary.version ?? shortDigest(rollout.canary.digest)} ${rollout.state}: ${rollout.sentence}`,
    shadow === null ? null : `shadow: ${shadowSentence(shadow)}`,
    verdict === null ? null : `policy: ${verdict.sentence}`,
    review === null ? null : `review: ${review.sentence}`,
  ]
    .filter(note => note !== null)
    .map(note => `${target}: ${note}`);
}

function releasesTable(releases: readonly Release[]): string {
  return table(
    ['release', 'target', 'action', 'version', 'share', 'state', 'at', 'by'],
    releases.map(({ release, target, action, model, traffic, state, at, by, reason }) => [
      release,
      target,
      action,
      model.version ?? shortDigest(model.digest),
      `${Math.round((traffic.find(live => live.model.digest === model.digest)?.weight ?? 0) * 100)} %`,
      state,
      at.slice(0, 16).replace('T', ' '),
      reason === null ? by : `${by}: ${reason}`,
    ]),
  );
}

/** "3 min", "2 h", "5 days". */
function ageOf(at: string): string {
  const minutes = Math.max(0, Math.floor((Date.now() - Date.parse(at)) / 60_000));
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.floor(hours / 24)} days`;
}
