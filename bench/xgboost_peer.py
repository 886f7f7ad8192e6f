"""Times XGBoost's own path-dependent values (pred_contribs) of FOLDER/xgboost.ubj on the first 1,000 rows, one thread.

xgboost_peer.py FOLDER COLUMNS prints its version and the best of three as JSON.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np
import xgboost


def main(folder, columns):
    booster = xgboost.Booster({'nthread': 1}, model_file=folder / 'xgboost.ubj')
    rows = np.fromfile(folder / 'rows.bin', dtype=np.float32).reshape(-1, columns)[:1000]
    matrix = xgboost.DMatrix(rows, nthread=1)
    times = []
    for _ in range(3):
        start = time.process_time()
        values = booster.predict(matrix, pred_contribs=True)
        times.append(time.process_time() - start)
    print(json.dumps({'version': xgboost.__version__, 'seconds': min(times), 'first': values[0].tolist()}))


if __name__ == '__main__':
    main(Path(sys.argv[1]), int(sys.argv[2]))
