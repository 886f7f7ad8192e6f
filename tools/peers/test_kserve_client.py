"""KServe's Python client against the server: health, JSON, binary tensors, BYTES, errors."""

import asyncio

import httpx
import numpy as np
import pytest
from kserve import InferenceRESTClient, InferInput, InferRequest, RESTConfig
from kserve.protocol.infer_type import RequestedOutput

from served import CREDIT, LINEAR, credit_columns, credit_rows, linear_answers


def ask(act):
    async def run():
        async with InferenceRESTClient(RESTConfig(protocol="v2", timeout=30)) as client:
            return await act(client)

    return asyncio.run(run())


def request_of(model, tensors, binary, outputs=None):
    inputs = []
    for name, (datatype, values) in tensors.items():
        tensor = InferInput(name, list(values.shape), datatype)
        tensor.set_data_from_numpy(values, binary_data=binary)
        inputs.append(tensor)
    return InferRequest(
        model,
        inputs,
        request_id="q1",
        request_outputs=outputs,
        parameters={"binary_data_output": binary},
    )


def test_health(url):
    assert ask(lambda client: client.is_server_live(url))
    assert ask(lambda client: client.is_server_ready(url))
    assert ask(lambda client: client.is_model_ready(url, LINEAR))


@pytest.mark.parametrize("binary", [False, True])
def test_numbers(url, binary):
    rows = np.arange(12, dtype=np.float32).reshape(3, 4) / 7
    outputs = [RequestedOutput("y", {"binary_data": binary})]
    request = request_of(LINEAR, {"x": ("FP32", rows)}, binary, outputs)
    answer = ask(lambda client: client.infer(url, request, model_name=LINEAR))
    assert answer.id == "q1" and answer.model_name == LINEAR
    np.testing.assert_array_equal(answer.outputs[0].as_numpy(), linear_answers(url, rows))


@pytest.mark.parametrize("binary", [False, True])
def test_words(url, binary):
    request = request_of(CREDIT, credit_columns(credit_rows(4)), binary)
    answer = ask(lambda client: client.infer(url, request, model_name=CREDIT))
    assert all(list(output.shape)[0] == 4 for output in answer.outputs)


def test_errors(url):
    rows = np.zeros((1, 3), np.float32)
    request = request_of(LINEAR, {"x": ("FP32", rows)}, True)
    with pytest.raises(httpx.HTTPStatusError, match="does not fit.*400"):
        ask(lambda client: client.infer(url, request, model_name=LINEAR))
    with pytest.raises(httpx.HTTPStatusError, match="no model nothing.*404"):
        ask(lambda client: client.infer(url, request, model_name="nothing"))
