"""The peer of the bench of black boxes: 100 trees of depth 6 over 20 columns, explained by shap through Python's
onnxruntime. explain_peer.py FOLDER ROWS BACKGROUND BUDGET writes model.onnx and rows.csv (the rows, then the
background) and prints the versions as a line of JSON; then the values and times of each explainer that a line of its
input names.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np
import onnxruntime
import pandas as pd
import shap
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType
from sklearn.ensemble import GradientBoostingRegressor

THREADS = 1


def timed(work):
    wall, cpu = time.perf_counter(), time.process_time()
    values = work()
    return {
        'ms': 1000 * (time.perf_counter() - wall),
        'cpuMs': 1000 * (time.process_time() - cpu),
        'values': np.asarray(values, dtype=float).tolist(),
    }


def main(folder, rows, background, budget):
    root = Path(__file__).resolve().parents[1]
    data = pd.read_csv(root / 'examples' / 'credit-risk' / 'data' / 'reference.csv')
    # Words as the numbers of their order: shap mixes columns of numbers.
    columns = [name for name in data.columns if name != 'default']
    coded = data[columns].apply(lambda column: column if column.dtype.kind in 'if' else column.astype('category').cat.codes)
    x = coded.to_numpy(dtype=np.float32)
    y = (data['default'] == 'bad').to_numpy(dtype=float)
    model = GradientBoostingRegressor(n_estimators=100, max_depth=6, subsample=0.5, random_state=1).fit(x, y)
    made = to_onnx(model, initial_types=[('X', FloatTensorType([None, x.shape[1]]))], target_opset={'': 17, 'ai.onnx.ml': 3})
    (folder / 'model.onnx').write_bytes(made.SerializeToString())
    chosen = x[np.random.RandomState(2).permutation(len(x))[: rows + background]]
    pd.DataFrame(chosen, columns=columns).to_csv(folder / 'rows.csv', index=False)

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = THREADS
    options.add_session_config_entry('session.intra_op.allow_spinning', '0')
    session = onnxruntime.InferenceSession(folder / 'model.onnx', options, providers=['CPUExecutionProvider'])
    asked = 0

    def answer(matrix):
        nonlocal asked
        asked += len(matrix)
        return session.run(None, {'X': np.asarray(matrix, dtype=np.float32)})[0].ravel()

    own, other = chosen[:rows].astype(float), chosen[rows:].astype(float)
    # Each round asks for every column forwards and backwards, and nothing else.
    rounds = max(1, budget // (2 * len(columns)))

    def by_permutations():
        masker = shap.maskers.Independent(other, max_samples=background)
        permutation = shap.PermutationExplainer(answer, masker, seed=1)
        return timed(lambda: permutation(own, max_evals=rounds * (2 * len(columns) + 1), silent=True).values)

    def by_kernel():
        np.random.seed(1)
        kernel = shap.KernelExplainer(answer, other)
        return timed(lambda: kernel.shap_values(own, nsamples=budget, l1_reg=False, silent=True))

    say({'shap': shap.__version__, 'onnxruntime': onnxruntime.__version__})
    for line in sys.stdin:
        asked = 0
        found = {'PermutationExplainer': by_permutations, 'KernelExplainer': by_kernel}[line.strip()]()
        say({**found, 'evaluations': asked})


def say(what):
    print(json.dumps(what), flush=True)


if __name__ == '__main__':
    main(Path(sys.argv[1]), *[int(word) for word in sys.argv[2:5]])
