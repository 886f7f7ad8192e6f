import { expect, test } from 'vitest';
import { targetKinds } from '../../deploy/targets/schemas.ts';
import { complete, hover } from './complete.ts';

/** Labels offered at `|`, and the text once the first one is taken. */
function at(marked: string, files: string[] = []): { labels: string[]; first: string } {
  const offset = marked.indexOf('|');
  const text = marked.replace('|', '');
  const found = complete(text, offset, { files });
  const [taken] = found;
  const first = taken === undefined ? '' : text.slice(0, taken.from) + taken.insert + text.slice(taken.to);
  return { labels: found.map(({ label }) => label), first };
}

test('keys of the file', () => {
  expect(at('|').labels).toEqual(['version', 'models', 'policy', 'review', 'targets']);
  expect(at('version: 1\n|').labels).toEqual(['models', 'policy', 'review', 'targets']);
  expect(at('version: 1\nmod|').first).toBe('version: 1\nmodels:');
});

test('keys of a model, but not those it has', () => {
  const { labels, first } = at('models:\n  a:\n    path: a.onnx\n    ta|\n    label: y\n');
  expect(labels).toContain('task');
  expect(labels).not.toContain('path');
  expect(labels).not.toContain('label');
  expect(first).toContain('    versions: \n    label');
});

test('the first key of a model', () => {
  expect(at('models:\n  a:\n    |\n').labels).toContain('path');
  expect(at('models:\n  a:\n    p|').labels).toContain('path');
});

test('a key that has its colon keeps it', () => {
  expect(at('models:\n  a:\n    |x: binary\n').first).toBe('models:\n  a:\n    path: binary\n');
});

test('allowed words', () => {
  const { labels, first } = at('models:\n  a:\n    task: bin|\n    label: y\n');
  expect(labels).toEqual(['binary', 'multiclass', 'regression']);
  expect(first).toBe('models:\n  a:\n    task: binary\n    label: y\n');
  expect(at('models:\n  a:\n    task: |\n    label: y\n').labels).toContain('regression');
});

test('targets by kind, in a flow map', () => {
  expect(at('targets:\n  s: { kind: | }\n').labels).toEqual(targetKinds);
  expect(at('targets:\n  s: { kind: local, | }\n').labels).toContain('port');
  expect(at('targets:\n  s: { kind: folder, p| }\n').labels).not.toContain('port');
  expect(at('targets:\n  s: { kind: local, po|').labels).toContain('port');
  expect(at('models: { m: {path: x} }\ntargets:\n  s: { kind: local, model: | }\n').labels).toEqual(['m']);
});

test('metric names of the task', () => {
  const { labels } = at('models:\n  a:\n    task: binary\n    policy:\n      metrics: { ro| }\n');
  expect(labels).toContain('roc_auc');
  expect(labels).not.toContain('r2');
});

test('files by role', () => {
  const files = ['models/a.onnx', 'data/h.csv', 'README.md'];
  expect(at('models:\n  a:\n    path: |\n', files).labels).toEqual(['models/a.onnx']);
  expect(at('models:\n  a:\n    data: { holdout: d| }\n', files).labels).toEqual(['data/h.csv']);
});

test('nothing in a comment', () => {
  expect(at('version: 1\n# mod|').labels).toEqual([]);
});

test('hover on a key and on a value', () => {
  const text = 'models:\n  a:\n    threshold: 0.5\n';
  const key = hover(text, text.indexOf('thresh') + 2);
  expect(key?.text).toMatch(/^\*\*threshold\*\* \(number from 0 to 1\)\n\nProbability of the positive class/);
  expect(text.slice(key!.from, key!.to)).toBe('threshold');
  expect(hover(text, text.indexOf('0.5'))?.text).toMatch(/Probability/);
  expect(hover(text, text.indexOf(': 0.5') + 1)).toBeNull();
});
