import type { VersionRow } from '../../protocol/pages.ts';
import type { Release } from '../../protocol/results/release.ts';
import type { ModelEntry } from '../../workspace/types.ts';
import type { ListedTarget, ListedVersion } from '../catalog.ts';
import { bytes, number } from '../../core/words.ts';
import { age, escapeMarkdown, shortDigest } from '../format.ts';

/** A line of a tree before it becomes vscode's: label, icon and card. */
export interface Item {
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly icon: { readonly id: string; readonly color: string | null };
  /** Markdown. */
  readonly tooltip: string;
  readonly contextValue: string;
  /** What a screen reader says in place of the icon and label. */
  readonly spoken: string;
}

type Verdict = VersionRow['verdict'];

export const verdictIcons: Readonly<Record<Verdict, { readonly id: string; readonly color: string | null }>> =
  {
    'not-run': { id: 'circle-outline', color: null },
    pass: { id: 'pass', color: 'testing.iconPassed' },
    warn: { id: 'warning', color: 'list.warningForeground' },
    fail: { id: 'error', color: 'testing.iconFailed' },
    inconclusive: { id: 'question', color: 'testing.iconQueued' },
    stale: { id: 'history', color: 'testing.iconSkipped' },
  };

export const verdictWords: Readonly<Record<Verdict, string>> = {
  'not-run': 'not validated',
  pass: 'passes',
  warn: 'passes with warnings',
  fail: 'fails',
  inconclusive: 'inconclusive',
  stale: 'validated before something changed',
};

export function modelItem(entry: ModelEntry): Item {
  const task = entry.meaning.task;
  return {
    id: `model ${entry.name}`,
    label: entry.name,
    description: [...(task === null ? [] : [task]), ...(entry.saved === undefined ? [] : [savedWords])].join(
      ' · ',
    ),
    icon: { id: entry.saved === undefined ? 'package' : 'table', color: null },
    tooltip: [
      `**${escapeMarkdown(entry.name)}**`,
      `\`${entry.path}\``,
      entry.configured
        ? facts([
            ['Label', entry.meaning.label],
            ['Holdout', entry.holdout?.path ?? null],
            ['Reference', entry.reference?.path ?? null],
          ])
        : 'Found in the folder; slipway.yaml does not name it.',
    ].join('\n\n'),
    contextValue: 'model',
    spoken: `Model ${entry.name}${task === null ? '' : `, ${task}`}${entry.saved === undefined ? '' : `, ${savedWords}`}`,
  };
}

export function versionItem({ entry, version, row }: ListedVersion, now: Date): Item {
  const state = version.state;
  const ready = state.kind === 'ready';
  const live = row.liveOn.length === 0 ? null : `live on ${row.liveOn.join(', ')}`;
  const parts = [
    row.digest === null ? null : shortDigest(row.digest),
    row.modified ? 'modified' : age(row.date, now),
    ready ? null : stateWords[state.kind],
    // Aliases of a registry say what a version is for.
    entry.source === 'mlflow' && version.tags.length > 0 ? version.tags.join(' ') : null,
    row.review?.words ?? null,
    live,
  ].filter(part => part !== null);
  return {
    id: `version ${entry.name} ${version.commit ?? ''} ${version.path} ${version.version}`,
    label: row.version,
    description: parts.join(' · '),
    icon: ready ? verdictIcons[row.verdict] : { id: 'cloud-download', color: null },
    tooltip: [
      `**${escapeMarkdown(entry.name)} ${escapeMarkdown(row.version)}** — ${verdictWords[row.verdict]}`,
      facts([
        ['Digest', row.digest === null ? null : `\`${row.digest.slice(0, 16)}\``],
        ['Date', row.date],
        ['Author', row.author],
        ['Commit', version.commit === null ? null : `\`${version.commit.slice(0, 10)}\``],
        ['Tags', version.tags.length === 0 ? null : version.tags.join(', ')],
        ['Size', row.size === null ? null : bytes(row.size)],
        [row.metric?.title ?? '', row.metric === null ? null : number(row.metric.value)],
        ['Review', row.review?.sentence ?? null],
        ['Live on', row.liveOn.length === 0 ? null : row.liveOn.join(', ')],
      ]),
      ...(state.kind === 'ready' ? [] : [escapeMarkdown(state.advice)]),
      ...(row.modified ? ['The file differs from the last commit.'] : []),
    ].join('\n\n'),
    contextValue: !ready ? 'pointer' : entry.saved === undefined ? 'version' : 'saved',
    spoken: `Version ${row.version}, ${verdictWords[row.verdict]}, ${parts.join(', ')}`,
  };
}

/** What is said of a model that is known by its answers alone. */
const savedWords = 'saved predictions';

const stateWords = {
  'lfs-pointer': 'Git LFS pointer',
  'dvc-pointer': 'DVC pointer',
  unreadable: 'unreadable',
} as const;

export function targetItem({ target, status, releases }: ListedTarget, now: Date): Item {
  const several = (status?.live.length ?? 0) > 1;
  const live =
    status?.live
      .map(
        ({ version, digest, weight }) =>
          `${version ?? shortDigest(digest)}${several ? ` ${Math.round(weight * 100)} %` : ''}`,
      )
      .join(', ') ?? '';
  const current = releases[0] ?? null;
  const standing = targetStanding(status);
  return {
    id: `target ${target.name}`,
    label: target.name,
    description: [target.kind, live, current === null ? '' : age(current.at, now)]
      .filter(part => part !== '')
      .join(' · '),
    icon: standing.icon,
    tooltip: [
      `**${escapeMarkdown(target.name)}** — ${standing.words}`,
      ...(status === null ? [] : [escapeMarkdown(status.sentence)]),
      ...[status?.drift, status?.interrupted, status?.overdue, status?.busy].flatMap(sentence =>
        sentence == null ? [] : [escapeMarkdown(sentence)],
      ),
      facts([
        ['Kind', target.kind],
        ['Model', target.model],
        ['Live', live === '' ? null : live],
        ['Canary', status?.rollout?.sentence ?? null],
        ['Cost', status?.cost ?? null],
      ]),
    ].join('\n\n'),
    contextValue: status?.rollout == null ? 'target' : 'target.canary',
    spoken: `Target ${target.name}, ${standing.words}${live === '' ? '' : `, ${live} is live`}`,
  };
}

function targetStanding(status: ListedTarget['status']): {
  readonly icon: Item['icon'];
  readonly words: string;
} {
  if (status === null) return { icon: { id: 'server-environment', color: null }, words: 'not asked' };
  if (status.drift !== null || status.interrupted !== null || status.overdue !== null) {
    return { icon: { id: 'warning', color: 'list.warningForeground' }, words: 'needs attention' };
  }
  if (status.rollout?.state === 'paused')
    return { icon: { id: 'debug-pause', color: 'list.warningForeground' }, words: 'canary paused' };
  if (status.live.length === 0)
    return { icon: { id: 'server-environment', color: null }, words: 'nothing is live' };
  return status.healthy
    ? { icon: { id: 'pass-filled', color: 'testing.iconPassed' }, words: 'healthy' }
    : { icon: { id: 'error', color: 'testing.iconFailed' }, words: 'not healthy' };
}

const releaseIcons: Readonly<Record<Release['state'], Item['icon']>> = {
  planned: { id: 'circle-outline', color: null },
  live: { id: 'rocket', color: null },
  failed: { id: 'error', color: 'testing.iconFailed' },
  undone: { id: 'discard', color: null },
  removed: { id: 'trash', color: null },
};

/** @param live whether this release is what the target serves now */
export function releaseItem(release: Release, live: boolean, now: Date): Item {
  const version = release.model.version ?? shortDigest(release.model.digest);
  const share = release.traffic.find(({ model }) => model.digest === release.model.digest)?.weight ?? 1;
  const role = share < 1 ? `canary at ${Math.round(share * 100)} %` : 'live';
  const state =
    release.state !== 'live' ? release.state : live ? (share < 1 ? role : 'live now') : `was ${role}`;
  return {
    id: `release ${release.target} ${release.release}`,
    label: `${release.release} ${version}`,
    description: [release.action === 'deploy' ? null : release.action, state, age(release.at, now)]
      .filter(part => part !== null)
      .join(' · '),
    icon: live ? { id: 'rocket', color: 'testing.iconPassed' } : releaseIcons[release.state],
    tooltip: [
      `**${escapeMarkdown(release.release)}** — ${state}`,
      facts([
        ['Model', `${release.model.name ?? release.model.path} ${version}`],
        ['Digest', `\`${release.model.digest.slice(0, 16)}\``],
        ['At', release.at],
        ['By', release.by],
        ['Verdict', release.verdict?.sentence ?? null],
        ['Review', release.review?.sentence ?? null],
        [
          'Override',
          release.override === null ? null : `${release.override.reason} (${release.override.by})`,
        ],
      ]),
    ].join('\n\n'),
    contextValue:
      !live && release.state === 'live' && release.traffic.length === 1 ? 'release.earlier' : 'release',
    spoken: `Release ${release.release}, ${version}, ${state}, ${age(release.at, now)}`,
  };
}

/** A two-column card; what is not known is left out. Values in backticks stay code. */
function facts(rows: readonly (readonly [string, string | null])[]): string {
  const lines = rows.flatMap(([name, value]) =>
    value === null
      ? []
      : [`| ${escapeMarkdown(name)} | ${value.startsWith('`') ? value : escapeMarkdown(value)} |`],
  );
  return lines.length === 0 ? '' : ['| | |', '|:--|:--|', ...lines].join('\n');
}
