import * as z from 'zod';
import { ab } from '../../src/protocol/results/ab.ts';
import { abPlan } from '../../src/protocol/results/abPlan.ts';
import { comparison } from '../../src/protocol/results/comparison.ts';
import { counterfactuals } from '../../src/protocol/results/counterfactuals.ts';
import { effects } from '../../src/protocol/results/effects.ts';
import { explanationComparison } from '../../src/protocol/results/explanationComparison.ts';
import { prototypes } from '../../src/protocol/results/prototypes.ts';
import { surrogate } from '../../src/protocol/results/surrogate.ts';
import { heatmap } from '../../src/protocol/results/heatmap.ts';
import { tokens } from '../../src/protocol/results/tokens.ts';
import { drift } from '../../src/protocol/results/drift.ts';
import { crossValidation } from '../../src/protocol/results/crossValidation.ts';
import { data } from '../../src/protocol/results/data.ts';
import { explanation } from '../../src/protocol/results/explanation.ts';
import { importance } from '../../src/protocol/results/importance.ts';
import { policyPreview } from '../../src/protocol/results/policyPreview.ts';
import { ranking } from '../../src/protocol/results/ranking.ts';
import { release } from '../../src/protocol/results/release.ts';
import { rollout } from '../../src/protocol/results/rollout.ts';
import { doctor } from '../../src/protocol/results/doctor.ts';
import { status } from '../../src/protocol/results/status.ts';
import { report } from '../../src/protocol/results/report.ts';
import { review } from '../../src/protocol/results/review.ts';
import { whatIf } from '../../src/protocol/results/whatIf.ts';
import { validation } from '../../src/protocol/results/validation.ts';
import { versionTable } from '../../src/protocol/results/versionTable.ts';
import type { JsonSchema } from '../../src/workspace/config/schema.ts';
import { cell, generated, valueWords } from './config.ts';

export interface ResultSchema {
  /** As in `slipway/validation@1`, with `-` for what a file name can't hold. */
  readonly name: string;
  readonly schema: JsonSchema;
}

const purposes: Readonly<Record<string, string>> = {
  validation: 'What `slipway validate` found: the verdict, the checks and the metrics it rests on.',
  explanation: 'What `slipway explain` found: which columns move the answers, over all rows and row by row.',
  counterfactuals:
    'What `slipway explain --method counterfactual` found: what would have to change in a row for another answer.',
  effects:
    'What `slipway explain --method pdp|ale` found: how single columns, or two together, move the answer.',
  importance:
    'What `slipway explain --method permutation|sage` found: which columns the metric or the loss rests on.',
  prototypes:
    'What `slipway explain --method prototypes` found: the reference rows most like a row, by values and by reasons.',
  surrogate:
    'What `slipway explain --method surrogate` found: a small tree that answers nearly as the model does, and how nearly.',
  'explanation-comparison':
    'What `slipway compare --explanations` and `slipway explain --where A --versus B` found: what two versions, or one version on two cohorts, rest on.',
  heatmap:
    'What `slipway explain --method occlusion`, `rise` and `gradient-map` found: which pixels of images matter.',
  tokens: 'What `slipway explain --method tokens` found: which tokens of texts matter.',
  comparison: 'What `slipway compare` found: B against A on the same rows.',
  'version-table': 'What `slipway compare A B C` found: each version against the first on the same rows.',
  'policy-preview': 'What `slipway policy preview` found: stored validations judged by a changed policy.',
  review:
    'Where a version stands with its reviewers, from `slipway review` and `slipway verify`: each signed record (an in-toto statement) with five facts about it. The facts depend on the time they are asked at.',
  data: 'What `slipway data` found: each column of a data set, its outliers and relations, the label, and how it stands beside a reference.',
  'cross-validation':
    'What `slipway cross-validate` found: a model trained for each fold, or one model on disjoint parts of the data.',
  ranking:
    'What `slipway rank` found: candidates on the same rows, best first, corrected for how many were tried.',
  ab: 'What `slipway ab` found: two arms of an experiment, judged once and at every look, and one decision.',
  'ab-plan': 'What `slipway ab --plan` works out: how many observations an experiment needs.',
  drift: 'What `slipway drift` found: how far one data set has moved from another.',
  'what-if':
    'What `slipway explain --set column=value` found: the answer to a row and its reasons, before and after.',
  report: 'What `slipway report --format json` writes: the documents of one version in one file.',
  release: 'What `slipway deploy`, `slipway promote` and `slipway rollback` did, or would do.',
  rollout:
    'Where a canary stands, from `slipway deploy --canary` and `slipway watch`: its share, and how it was judged beside the stable version.',
  doctor:
    'What `slipway doctor` found on each target: whether a deployment would be refused, and what to do about it.',
  status: 'What `slipway status` found on each target, what it may cost, and how it differs from the record.',
};

export function resultSchemas(): ResultSchema[] {
  const documents = {
    validation,
    explanation,
    effects,
    importance,
    counterfactuals,
    heatmap,
    tokens,
    prototypes,
    surrogate,
    'explanation-comparison': explanationComparison,
    comparison,
    'version-table': versionTable,
    data,
    'cross-validation': crossValidation,
    ranking,
    drift,
    'what-if': whatIf,
    ab,
    'ab-plan': abPlan,
    'policy-preview': policyPreview,
    review,
    report,
    release,
    rollout,
    doctor,
    status,
  };
  return Object.entries(documents).map(([name, schema]) => ({
    name: `${name}-1`,
    schema: z.toJSONSchema(schema) as JsonSchema,
  }));
}

/** docs/reference/results.md: the top keys of each document, with its JSON Schema beside. */
export function resultsPage(schemas: readonly ResultSchema[]): string {
  return [
    '# Results',
    '',
    generated('src/protocol/results/'),
    '',
    'Each document is the same in the editor, from the command line with `--json`, and in `.slipway/results/`. Nothing in it depends on the clock or the machine, except what says that it is measured and the time of a release.',
    '',
    ...schemas.flatMap(({ name, schema }) => {
      const kind = name.replace(/-\d+$/, '');
      return [
        `## slipway/${kind}@1`,
        '',
        `${purposes[kind] ?? ''} JSON Schema: [${name}.json](schemas/${name}.json).`,
        '',
        '| key | value | meaning |',
        '| --- | --- | --- |',
        ...Object.entries(schema.properties ?? {}).map(
          ([key, value]) => `| \`${key}\` | ${cell(valueWords(value))} | ${cell(value.description ?? '')} |`,
        ),
        '',
      ];
    }),
  ].join('\n');
}
