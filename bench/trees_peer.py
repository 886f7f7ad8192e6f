"""The peer of trees.bench.ts: trains a model, exports it, and times shap's C kernel on one thread.

trees_peer.py FOLDER TREES DEPTH writes model.onnx, rows.bin (float32, row-major) and prints its times as JSON.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import shap
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType
from sklearn.ensemble import GradientBoostingRegressor

COLUMNS = ['hour', 'month', 'weekday', 'temperature', 'feels_like', 'humidity', 'wind_speed', 'holiday', 'working_day']


def cpu(work):
    start = time.process_time()
    result = work()
    return time.process_time() - start, np.asarray(result)


def main(folder, trees, depth):
    root = Path(__file__).resolve().parents[1]
    data = pd.read_csv(root / 'examples' / 'bike-demand' / 'data' / 'reference.csv')
    x = data[COLUMNS].to_numpy(dtype=np.float32).astype(np.float64)
    model = GradientBoostingRegressor(n_estimators=trees, max_depth=depth, subsample=0.5, random_state=1)
    model.fit(x, data['bikers'])
    made = to_onnx(model, initial_types=[('X', FloatTensorType([None, x.shape[1]]))], target_opset={'': 17, 'ai.onnx.ml': 3})
    (folder / 'model.onnx').write_bytes(made.SerializeToString())
    order = np.random.RandomState(2).permutation(len(x))
    rows = x[order[:2000]]
    rows.astype(np.float32).tofile(folder / 'rows.bin')

    path = shap.TreeExplainer(model, feature_perturbation='tree_path_dependent')
    times = {'path_1000': cpu(lambda: path.shap_values(rows[:1000], check_additivity=False))[0]}
    background = rows[1000:1100]
    mixed = shap.TreeExplainer(model, background, feature_perturbation='interventional')
    times['interventional_100'], _ = cpu(lambda: mixed.shap_values(rows[:100], check_additivity=False))
    if depth <= 6:
        times['interactions_100'], _ = cpu(lambda: path.shap_interaction_values(rows[:100]))
    # The first row by enumeration: that the two explain the same model. (shap's interventional kernel compares
    # in float32, which turns some comparisons over.)
    exact = shap.ExactExplainer(model.predict, shap.maskers.Independent(background, max_samples=len(background)))
    first = exact(rows[:1], silent=True).values[0]
    print(json.dumps({'columns': x.shape[1], 'times': times, 'first': first.tolist()}))


if __name__ == '__main__':
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
