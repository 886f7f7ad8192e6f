import type { Policy, Rule } from '../../protocol/engine.ts';
import type { ReviewRule } from '../../protocol/results/review.ts';
import type { PolicySettings } from './schema.ts';

/** The policy for all models with a model's own over it: rule by rule, its groups in place of the others. */
export function mergePolicies(all: PolicySettings | undefined, own: PolicySettings | undefined): Policy {
  const contract = own?.contract ?? all?.contract;
  const costs = own?.costs ?? all?.costs;
  const intervals = own?.intervals ?? all?.intervals;
  const monotonic = { ...all?.monotonic, ...own?.monotonic };
  const slices = { ...all?.slices, ...own?.slices };
  return {
    metrics: rules({ ...all?.metrics, ...own?.metrics }),
    checks: rules({ ...all?.checks, ...own?.checks }),
    margins: { ...all?.margins, ...own?.margins },
    groups: own?.groups ?? all?.groups ?? [],
    ...(Object.keys(slices).length === 0
      ? {}
      : { slices: Object.fromEntries(Object.entries(slices).map(([name, slice]) => [name, given(slice)])) }),
    ...(contract === undefined ? {} : { contract }),
    ...(costs === undefined ? {} : { costs }),
    ...(intervals === undefined ? {} : { intervals: given(intervals) }),
    ...(Object.keys(monotonic).length === 0 ? {} : { monotonic }),
  };
}

/** zod says `undefined` for a limit that isn't given; a rule leaves it out. */
function rules(settings: NonNullable<PolicySettings['metrics']>): Record<string, Rule> {
  return Object.fromEntries(Object.entries(settings).map(([name, rule]) => [name, given(rule)]));
}

type Present<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** Without the keys that have no value. */
function given<T extends object>(settings: T): Present<T> {
  return Object.fromEntries(
    Object.entries(settings).filter(([, value]) => value !== undefined),
  ) as Present<T>;
}

/** The review rule for all models with a model's own over it, key by key; null when neither asks for one. */
export function mergeReviewRules(
  all: PolicySettings | undefined,
  own: PolicySettings | undefined,
): ReviewRule | null {
  if (all?.review === undefined && own?.review === undefined) return null;
  return {
    approvals: own?.review?.approvals ?? all?.review?.approvals ?? 1,
    roles: own?.review?.roles ?? all?.review?.roles ?? [],
    independent: own?.review?.independent ?? all?.review?.independent ?? true,
    maxAge: own?.review?.maxAge ?? all?.review?.maxAge ?? null,
    unsigned: own?.review?.unsigned ?? all?.review?.unsigned ?? false,
  };
}
