import { expect, test } from 'vitest';
import type { ModelFacts, Task } from '../core/onnx/facts.ts';
import { readConfig } from './config/check.ts';
import { proposedConfig } from './proposal.ts';

function factsOf(task: Task, classes: readonly (string | number)[]): ModelFacts {
  return {
    digest: 'd'.repeat(64),
    size: 1,
    irVersion: 10,
    opsets: [],
    producer: '',
    domain: '',
    description: '',
    metadata: {},
    inputs: [],
    outputs: [],
    operators: [],
    nodes: 0,
    parameters: 0,
    trees: null,
    externalData: [],
    answer: { task, classes, scoreOutput: null, labelOutput: null, columns: null, probabilities: true },
    sentence: '',
  };
}

test('a proposal is a valid slipway.yaml, whatever is known', () => {
  const full = proposedConfig({
    name: 'risk',
    path: 'models/a: b.onnx',
    facts: factsOf('binary', ['no', 'yes']),
    label: 'default',
    holdout: 'data/h.csv',
  });
  const { settings, issues } = readConfig(full, { exists: () => true });
  expect(issues).toEqual([]);
  expect(settings.models?.['risk']).toMatchObject({
    path: 'models/a: b.onnx',
    task: 'binary',
    label: 'default',
    positive: 'yes',
    data: { holdout: 'data/h.csv' },
  });
  expect(settings.targets?.['local']).toMatchObject({ kind: 'local', model: 'risk' });
});

test.each(['unknown', 'regression', 'multiclass'] as const)(
  'what is not known of a %s model is a comment',
  task => {
    const text = proposedConfig({ name: 'm', path: 'm.onnx', facts: factsOf(task, []) });
    expect(readConfig(text, { exists: () => true }).issues).toEqual([]);
    expect(text).toMatch(/# label: target/);
    expect(text).not.toMatch(/positive/);
    // Taking the comment signs away gives a valid file, too.
    const filled = text.replaceAll(/^( *)# /gm, '$1').replaceAll('#   ', '  ');
    expect(readConfig(filled, { exists: () => true }).issues).toEqual([]);
  },
);
