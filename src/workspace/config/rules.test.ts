import { expect, test } from 'vitest';
import { policiesIn, policyPlace, rulePlaces } from './rules.ts';

const text = `version: 1
policy:
  checks:
    latency-p99: { max: 50 }
models:
  a:
    path: a.onnx
    policy:
      metrics: { roc_auc: { min: 0.7 }, f1: { min: 0.5 } }
      margins:
        roc_auc: 0.01
      slices:
        young: { where: age < 25, min: 0.7 }
  b: { path: b.onnx }
`;

test('each rule with its model and its place', () => {
  expect(
    rulePlaces(text).map(({ model, section, name, line, column }) => [line, column, model, section, name]),
  ).toEqual([
    [3, 4, null, 'checks', 'latency-p99'],
    [8, 17, 'a', 'metrics', 'roc_auc'],
    [8, 40, 'a', 'metrics', 'f1'],
    [10, 8, 'a', 'margins', 'roc_auc'],
    [12, 8, 'a', 'slices', 'young'],
  ]);
});

test('what is malformed is passed over', () => {
  for (const broken of [
    '',
    'models: [',
    'policy: { metrics: 3 }',
    'models: { a: { policy: { checks: [x] } } }',
  ])
    expect(rulePlaces(broken)).toEqual([]);
});

test('where a policy begins', () => {
  expect(policyPlace(text, 'a')).toMatchObject({ line: 7, column: 4 });
  expect(policyPlace(text, 'b')).toMatchObject({ line: 1 });
  expect(policyPlace('models:\n  b: { path: b.onnx }\n', 'b')).toMatchObject({ line: 1, column: 2 });
});

test('the policy in force, from a text that is not saved', () => {
  const policies = policiesIn(text, { exists: () => true });
  expect(policies.get('a')).toMatchObject({
    metrics: { roc_auc: { min: 0.7 }, f1: { min: 0.5 } },
    checks: { 'latency-p99': { max: 50 } },
  });
  expect(policies.get('b')).toMatchObject({ metrics: {}, checks: { 'latency-p99': { max: 50 } } });
});
