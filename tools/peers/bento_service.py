"""A BentoML service of one .onnx file, with its adaptive batching: a bench peer."""

import os

import bentoml
import numpy as np
import onnxruntime


@bentoml.service(workers=1)
class Trees:
    def __init__(self) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(
            os.environ["MODEL_FILE"], options, providers=["CPUExecutionProvider"]
        )

    @bentoml.api(batchable=True)
    def predict(self, rows: np.ndarray) -> np.ndarray:
        return self.session.run(["probabilities"], {"x": rows.astype(np.float32)})[0]
