import { wilson } from '../stats/proportion.ts';
import type { Check, Outcome } from './check.ts';
import type { CheckFacts, RowCount, StressOutcome } from './facts.ts';
import { answerScale } from './scale.ts';
import { rowsEvidence, tableOf } from './evidence.ts';
import { counted, names, number, percent } from '../words.ts';

/** Group H: small changes of the input, and inputs that are not there. */

const base = { group: 'robustness', needs: ['model', 'data'], severity: 'warn', unit: null } as const;

interface Shaken {
  readonly rows: number;
  readonly flips: RowCount;
  readonly meanChange: number;
}

/** Share of labels that flip; for values the mean change in standard deviations. */
function shaken(facts: CheckFacts, found: Shaken | null, how: string, advice: string): Outcome {
  if (found === null) return { notRun: 'It was not measured in this run, or no input is a number.' };
  if (facts.scored?.kind === 'regression') {
    const { divisor, words } = answerScale(facts);
    const value = found.meanChange / divisor;
    return { value, finding: `${how} changes the answers by ${number(value)} ${words} on average.`, advice };
  }
  const value = found.rows === 0 ? 0 : found.flips.count / found.rows;
  return {
    value,
    interval: wilson(found.flips.count, found.rows),
    finding: `${how} flips the label of ${percent(value)} of ${counted(found.rows, 'row')}.`,
    advice,
    evidence: rowsEvidence(found.flips, facts.data),
  };
}

const noise: Check = {
  ...base,
  id: 'noise',
  title: 'Stability under noise',
  threshold: { op: '<=', value: 0.05, source: 'one label in twenty' },
  run: facts => {
    const found = facts.runtime?.noise ?? null;
    const scale = found === null ? 0 : found.scale;
    return shaken(
      facts,
      found,
      `Noise of ${percent(scale)} of a standard deviation on every number`,
      'Many rows lie close to a boundary: round inputs as in training, or smooth the model.',
    );
  },
};

const rounded: Check = {
  ...base,
  id: 'rounding',
  title: 'Stability under rounding',
  threshold: { op: '<=', value: 0.02, source: 'rounding should not decide' },
  run: facts => {
    const found = facts.runtime?.rounding ?? null;
    return shaken(
      facts,
      found,
      `Rounding every number to ${found?.digits ?? 0} significant digits`,
      'Send numbers with the precision they were trained with.',
    );
  },
};

/** Columns that make the model fail when they are not as usual. */
function stress(check: {
  readonly id: string;
  readonly title: string;
  readonly what: string;
  readonly advice: string;
  readonly of: (facts: CheckFacts) => readonly StressOutcome[] | null;
}): Check {
  return {
    ...base,
    id: check.id,
    title: check.title,
    unit: 'columns',
    threshold: { op: '<=', value: 0, source: 'a model should answer or the caller should know' },
    run: facts => {
      const outcomes = check.of(facts);
      if (outcomes === null) return { notRun: 'It was not measured in this run.' };
      if (outcomes.length === 0) return { notRun: 'No column is of that kind.' };
      const broken = outcomes.filter(({ outcome }) => outcome !== 'answers');
      return {
        value: broken.length,
        finding:
          broken.length === 0
            ? `The model answers whichever column ${check.what}.`
            : `The model does not answer when ${broken.length > 1 ? 'any of ' : ''}${names(broken.map(({ column }) => column))} ${check.what}.`,
        advice: check.advice,
        evidence: tableOf(
          ['column', 'outcome', 'mean change', 'message'],
          outcomes.map(one => [one.column, one.outcome, one.meanChange, one.message]),
        ),
      };
    },
  };
}

const missingStress = stress({
  id: 'missing-stress',
  title: 'Missing-value stress',
  what: 'is missing',
  advice: 'Put an imputer into the exported pipeline, or refuse such rows before the model.',
  of: ({ runtime }) => runtime?.missingStress ?? null,
});

const unseenStress = stress({
  id: 'unseen-stress',
  title: 'New-word stress',
  what: 'holds a word it never saw',
  advice: 'Let the encoder ignore unknown categories, or refuse such rows before the model.',
  of: ({ runtime }) => runtime?.unseenStress ?? null,
});

const monotonicity: Check = {
  ...base,
  id: 'monotonicity',
  title: 'Monotonic direction',
  threshold: { op: '<=', value: 0, source: 'the policy states the direction' },
  run: facts => {
    const outcomes = facts.runtime?.monotonic ?? null;
    if (facts.policy.monotonic === undefined)
      return { notRun: 'The policy states no direction (`monotonic`).' };
    if (outcomes === null || outcomes.length === 0)
      return { notRun: 'It was not measured in this run, or no such input is a number.' };
    const { divisor, words } = answerScale(facts);
    const share = ({ violations, rows }: (typeof outcomes)[number]): number =>
      rows === 0 ? 0 : violations.count / rows;
    const worst = outcomes.reduce((most, one) => (share(one) > share(most) ? one : most));
    const way = worst.direction === 'increasing' ? 'falls' : 'rises';
    return {
      value: share(worst),
      finding:
        worst.violations.count === 0
          ? `The answer follows ${names(outcomes.map(({ column }) => column))} in the stated direction in every row.`
          : `The answer ${way} somewhere as \`${worst.column}\` grows in ${percent(share(worst))} of ${counted(worst.rows, 'row')}, by up to ${number(worst.largest / divisor)} ${words}.`,
      advice: 'Train with monotone constraints on this column.',
      evidence: rowsEvidence(worst.violations, facts.data),
    };
  },
};

export const robustnessChecks: readonly Check[] = [noise, rounded, missingStress, unseenStress, monotonicity];
