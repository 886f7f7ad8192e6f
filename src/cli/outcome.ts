import type { Verdict } from '../protocol/results/shared.ts';
import type { Session } from './session.ts';

/** What a command comes to: one JSON document, the same for people, and whether it passed. */
export interface Outcome {
  readonly document: unknown;
  readonly text: string;
  readonly passed: boolean;
  /** What goes on after the outcome is printed: a server that runs until it is stopped. */
  readonly until?: Promise<void>;
}

/** What a command does with the services of the folder. */
export type Action = (session: Session) => Promise<Outcome>;

/** Runs an action: opens the folder, prints the outcome, sets the exit code. */
export type Run = (action: Action) => Promise<void>;

export const exitCodes = {
  passed: 0,
  failed: 1,
  badInput: 2,
  internal: 3,
} as const;

export function passed(verdict: Verdict | null): boolean {
  return verdict?.status !== 'fail';
}
