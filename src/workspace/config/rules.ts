import type { Policy } from '../../protocol/engine.ts';
import type { Place } from '../types.ts';
import { readConfig, type ConfigSurroundings } from './check.ts';
import { child, ConfigDocument } from './document.ts';
import { mergePolicies } from './policy.ts';

export type RuleSection = 'metrics' | 'checks' | 'margins' | 'slices';

/** A rule of a policy as it stands in the text. */
export interface RulePlace extends Place {
  /** The model whose policy it is in; null: the policy for all models. */
  readonly model: string | null;
  readonly section: RuleSection;
  /** Metric name, check id or the slice's own name. */
  readonly name: string;
}

const sections = ['metrics', 'checks', 'margins', 'slices'] as const;

/** Every rule of a slipway.yaml, in the order of the text; what is malformed is passed over. */
export function rulePlaces(text: string): readonly RulePlace[] {
  const document = new ConfigDocument(text);
  const root = document.value();
  const of = (model: string | null, path: readonly string[]): RulePlace[] =>
    sections.flatMap(section =>
      namesIn(root, [...path, section]).map(name => ({
        ...document.keyPlace([...path, section, name]),
        model,
        section,
        name,
      })),
    );
  return [
    ...of(null, ['policy']),
    ...namesIn(root, ['models']).flatMap(model => of(model, ['models', model, 'policy'])),
  ].sort((a, b) => a.line - b.line || a.column - b.column);
}

/** Where a model's policy begins in the text: its `policy` key, else that of all models, else its name. */
export function policyPlace(text: string, model: string): Place {
  const document = new ConfigDocument(text);
  const root = document.value();
  if (namesIn(root, ['models', model]).includes('policy'))
    return document.keyPlace(['models', model, 'policy']);
  return document.keyPlace(namesIn(root, []).includes('policy') ? ['policy'] : ['models', model]);
}

/** The policy in force for each model of a text, as far as it can be understood. */
export function policiesIn(text: string, surroundings: ConfigSurroundings): ReadonlyMap<string, Policy> {
  const { settings } = readConfig(text, surroundings);
  return new Map(
    Object.entries(settings.models ?? {}).map(([name, model]) => [
      name,
      mergePolicies(settings.policy, model.policy),
    ]),
  );
}

function namesIn(root: unknown, path: readonly string[]): readonly string[] {
  const value = path.reduce<unknown>((at, key) => child(at, key), root);
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : [];
}
