"""A second peer of catalogue.bench.ts: evidently's own classification quality and data drift of the same files.

catalogue_evidently.py MODEL HOLDOUT REFERENCE prints its processor seconds as JSON: `point` for reading, the runtime's
answers, the report of both data sets and its result as a dictionary. Imports are not counted. evidently gives no
intervals, no slices and no checks of the model or the runtime.
"""

import json
import sys
import time
import warnings

import numpy as np
import onnxruntime
import pandas as pd
from evidently import BinaryClassification, DataDefinition, Dataset, Report
from evidently.presets import ClassificationPreset, DataDriftPreset, DataSummaryPreset

warnings.filterwarnings('ignore')


def main(model, holdout_file, reference_file):
    start = time.process_time()
    session = onnxruntime.InferenceSession(model, providers=['CPUExecutionProvider'])
    sets = [pd.read_parquet(file) for file in (holdout_file, reference_file)]
    features = [name for name in sets[0].columns if name.startswith('x')]
    definition = DataDefinition(
        numerical_columns=[*features, 'score'],
        categorical_columns=['label', 'truth'],
        classification=[
            BinaryClassification(target='truth', prediction_labels='label', prediction_probas='score', pos_label=1)
        ],
    )

    def answered(data):
        x = data[features].to_numpy(dtype=np.float32)
        score = session.run(['probabilities'], {'x': x})[0][:, 1].astype(np.float64)
        made = data[features].assign(score=score, label=(score >= 0.5).astype(int), truth=data['y'].astype(int))
        return Dataset.from_pandas(made, data_definition=definition)

    holdout, reference = map(answered, sets)
    report = Report([ClassificationPreset(), DataDriftPreset(), DataSummaryPreset()])
    found = report.run(holdout, reference).dict()
    print(json.dumps({'point': time.process_time() - start, 'metrics': len(found['metrics'])}))


if __name__ == '__main__':
    main(*sys.argv[1:4])
