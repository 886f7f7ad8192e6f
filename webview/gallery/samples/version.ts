import type { VersionPage } from '../../../src/protocol/pages.ts';
import { explanation, interactions, measured, valueExplanation } from './explanation.ts';
import { facts, partsFacts, valuesFacts } from './facts.ts';
import { reviewPage } from './review.ts';
import type { Sample } from './sample.ts';
import { done, notRun, versions } from './shared.ts';
import { regression, validation } from './validation.ts';

export function versionPage(more: Partial<VersionPage> = {}): VersionPage {
  return {
    page: 'version',
    trusted: true,
    model: 'credit-risk',
    version: versions[0]!,
    versions,
    path: 'models/credit-risk-2.0.0.onnx',
    commit: '3f9ac1d2b7e0',
    facts: facts(),
    saved: null,
    configured: true,
    data: {
      holdout: 'data/holdout.csv',
      reference: 'data/reference.csv',
      background: null,
      label: 'default',
    },
    targets: ['staging', 'edge-folder'],
    review: reviewPage(),
    validation: done(validation()),
    explanation: done(explanation(20, 300, true)),
    interactions: done(interactions(20)),
    importance: { permutation: done(measured('permutation', 20)), sage: done(measured('sage', 20)) },
    ...more,
  };
}

/** Of the version page. */
export const versionSamples: readonly Sample[] = [
  { name: 'overview', state: versionPage() },
  { name: 'validation', memory: { tab: 'validation' }, state: versionPage() },
  { name: 'validation-rows', memory: { tab: 'validation' }, press: ['0.54'], state: versionPage() },
  { name: 'explanation', memory: { tab: 'explanation' }, state: versionPage() },
  { name: 'review', memory: { tab: 'review' }, state: versionPage() },
  {
    name: 'saved',
    state: versionPage({
      path: 'data/log.csv',
      facts: null,
      saved: { prediction: 'answer', scores: ['p_bad'] },
    }),
  },
  {
    name: 'explanation-local',
    memory: { tab: 'explanation', where: 'age > 40', versus: 'age <= 40' },
    press: ['Find', 'Fit', 'Compare'],
    state: versionPage(),
  },
  {
    name: 'explanation-partial',
    memory: { tab: 'explanation', view: 'partial' },
    state: versionPage(),
  },
  {
    name: 'explanation-partial-mean',
    memory: { tab: 'explanation', view: 'partial', 'effects.rows': false },
    state: versionPage(),
  },
  {
    name: 'explanation-partial-words',
    memory: { tab: 'explanation', view: 'partial', feature: 'purpose' },
    state: versionPage(),
  },
  {
    name: 'explanation-local-effect',
    memory: { tab: 'explanation', view: 'accumulated' },
    state: versionPage(),
  },
  {
    name: 'explanation-pair',
    memory: { tab: 'explanation', view: 'pair' },
    state: versionPage(),
  },
  {
    name: 'explanation-interactions-300',
    memory: { tab: 'explanation', view: 'pair' },
    state: versionPage({
      facts: facts(300),
      explanation: done(explanation(300, 50, true)),
      interactions: done(interactions(300)),
    }),
  },
  {
    name: 'explanation-interactions-empty',
    memory: { tab: 'explanation', view: 'pair' },
    state: versionPage({ interactions: { state: 'empty', why: 'It was not run yet.' } }),
  },
  {
    name: 'explanation-interactions-asked',
    memory: { tab: 'explanation', view: 'pair' },
    press: ['Measure 10 pairs'],
    state: versionPage({ explanation: done(explanation(5, 80, false)) }),
  },
  {
    name: 'images',
    memory: { tab: 'explanation' },
    press: ['Explain'],
    state: versionPage({ model: 'digits', facts: partsFacts('image'), explanation: notRun }),
  },
  {
    name: 'images-empty',
    memory: { tab: 'explanation' },
    state: versionPage({
      model: 'digits',
      facts: partsFacts('image'),
      explanation: notRun,
      data: { holdout: null, reference: null, background: null, label: null },
    }),
  },
  {
    name: 'texts',
    memory: { tab: 'explanation', 'parts.mask': '103', 'parts.words': 'text' },
    press: ['Explain'],
    state: versionPage({ model: 'reviews', facts: partsFacts('tokens'), explanation: notRun }),
  },
  {
    name: 'explanation-sampled-category',
    memory: { tab: 'explanation', feature: 'purpose' },
    state: versionPage({
      explanation: done(explanation(5, 80, false), 'the reference data changed'),
      importance: {
        permutation: done(measured('permutation', 5), 'the holdout data changed'),
        sage: { state: 'failed', sentence: 'The engine was stopped.', previous: null },
      },
    }),
  },
  {
    name: 'explanation-values',
    memory: { tab: 'explanation', output: '1' },
    state: versionPage({
      model: 'yields',
      facts: valuesFacts(),
      explanation: done(valueExplanation()),
      interactions: notRun,
      importance: { permutation: notRun, sage: notRun },
    }),
  },
  {
    name: 'explanation-300',
    memory: { tab: 'explanation' },
    state: versionPage({
      facts: facts(300),
      explanation: done(explanation(300, 1000, false)),
      interactions: done(interactions(300)),
      importance: {
        permutation: done(measured('permutation', 300)),
        sage: {
          state: 'running',
          progress: { done: 340, total: 2000, what: 'rows measured' },
          previous: null,
        },
      },
    }),
  },
  {
    name: 'regression',
    memory: { tab: 'validation' },
    state: versionPage({ model: 'bike-demand', validation: done(regression()) }),
  },
  {
    name: 'running',
    memory: { tab: 'validation' },
    state: versionPage({
      validation: {
        state: 'running',
        progress: { done: 340, total: 1000, what: 'Bootstrap of 10 metrics' },
        previous: { result: validation(), storedAt: '2026-11-22T08:00:00Z', stale: null },
      },
    }),
  },
  {
    name: 'failed',
    memory: { tab: 'explanation' },
    state: versionPage({
      explanation: {
        state: 'failed',
        sentence:
          '`credit.csv` has no column `purpose`, which the model needs. Choose another file or map a column.',
        previous: null,
      },
    }),
  },
  {
    name: 'empty-untrusted',
    memory: { tab: 'validation' },
    state: versionPage({
      trusted: false,
      configured: false,
      validation: { state: 'empty', why: 'This version has not been validated.' },
    }),
  },
  {
    name: 'empty',
    memory: { tab: 'explanation' },
    state: versionPage({ explanation: { state: 'empty', why: 'This version has not been explained.' } }),
  },
  {
    name: 'broken-file',
    state: versionPage({
      facts: {
        failure:
          '`credit-risk-2.0.0.onnx` ends in the middle of the graph (1,024 of 1,240,000 bytes). Fetch it again.',
      },
      validation: { state: 'empty', why: 'Not validated.' },
      configured: false,
    }),
  },
];
