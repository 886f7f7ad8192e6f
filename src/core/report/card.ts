import { stringify } from 'yaml';
import { asGiven, number } from '../words.ts';
import { checksInOrder, titleOf, type ReportInput } from './input.ts';
import { metricsTable, safe, table } from './markdown.ts';

const pipelines = {
  binary: 'tabular-classification',
  multiclass: 'tabular-classification',
  regression: 'tabular-regression',
  unknown: null,
} as const;

/** Names of metrics as the hub's `evaluate` library knows them, where they differ from scikit-learn's. */
const hubNames: Readonly<Record<string, string>> = {
  mean_absolute_error: 'mae',
  root_mean_squared_error: 'rmse',
  mean_squared_error: 'mse',
  matthews_corrcoef: 'matthews_correlation',
};

/** A model card as the Hugging Face hub reads it: front matter with `model-index`, then what people read. */
export function modelCard(input: ReportInput): string {
  const { validation, explanation, review } = input;
  const { task, model, data, metrics } = validation;
  const holdout = data.find(({ role }) => role === 'holdout') ?? data[0];
  const pipeline = pipelines[task];
  const known = metrics.filter(metric => metric.class === null && metric.value !== null);
  const front = {
    library_name: 'onnx',
    ...(pipeline === null ? {} : { pipeline_tag: pipeline }),
    tags: ['onnx', ...(pipeline === null ? [] : ['tabular'])],
    ...(pipeline === null || holdout === undefined || known.length === 0
      ? {}
      : {
          'model-index': [
            {
              name: titleOf(input),
              results: [
                {
                  task: { type: pipeline },
                  dataset: {
                    name: holdout.path,
                    type: holdout.path,
                    split: 'test',
                    revision: holdout.digest,
                  },
                  metrics: known.map(({ name, title, value }) => ({
                    type: hubNames[name] ?? name,
                    name: title,
                    value,
                  })),
                },
              ],
            },
          ],
        }),
  };
  const limits = checksInOrder(validation).filter(({ status }) => status !== 'pass' && status !== 'not-run');
  const notRun = validation.checks.filter(({ status }) => status === 'not-run');
  const body = [
    `# ${safe(titleOf(input))}`,
    safe(validation.verdict.sentence),
    '## Model details',
    table(
      ['', ''],
      [
        ...(model === null
          ? []
          : [
              ['File', `\`${model.path}\`, ${number(model.size)} bytes`],
              ['SHA-256', `\`${model.digest}\``],
            ]),
        ['Task', task],
        ...(validation.label === null ? [] : [['Label', safe(validation.label)]]),
        ...(validation.threshold === null ? [] : [['Decision threshold', asGiven(validation.threshold)]]),
      ],
    ),
    '## Evaluation',
    table(
      ['Data', 'Role', 'Rows', 'SHA-256'],
      data.map(({ path, role, rows, digest }) => [
        `\`${path}\``,
        role,
        number(rows),
        `\`${digest.slice(0, 16)}\``,
      ]),
    ),
    metricsTable(input),
    explanation === null ? null : `## What moves its answers\n\n${safe(explanation.sentence)}`,
    explanation === null
      ? null
      : table(
          ['Feature', `Mean absolute attribution on ${safe(explanation.output.title)}`],
          explanation.global.slice(0, 20).map(({ feature, value }) => [safe(feature), number(value)]),
        ),
    '## Limitations',
    limits.length === 0
      ? 'No check found one.'
      : limits.map(({ title, finding }) => `- **${safe(title)}.** ${safe(finding)}`).join('\n'),
    notRun.length === 0 ? null : `Not checked: ${notRun.map(({ title }) => safe(title)).join(', ')}.`,
    review === null ? null : `## Review\n\n${safe(review.standing.sentence)}`,
    `Made by ${validation.engine}, seed ${validation.seed}.`,
  ];
  return `---\n${stringify(front)}---\n\n${body.filter(part => part !== null).join('\n\n')}\n`;
}
