import { BadInput } from '../../core/failure.ts';
import { serving, type BatchSettings, type SampleSettings, type Serving } from '../../serve/serving.ts';
import type { Desired, Observed } from '../types.ts';

/** What serving.json says at each stage of a change, of targets whose server follows it. */
export interface ServingStates {
  /** What is new is loaded, without requests. */
  readonly dark: Serving;
  /** The shares that are wanted; what was live stays loaded. */
  readonly switched: Serving;
  /** Only what is wanted. */
  readonly final: Serving;
}

/** How a server answers, from the target's settings. */
export interface Answering {
  readonly batch?: BatchSettings | undefined;
  readonly samples?: SampleSettings | undefined;
}

/** @param explain of a digest, the file of rows that its explanations compare with; without it, none are given */
export function servingStates(
  desired: Desired,
  before: Serving | null,
  model: string,
  { batch, samples }: Answering,
  explain?: (digest: string) => string,
): ServingStates {
  const earlier = before?.versions ?? [];
  const wanted = wantedVersions(desired, explain);
  const isIn = (all: Serving['versions'], digest: string): boolean =>
    all.some(other => other.digest === digest);
  const fresh = wanted.filter(({ digest }) => !isIn(earlier, digest));
  const head = {
    schema: 'slipway/serving@1' as const,
    ...(batch === undefined ? {} : { batch }),
    ...(samples === undefined ? {} : { samples }),
    model,
  };
  return {
    dark: { ...head, versions: [...earlier, ...fresh.map(idle)] },
    switched: {
      ...head,
      versions: [...wanted, ...earlier.filter(({ digest }) => !isIn(wanted, digest)).map(idle)],
    },
    final: { ...head, versions: wanted },
  };
}

/** What serving.json says of all that is wanted; `explain` as of `servingStates`. */
export function wantedVersions(
  { live, shadow }: Pick<Desired, 'live' | 'shadow'>,
  explain?: (digest: string) => string,
): Serving['versions'] {
  const answering = live.map(({ model: { digest, version }, weight }) => ({
    digest,
    name: version,
    weight,
    ...(explain === undefined ? {} : { explain: explain(digest) }),
  }));
  if (shadow === undefined) return answering;
  const { digest, version } = shadow.model;
  return [...answering, { digest, name: version, weight: 0, shadow: shadow.share }];
}

/** Loaded, without requests or copies of them. */
export function idle({ digest, name, explain }: Serving['versions'][number]): Serving['versions'][number] {
  return { digest, name, weight: 0, ...(explain === undefined ? {} : { explain }) };
}

/** The shadow that a serving.json asks for. */
export function shadowOf(value: Serving | null): NonNullable<Observed['shadow']> | null {
  const found = value?.versions.find(({ shadow = 0 }) => shadow > 0);
  return found === undefined ? null : { digest: found.digest, share: found.shadow! };
}

/**
 * The one model that a target serves, by its name.
 * @param set the model of the target's settings
 * @throws BadInput `other-model` when it serves another one now
 */
export function servedModel(
  target: string,
  { live }: Desired,
  before: Serving | null,
  set: string | undefined,
): string {
  const model = live[0]?.model.name ?? set ?? 'model';
  if (before !== null && before.versions.length > 0 && before.model !== model)
    throw new BadInput(
      'other-model',
      `${target} serves ${before.model}. Remove it there first, or give ${model} a target of its own.`,
    );
  return model;
}

/** The shares that a serving.json asks for. */
export function sharesOf(value: Serving | null): Observed['live'] {
  const live = (value?.versions ?? []).filter(({ weight }) => weight > 0);
  const total = live.reduce((sum, { weight }) => sum + weight, 0);
  return live.map(({ digest, weight }) => ({ digest, weight: weight / total }));
}

export function sameShares(a: Observed['live'], b: Observed['live']): boolean {
  return (
    a.length === b.length &&
    a.every(({ digest, weight }) =>
      b.some(other => other.digest === digest && Math.abs(other.weight - weight) < 1e-9),
    )
  );
}

/** As the facts of an observation hold it. */
export function servingOf({ facts }: Observed): Serving | null {
  return typeof facts.serving === 'string' ? serving.parse(JSON.parse(facts.serving)) : null;
}

/** `1.0.0 at 90 %, 1.1.0 at 10 %; copies of 25 % to 2.0.0` */
export function sharesInWords({ versions }: Serving): string {
  const part = (share: number): string => `${Math.round(share * 1000) / 10} %`;
  const named = ({ digest, name }: Serving['versions'][number]): string => name ?? digest.slice(0, 12);
  const live = versions
    .filter(({ weight }) => weight > 0)
    .map(version => `${named(version)} at ${part(version.weight)}`);
  const copies = versions
    .filter(({ shadow = 0 }) => shadow > 0)
    .map(version => `; copies of ${part(version.shadow!)} to ${named(version)}`);
  return `${live.join(', ')}${copies.join('')}`;
}
