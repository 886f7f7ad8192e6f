import { expect, it } from 'vitest';
import type { CrossValidation } from '../../protocol/results/crossValidation.ts';
import { foldDocument } from '../folds/document.ts';
import { crossValidationMarkdown } from './trials.ts';

const document = (kind: CrossValidation['kind']): CrossValidation =>
  foldDocument({
    kind,
    job: 'j',
    model: null,
    command: kind === 'fixed' ? null : ['python', 'train.py'],
    data: { digest: 'd', path: 'a|b.csv', role: 'data', rows: 60 },
    label: 'y',
    task: 'regression',
    positive: null,
    unit: 'km',
    plan: { scheme: 'shuffled', folds: 2, repeats: 1, groups: null, time: null, column: null, seed: 1 },
    folds: [0, 1].map(fold => ({
      repeat: 0,
      fold,
      train: 30,
      test: 30,
      model: null,
      metrics: { mean_absolute_error: 2 + fold, r2: 0.5 },
    })),
  });

it('a cross-validation as Markdown says what was trained, and what was not', () => {
  const retrained = crossValidationMarkdown(document('retrained'), 'Folds of line');
  expect(retrained).toContain('python train.py');
  expect(retrained).toContain('2.5 km');
  expect(retrained).toContain('Trained on');
  const fixed = crossValidationMarkdown(document('fixed'), 'Parts of line');
  expect(fixed).toContain('was not trained again');
  expect(fixed).not.toContain('Trained on');
  // A metric that is the same in each fold has an interval of no width.
  expect(fixed).toMatch(/\| 0\.5 \| 0\.5 to 0\.5 \|/);
});
