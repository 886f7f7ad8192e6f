import { stringify } from 'yaml';
import type { ModelFacts } from '../core/onnx/facts.ts';

export interface ConfigProposal {
  readonly name: string;
  /** Relative to the root. */
  readonly path: string;
  readonly facts: ModelFacts;
  readonly label?: string | null;
  readonly positive?: string | null;
  readonly holdout?: string | null;
  readonly reference?: string | null;
}

/** The text of a slipway.yaml for a model that has none: what is known, and what to fill in as comments. */
export function proposedConfig(proposal: ConfigProposal): string {
  const { answer } = proposal.facts;
  const task = answer.task === 'unknown' ? null : answer.task;
  const positive = proposal.positive ?? (task === 'binary' ? answer.classes.at(-1) : undefined);
  const data = [
    given('holdout', proposal.holdout, 'data/holdout.csv', 'labelled rows the model has not seen'),
    given('reference', proposal.reference, 'data/train.csv', 'what it was trained on'),
  ];
  const allGuesses = data.every(line => line.startsWith('#'));
  const lines = [
    `path: ${scalar(proposal.path)}`,
    given('task', task, 'binary', 'binary, multiclass or regression'),
    given('label', proposal.label, 'target', 'the column with the true answer'),
    ...(task === 'binary' ? [given('positive', positive, '1', 'the positive class')] : []),
    ...(allGuesses
      ? ['# data:', ...data.map(line => line.replace('# ', '#   '))]
      : ['data:', ...data.map(line => `  ${line}`)]),
    '# policy:',
    `#   metrics: { ${task === 'regression' ? 'r2: { min: 0.5 }' : 'accuracy: { min: 0.8 }'} }`,
  ];
  return [
    'version: 1',
    'models:',
    `  ${scalar(proposal.name)}:`,
    ...lines.map(line => `    ${line}`),
    'targets:',
    `  local: { kind: local, port: 8700, model: ${scalar(proposal.name)} }`,
    '',
  ].join('\n');
}

function given(
  key: string,
  value: string | number | null | undefined,
  example: string,
  meaning: string,
): string {
  return value === null || value === undefined
    ? `# ${key}: ${example} # ${meaning}`
    : `${key}: ${scalar(value)}`;
}

function scalar(value: string | number): string {
  return stringify(value).trim();
}
