import { isOfRule } from '../../core/policy/readings.ts';
import type { RulePlace } from '../../workspace/config/rules.ts';

/** The rule that gave a check of a model: its own, else that for all models; undefined where a default did. */
export function ruleOf(places: readonly RulePlace[], model: string, id: string): RulePlace | undefined {
  const fits = ({ section, name }: RulePlace): boolean =>
    section !== 'margins' && isOfRule(id, section, name);
  return (
    places.find(place => place.model === model && fits(place)) ??
    places.find(place => place.model === null && fits(place))
  );
}
