"""The peer of the benches of trees: trains models, exports them, and times shap's C kernel on one thread.

trees_peer.py FOLDER TREES DEPTH writes model.onnx, xgboost.onnx with xgboost.ubj (for xgboost_peer.py), rows.bin
(float32, row-major) and prints its times as JSON. With --model it only trains and writes model.onnx and rows.bin.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import xgboost
from onnxmltools import convert_xgboost
from onnxmltools.convert.common.data_types import FloatTensorType as ToolsFloat
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType
from sklearn.ensemble import GradientBoostingRegressor

COLUMNS = ['hour', 'month', 'weekday', 'temperature', 'feels_like', 'humidity', 'wind_speed', 'holiday', 'working_day']


def cpu(work):
    """Best of three, unless they take long."""
    times = []
    while len(times) < 3 and sum(times) < 6:
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def boosted(folder, trees, depth, x, y):
    """A model of XGBoost, for its own method and for ours from the file."""
    model = xgboost.XGBRegressor(n_estimators=trees, max_depth=depth, subsample=0.5, random_state=1, n_jobs=1, nthread=1)
    model.fit(x, y)
    made = convert_xgboost(model, initial_types=[('X', ToolsFloat([None, x.shape[1]]))], target_opset=15)
    (folder / 'xgboost.onnx').write_bytes(made.SerializeToString())
    model.save_model(folder / 'xgboost.ubj')


def main(folder, trees, depth, only_model):
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
    if only_model:
        print(json.dumps({'columns': x.shape[1], 'names': COLUMNS}))
        return
    import shap

    path = shap.TreeExplainer(model, feature_perturbation='tree_path_dependent')
    times = {'path_1000': cpu(lambda: path.shap_values(rows[:1000], check_additivity=False))}
    background = rows[1000:1100]
    mixed = shap.TreeExplainer(model, background, feature_perturbation='interventional')
    times['interventional_100'] = cpu(lambda: mixed.shap_values(rows[:100], check_additivity=False))
    if depth <= 6:
        times['interactions_100'] = cpu(lambda: path.shap_interaction_values(rows[:100]))
    boosted(folder, trees, depth, x, data['bikers'])
    # The first row by enumeration: that the two explain the same model. (shap's interventional kernel compares
    # in float32, which turns some comparisons over.)
    exact = shap.ExactExplainer(model.predict, shap.maskers.Independent(background, max_samples=len(background)))
    first = exact(rows[:1], silent=True).values[0]
    print(json.dumps({'columns': x.shape[1], 'names': COLUMNS, 'times': times, 'first': first.tolist(),
                      'version': shap.__version__}))


if __name__ == '__main__':
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), '--model' in sys.argv)
