"""A model of MLServer that answers with onnxruntime: the oracle of the differential test, and a bench peer."""

import numpy as np
import onnxruntime
from mlserver import MLModel
from mlserver.codecs import NumpyCodec, StringCodec
from mlserver.types import InferenceRequest, InferenceResponse, ResponseOutput


class OnnxModel(MLModel):
    async def load(self) -> bool:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            self.settings.parameters.uri, options, providers=["CPUExecutionProvider"]
        )
        return True

    async def predict(self, payload: InferenceRequest) -> InferenceResponse:
        feeds = {tensor.name: decoded(tensor) for tensor in payload.inputs}
        names = [output.name for output in payload.outputs or []] or [
            output.name for output in self._session.get_outputs()
        ]
        results = self._session.run(names, feeds)
        return InferenceResponse(
            id=payload.id,
            model_name=self.name,
            model_version=self.version,
            outputs=[encoded(name, result) for name, result in zip(names, results)],
        )


def decoded(tensor):
    if tensor.datatype == "BYTES":
        return np.array(StringCodec.decode_input(tensor), dtype=object).reshape(tensor.shape)
    return NumpyCodec.decode_input(tensor)


def encoded(name, result) -> ResponseOutput:
    if result.dtype.kind in "OU":
        flat = [str(word) for word in result.ravel()]
        return ResponseOutput(name=name, datatype="BYTES", shape=list(result.shape), data=flat)
    return NumpyCodec.encode_output(name, result)
