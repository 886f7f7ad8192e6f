import { expect, test } from 'vitest';
import { withSlice } from './addSlice.ts';

const text = `version: 1
# What we serve.
models:
  credit-risk:
    path: models/*.onnx # every version
    data: { holdout: h.csv }
`;

test('a slice comes into the policy of the model, and all else stays', () => {
  const once = withSlice(text, 'credit-risk', 'young', "age < 30 and purpose = 'car'");
  expect(once).toBe(`${text}    policy:
      slices:
        young:
          where: age < 30 and purpose = 'car'
`);
  expect(withSlice(once, 'credit-risk', 'old', 'age > 60')).toBe(
    `${once}        old:\n          where: age > 60\n`,
  );
});

test.each([
  // Lists without padding, comments and what comes after stay.
  [
    'models:\n  m:\n    policy:\n      groups: [a, b]  # both\n      slices:\n        old: { where: age > 60 } # kept\n\ntargets: {}\n',
    'models:\n  m:\n    policy:\n      groups: [a, b]  # both\n      slices:\n        old: { where: age > 60 } # kept\n        young:\n          where: age < 30\n\ntargets: {}\n',
  ],
  [
    'models: { m: { path: m.onnx, policy: {} }, n: { path: n.onnx } }\n',
    'models: { m: { path: m.onnx, policy: { slices: { young: { where: age < 30 } } } }, n: { path: n.onnx } }\n',
  ],
  [
    'models:\n  m:\n    path: m.onnx',
    'models:\n  m:\n    path: m.onnx\n    policy:\n      slices:\n        young:\n          where: age < 30',
  ],
  [
    'models:\n  m:\n    path: m.onnx\n    policy:\n',
    'models:\n  m:\n    path: m.onnx\n    policy:\n      slices:\n        young:\n          where: age < 30\n',
  ],
])('the other lines stay as they are written: %j', (before, after) => {
  expect(withSlice(before, 'm', 'young', 'age < 30')).toBe(after);
});

test.each([
  [text, 'credit', /names no model `credit`/],
  ['models: [', 'credit-risk', /has mistakes/],
  ['models: { credit-risk: { policy: 3 } }', 'credit-risk', /has mistakes/],
  [withSlice(text, 'credit-risk', 'young', 'age < 30'), 'credit-risk', /a slice `young` already/],
])('it is refused in a sentence', (config, model, sentence) => {
  expect(() => withSlice(config, model, 'young', 'age < 30')).toThrow(sentence);
});
