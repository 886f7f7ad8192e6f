import type { Interval } from '../../protocol/results/shared.ts';
import type { CheckGroup, CheckNeed, Evidence } from '../../protocol/results/validation.ts';
import type { CheckFacts } from './facts.ts';

/** The usual limit of a check and where it is from. */
export interface DefaultThreshold {
  readonly op: '>=' | '<=';
  readonly value: number;
  /** Whose default this is, or why. */
  readonly source: string;
}

/** What a check found. The runner compares the value (and its interval) with the threshold. */
export interface Finding {
  readonly value: number | string | null;
  readonly interval?: Interval | null;
  /** One sentence: what was found. */
  readonly finding: string;
  /** One sentence: what to do; shown unless the check passes. */
  readonly advice?: string | null;
  readonly evidence?: Evidence | null;
  /** The check's own judgement, instead of the comparison with a threshold. */
  readonly broken?: boolean;
}

/** The check could not run: one sentence says why. */
export interface NotRun {
  readonly notRun: string;
}

export type Outcome = Finding | NotRun;

export interface Check {
  /** kebab-case, stable: the policy names it. */
  readonly id: string;
  readonly title: string;
  readonly group: CheckGroup;
  readonly needs: readonly CheckNeed[];
  /** What a broken threshold means unless the policy says otherwise. */
  readonly severity: 'fail' | 'warn';
  readonly unit: string | null;
  /** True when the value is a time or memory on this machine. */
  readonly measured?: boolean;
  /** null: the check judges by itself. */
  readonly threshold: DefaultThreshold | null;
  /** @param limit the threshold in force */
  run(facts: CheckFacts, limit: number): Outcome;
}
