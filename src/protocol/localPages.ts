import type { Cell } from '../core/data/table.ts';
import type { AttributedRows } from './attribute.ts';
import type { ExplainJob } from './engine.ts';
import type { RowSource, WantedAnswer } from './local.ts';
import type { Counterfactuals } from './results/counterfactuals.ts';
import type { Explanation } from './results/explanation.ts';
import type { ExplanationComparison } from './results/explanationComparison.ts';
import type { Prototypes } from './results/prototypes.ts';
import type { Surrogate } from './results/surrogate.ts';

/** Which number of the model a question is about: as in the explanation that is shown. */
interface OfOutput {
  readonly output: string | number | null;
}

/** What a page may ask about rows and cohorts: answered, not kept in the state. */
export interface LocalPageRequests {
  /** The prediction and its reasons for these values (what-if). */
  attribute: [
    OfOutput & {
      readonly space: 'probability' | 'raw' | 'value';
      readonly values: Readonly<Record<string, Cell>>;
    },
    AttributedRows,
  ];
  counterfactuals: [
    OfOutput & { readonly row: RowSource; readonly wanted: WantedAnswer; readonly frozen: readonly string[] },
    Counterfactuals,
  ];
  prototypes: [OfOutput & { readonly row: RowSource }, Prototypes];
  surrogate: [OfOutput & { readonly where: string | null; readonly depth: number }, Surrogate];
  /** A version page: two cohorts of its version. A compare page: its two versions. */
  compareExplanations: [
    OfOutput & { readonly where: string | null; readonly versus: string | null },
    ExplanationComparison,
  ];
  /** A compare page: one row of the holdout explained by both of its versions. */
  reasonsOfRow: [{ readonly row: number }, { readonly a: Explanation; readonly b: Explanation }];
  /** A version page: any row of the holdout, not only those that its explanation has. */
  explainRow: [
    OfOutput & {
      readonly row: number;
      readonly method: ExplainJob['method'];
      readonly space: 'probability' | 'raw' | 'value';
    },
    Explanation,
  ];
}
