import type { ScoredTask } from './scored.ts';

export type MetricName = keyof typeof metricDefinitions;

export interface MetricDefinition {
  readonly title: string;
  readonly better: 'higher' | 'lower' | 'neither';
  /** Least and greatest value it can take; null: unbounded on that side. */
  readonly range: readonly [number | null, number | null];
  /** Relative to the unit of the label: 1 or 2 as in `unit` or `unit²`; 0 for a number without unit. */
  readonly unitPower: 0 | 1 | 2;
  readonly definition: string;
  /** Tasks whose overall value a policy may name. */
  readonly tasks: readonly ScoredTask[];
}

const unit = [0, 1] as const;
const signed = [-1, 1] as const;
const positive = [0, null] as const;
const unbounded = [null, null] as const;
const atMostOne = [null, 1] as const;

const higher = (
  title: string,
  range: MetricDefinition['range'],
  tasks: readonly ScoredTask[],
  definition: string,
): MetricDefinition => ({ title, better: 'higher', range, unitPower: 0, definition, tasks });

const lower = (
  title: string,
  range: MetricDefinition['range'],
  tasks: readonly ScoredTask[],
  definition: string,
  unitPower: 0 | 1 | 2 = 0,
): MetricDefinition => ({ title, better: 'lower', range, unitPower, definition, tasks });

const classes = ['binary', 'multiclass'] as const;

/** Every metric by its name, as in scikit-learn's functions and scorers. */
export const metricDefinitions = {
  roc_auc: higher(
    'ROC AUC',
    unit,
    ['binary'],
    'The chance that a positive row scores above a negative one; ties count half.',
  ),
  average_precision: higher(
    'Average precision',
    unit,
    ['binary'],
    'Precision averaged over the steps of recall, without interpolation.',
  ),
  accuracy: higher('Accuracy', unit, classes, 'Share of rows whose predicted class is the label.'),
  balanced_accuracy: higher(
    'Balanced accuracy',
    unit,
    classes,
    'Mean over the classes that occur of the share of their rows predicted right.',
  ),
  precision: higher(
    'Precision',
    unit,
    ['binary'],
    'Share of the rows predicted as the class that are of the class.',
  ),
  recall: higher('Recall', unit, ['binary'], 'Share of the rows of the class that are predicted as it.'),
  specificity: higher(
    'Specificity',
    unit,
    ['binary'],
    'Share of the negative rows that are predicted negative.',
  ),
  f1: higher('F1', unit, ['binary'], 'Harmonic mean of precision and recall.'),
  matthews_corrcoef: higher(
    'Matthews correlation',
    signed,
    classes,
    'Correlation of predicted and true classes: 1 perfect, 0 as by chance.',
  ),
  cohen_kappa: higher(
    "Cohen's kappa",
    signed,
    classes,
    'Agreement of predicted and true classes beyond what their frequencies give by chance.',
  ),
  log_loss: lower(
    'Log loss',
    positive,
    classes,
    'Mean of -ln of the probability given to the true class, clipped at 2.2e-16.',
  ),
  brier_score: lower(
    'Brier score',
    [0, 2],
    classes,
    'Mean squared difference of probability and outcome: of the positive class, or summed over all classes when there are more than two.',
  ),
  expected_calibration_error: lower(
    'Calibration error',
    unit,
    classes,
    'Mean |observed share - mean probability| over ten equal-width bins, weighted by rows; of the positive class, or of the most probable class when there are more than two.',
  ),
  precision_macro: higher('Precision (macro)', unit, ['multiclass'], 'Mean precision of the classes.'),
  recall_macro: higher('Recall (macro)', unit, ['multiclass'], 'Mean recall of the classes that occur.'),
  f1_macro: higher('F1 (macro)', unit, ['multiclass'], 'Mean F1 of the classes.'),
  f1_weighted: higher(
    'F1 (weighted)',
    unit,
    ['multiclass'],
    'F1 of the classes, weighted by how many rows each has.',
  ),
  precision_weighted: higher(
    'Precision (weighted)',
    unit,
    ['multiclass'],
    'Precision of the classes, weighted by how many rows each has.',
  ),
  recall_weighted: higher(
    'Recall (weighted)',
    unit,
    ['multiclass'],
    'Recall of the classes, weighted by how many rows each has.',
  ),
  precision_micro: higher(
    'Precision (micro)',
    unit,
    ['multiclass'],
    'Precision over the decisions of all classes together; with one class a row it is the accuracy.',
  ),
  recall_micro: higher(
    'Recall (micro)',
    unit,
    ['multiclass'],
    'Recall over the decisions of all classes together; with one class a row it is the accuracy.',
  ),
  f1_micro: higher(
    'F1 (micro)',
    unit,
    ['multiclass'],
    'F1 over the decisions of all classes together; with one class a row it is the accuracy.',
  ),
  roc_auc_ovr: higher(
    'ROC AUC (one against the rest)',
    unit,
    ['multiclass'],
    'Mean over the classes of the ROC AUC of its score against all other classes.',
  ),
  roc_auc_ovr_weighted: higher(
    'ROC AUC (one against the rest, weighted)',
    unit,
    ['multiclass'],
    'ROC AUC of each class against the rest, weighted by how many rows it has.',
  ),
  mean_absolute_error: lower(
    'Mean absolute error',
    positive,
    ['regression'],
    'Mean of |prediction - label|.',
    1,
  ),
  root_mean_squared_error: lower(
    'Root mean squared error',
    positive,
    ['regression'],
    'Root of the mean of (prediction - label)².',
    1,
  ),
  mean_squared_error: lower(
    'Mean squared error',
    positive,
    ['regression'],
    'Mean of (prediction - label)².',
    2,
  ),
  median_absolute_error: lower(
    'Median absolute error',
    positive,
    ['regression'],
    'Median of |prediction - label|.',
    1,
  ),
  pinball_loss_p10: lower(
    'Pinball loss at 10 %',
    positive,
    ['regression'],
    'Mean of 0.1 (label - prediction) where the label is above, else 0.9 (prediction - label): least for the 10 % quantile.',
    1,
  ),
  pinball_loss_p90: lower(
    'Pinball loss at 90 %',
    positive,
    ['regression'],
    'Mean of 0.9 (label - prediction) where the label is above, else 0.1 (prediction - label): least for the 90 % quantile.',
    1,
  ),
  max_error: lower(
    'Largest error',
    positive,
    ['regression'],
    'Largest |prediction - label|; no interval, the bootstrap does not hold for a maximum.',
    1,
  ),
  mean_absolute_percentage_error: lower(
    'Mean absolute percentage error',
    positive,
    ['regression'],
    'Mean of |prediction - label| / |label|; undefined when a label is 0.',
  ),
  r2: higher(
    'R²',
    atMostOne,
    ['regression'],
    '1 - squared error over the squared deviation of the labels from their mean.',
  ),
  explained_variance: higher(
    'Explained variance',
    atMostOne,
    ['regression'],
    '1 - variance of the error over the variance of the labels.',
  ),
  mean_error: {
    title: 'Mean error (bias)',
    better: 'neither',
    range: unbounded,
    unitPower: 1,
    definition: 'Mean of prediction - label: above 0 the model predicts too high.',
    tasks: ['regression'],
  },
} as const satisfies Record<string, MetricDefinition>;

export function isMetricName(name: string): name is MetricName {
  return Object.hasOwn(metricDefinitions, name);
}

export function definitionOf(name: MetricName): MetricDefinition {
  return metricDefinitions[name];
}
