import type { VNode } from 'preact';
import type { CrossValidation } from '../../src/protocol/results/crossValidation.ts';
import type { FoldPlan } from '../../src/protocol/trials.ts';
import { Choice, Whole, Written } from '../components/choice.tsx';

type Way = 'shuffled' | 'groups' | 'time' | 'column';

const ways: readonly (readonly [Way, string])[] = [
  ['shuffled', 'shuffled, by label'],
  ['groups', 'groups kept whole'],
  ['time', 'in time'],
  ['column', 'by a column'],
];

/** What is chosen on the page: a plan whose column may still be missing. */
export interface ChosenPlan {
  readonly folds: number;
  readonly repeats: number;
  readonly way: Way;
  readonly by: string | null;
  readonly seed: number;
}

/** How the result was divided, or the plan that is usual. */
export function chosenOf(plan: CrossValidation['plan'] | null, repeats: number): ChosenPlan {
  if (plan === null) return { folds: 5, repeats, way: 'shuffled', by: null, seed: 1 };
  const { folds, groups, time, column, seed } = plan;
  const way = groups !== null ? 'groups' : time !== null ? 'time' : column !== null ? 'column' : 'shuffled';
  return { folds, repeats: plan.repeats, way, by: groups ?? time ?? column, seed };
}

/** null until a column is named where one is needed. Only shuffled folds are repeated. */
export function planOf({ folds, repeats, way, by, seed }: ChosenPlan): FoldPlan | null {
  if (way !== 'shuffled' && by === null) return null;
  const named = (own: Way): string | null => (way === own ? by : null);
  return {
    folds,
    repeats: way === 'shuffled' ? repeats : 1,
    groups: named('groups'),
    time: named('time'),
    column: named('column'),
    seed,
  };
}

/** Whether the plan is another one than a result's. A column of folds says how many there are. */
export function differs(chosen: ChosenPlan, plan: CrossValidation['plan']): boolean {
  const own = planOf(chosen);
  if (own === null) return true;
  return (Object.keys(own) as (keyof FoldPlan)[]).some(
    key => own[key] !== plan[key] && !(key === 'folds' && own.column !== null),
  );
}

/** How the rows are divided. */
export function PlanChoices({
  plan,
  onChange,
}: {
  readonly plan: ChosenPlan;
  readonly onChange: (part: Partial<ChosenPlan>) => void;
}): VNode {
  return (
    <>
      <Choice
        label="Folds are"
        value={plan.way}
        names={ways}
        onChange={way => onChange({ way: way as Way, by: null })}
      />
      {plan.way !== 'shuffled' && (
        <Written
          label="Column"
          hint="its name"
          title="The column of the data that divides the rows"
          value={plan.by}
          onChange={by => onChange({ by })}
        />
      )}
      {plan.way !== 'column' && (
        <Whole
          label="Folds"
          title="Parts that the rows are divided into"
          value={plan.folds}
          least={2}
          onChange={folds => onChange({ folds })}
        />
      )}
      {plan.way === 'shuffled' && (
        <Whole
          label="Repeats"
          title="How often the rows are divided anew"
          value={plan.repeats}
          least={1}
          onChange={repeats => onChange({ repeats })}
        />
      )}
      <Whole
        label="Seed"
        title="Of the shuffling"
        value={plan.seed}
        least={0}
        onChange={seed => onChange({ seed })}
      />
    </>
  );
}
