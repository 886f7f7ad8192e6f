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
  [text, 'credit', /names no model `credit`/],
  ['models: [', 'credit-risk', /has mistakes/],
  [withSlice(text, 'credit-risk', 'young', 'age < 30'), 'credit-risk', /a slice `young` already/],
])('it is refused in a sentence', (config, model, sentence) => {
  expect(() => withSlice(config, model, 'young', 'age < 30')).toThrow(sentence);
});
