"""Stands in for Triton's ONNX Runtime backend, which only NVIDIA's containers carry: the same runtime, in Python."""

import os

import numpy
import onnxruntime
import triton_python_backend_utils as pb_utils


def words(value):
    """Triton hands words over as bytes."""
    if value.dtype != object:
        return value
    return numpy.array([word.decode() for word in value.ravel()], dtype=object).reshape(value.shape)


class TritonPythonModel:
    def initialize(self, args):
        file = os.path.join(pb_utils.get_model_dir(), "model.onnx")
        self.session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])

    def execute(self, requests):
        return [self.answer(request) for request in requests]

    def answer(self, request):
        feeds = {
            spec.name: words(pb_utils.get_input_tensor_by_name(request, spec.name).as_numpy())
            for spec in self.session.get_inputs()
        }
        names = [spec.name for spec in self.session.get_outputs()]
        answers = self.session.run(names, feeds)
        # Triton holds the shapes to the config: a batch of single values has the shape [n, 1].
        shaped = [value.reshape(-1, 1) if value.ndim == 1 else value for value in answers]
        return pb_utils.InferenceResponse([pb_utils.Tensor(name, value) for name, value in zip(names, shaped)])
