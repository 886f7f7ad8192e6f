"""The peer of catalogue.bench.ts: scikit-learn and SciPy give the same metrics, curves and drift of the same files.

catalogue_peer.py MODEL HOLDOUT REFERENCE RESAMPLES prints its processor seconds as JSON: `point` for reading, the
runtime's answers, metrics, curves and drift; `resample` for one resample of the metrics.
"""

import json
import sys
import time

import numpy as np
import onnxruntime
import pandas as pd
from scipy import stats
from sklearn import calibration, metrics


def measured(truth, score):
    label = score >= 0.5
    return [
        metrics.roc_auc_score(truth, score),
        metrics.average_precision_score(truth, score),
        metrics.log_loss(truth, score),
        metrics.brier_score_loss(truth, score),
        metrics.accuracy_score(truth, label),
        metrics.balanced_accuracy_score(truth, label),
        metrics.precision_score(truth, label, zero_division=0),
        metrics.recall_score(truth, label),
        metrics.recall_score(truth, label, pos_label=0),
        metrics.f1_score(truth, label),
        metrics.matthews_corrcoef(truth, label),
        metrics.cohen_kappa_score(truth, label),
    ]


def curves(truth, score):
    metrics.roc_curve(truth, score)
    metrics.precision_recall_curve(truth, score)
    metrics.confusion_matrix(truth, score >= 0.5)
    calibration.calibration_curve(truth, score, n_bins=10)


def psi(before, now):
    edges = np.quantile(before, np.linspace(0, 1, 11))[1:-1]
    shares = [np.bincount(np.searchsorted(edges, values), minlength=10) / len(values) for values in (before, now)]
    return np.sum((shares[1] - shares[0]) * np.log(shares[1] / shares[0]))


def drift(holdout, reference):
    for name in holdout.columns:
        stats.ks_2samp(reference[name], holdout[name], method='asymp')
        psi(reference[name], holdout[name])


def quality(holdout, reference):
    holdout.describe()
    holdout.isna().sum()
    holdout.nunique()
    holdout.duplicated().sum()
    holdout.corrwith(pd.Series(np.arange(len(holdout))), method='spearman')
    len(holdout.merge(reference.drop_duplicates(), how='inner'))


def main(model, holdout_file, reference_file, resamples):
    start = time.process_time()
    session = onnxruntime.InferenceSession(model, providers=['CPUExecutionProvider'])
    holdout, reference = pd.read_parquet(holdout_file), pd.read_parquet(reference_file)
    features = [name for name in holdout.columns if name.startswith('x')]

    def score(data):
        x = data[features].to_numpy(dtype=np.float32)
        return session.run(['probabilities'], {'x': x})[0][:, 1].astype(np.float64)

    truth, answers = holdout['y'].to_numpy(), score(holdout)
    before = score(reference)
    values = measured(truth, answers)
    measured(reference['y'].to_numpy(), before)
    curves(truth, answers)
    drift(holdout[features], reference[features])
    drift(pd.DataFrame({'answer': answers}), pd.DataFrame({'answer': before}))
    quality(holdout[features], reference[features])
    point = time.process_time() - start
    random = np.random.RandomState(1)
    start = time.process_time()
    for _ in range(resamples):
        rows = random.randint(0, len(truth), len(truth))
        measured(truth[rows], answers[rows])
    resample = (time.process_time() - start) / resamples
    print(json.dumps({'point': point, 'resample': resample, 'auc': values[0], 'log_loss': values[2]}))


if __name__ == '__main__':
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]))
