import type { Policy, Rule } from '../../protocol/engine.ts';
import { BadInput } from '../failure.ts';
import { isMetricName } from '../metrics/definitions.ts';

const limits = ['min', 'max'] as const;

/**
 * A policy with one part of one rule set: `roc_auc.min=0.8`, `latency-p99.severity=warn`, `calibration.off=true`.
 * @throws BadInput `bad-rule` when the words are no such assignment
 */
export function assignRule(policy: Policy, words: string): Policy {
  const match = /^(?<name>[^.=]+)\.(?<part>min|max|severity|off)=(?<value>.+)$/.exec(words);
  const { name = '', part = '', value = '' } = match?.groups ?? {};
  const set = match === null ? null : partOf(part, value);
  if (set === null)
    throw new BadInput(
      'bad-rule',
      `\`${words}\` sets no rule. Write it as \`roc_auc.min=0.8\`, \`latency-p99.severity=warn\` or \`calibration.off=true\`.`,
    );
  const section = isMetricName(name) ? 'metrics' : 'checks';
  return { ...policy, [section]: { ...policy[section], [name]: { ...policy[section][name], ...set } } };
}

function partOf(part: string, value: string): Rule | null {
  if (part === 'severity') return value === 'fail' || value === 'warn' ? { severity: value } : null;
  if (part === 'off') return value === 'true' || value === 'false' ? { off: value === 'true' } : null;
  const key = limits.find(limit => limit === part);
  return key === undefined || value.trim() === '' || !Number.isFinite(Number(value))
    ? null
    : { [key]: Number(value) };
}
