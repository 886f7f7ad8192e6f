import type { AbPlan } from '../../protocol/results/abPlan.ts';
import { number, percent } from '../words.ts';
import { BadInput } from '../failure.ts';
import { fixedControl, sequentialControl, wholeRows, type Outcome, type Plan } from './sampleSize.ts';

export interface PlannedOutcome {
  readonly metric: 'proportion' | 'mean';
  /** Share or mean today; null for a mean of which only the deviation is known. */
  readonly value: number | null;
  readonly deviation: number;
  /** Rows it was read from; null when it was given. */
  readonly n: number | null;
}

/** How many observations an experiment needs. @throws BadInput for an effect that cannot be */
export function planned(
  outcome: PlannedOutcome,
  effect: { readonly value: number; readonly relative: boolean },
  plan: Plan,
): AbPlan {
  const { metric, value } = outcome;
  if (effect.relative && (value === null || value === 0))
    throw new BadInput(
      'min-effect',
      'A smallest effect in per cent needs the value today, and it must not be 0: give `--baseline`.',
    );
  const absolute = effect.relative ? effect.value * value! : effect.value;
  if (absolute === 0)
    throw new BadInput('min-effect', 'No experiment finds an effect of 0: give a `--min-effect`.');
  const at = asked(outcome, absolute);
  const sizes = (control: number): AbPlan['fixed'] => {
    const whole = wholeRows(control, plan.share);
    return { ...whole, total: whole.control + whole.treatment };
  };
  const [fixed, always] = [
    sizes(fixedControl(at, absolute, plan)),
    sizes(sequentialControl(at, absolute, plan)),
  ];
  return {
    schema: 'slipway/ab-plan@1',
    metric,
    baseline: { value, deviation: outcome.deviation, n: outcome.n },
    minEffect: {
      absolute,
      relative: value === null || value === 0 ? null : absolute / value,
    },
    ...plan,
    fixed,
    always,
    sentence: `To find an effect of ${number(absolute)} with a power of ${percent(plan.power)}, judge once at ${number(fixed.control)} observations of the control and ${number(fixed.treatment)} of the treatment; looking as often as you like, stop by ${number(always.control)} and ${number(always.treatment)}.`,
  };
}

function asked({ metric, value, deviation }: PlannedOutcome, effect: number): Outcome {
  if (metric === 'mean') {
    if (!(deviation > 0))
      throw new BadInput('deviation', 'The outcome does not vary: there is nothing to plan with.');
    return { kind: 'mean', deviation };
  }
  const share = value ?? NaN;
  if (!(share > 0 && share < 1))
    throw new BadInput(
      'baseline',
      `A share today of ${share} cannot be planned with: it lies between 0 and 1.`,
    );
  if (!(share + effect > 0 && share + effect < 1))
    throw new BadInput(
      'min-effect',
      `From ${number(share)}, an effect of ${number(effect)} would leave 0 to 1. Give a smaller \`--min-effect\`.`,
    );
  return { kind: 'proportion', share };
}
