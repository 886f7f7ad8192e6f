"""tritonclient[http] against the server: health, metadata, repository, JSON, binary tensors, BYTES, errors."""

import numpy as np
import pytest
import tritonclient.http as triton
from tritonclient.utils import InferenceServerException

from served import CREDIT, HALF, LINEAR, credit_columns, credit_rows, linear_answers


@pytest.fixture(scope="module")
def client(url):
    with triton.InferenceServerClient(url.removeprefix("http://")) as client:
        yield client


def test_health_and_metadata(client):
    assert client.is_server_live()
    assert client.is_server_ready()
    assert client.is_model_ready(CREDIT)
    server = client.get_server_metadata()
    assert server["name"] == "slipway"
    assert "binary_tensor_data" in server["extensions"]
    model = client.get_model_metadata(CREDIT)
    [version] = model["versions"]
    assert client.is_model_ready(CREDIT, version)
    assert client.get_model_metadata(CREDIT, version) == model
    config = client.get_model_config(CREDIT)
    assert [entry["name"] for entry in config["input"]] == [entry["name"] for entry in model["inputs"]]
    assert config["max_batch_size"] > 0


def test_repository(client):
    names = {entry["name"]: entry["state"] for entry in client.get_model_repository_index()}
    assert names == {CREDIT: "READY", LINEAR: "READY", HALF: "READY"}
    client.unload_model(HALF)
    assert not client.is_model_ready(HALF)
    client.load_model(HALF)
    assert client.is_model_ready(HALF)
    with pytest.raises(InferenceServerException, match="no model nothing"):
        client.load_model("nothing")


def linear_input(rows, binary):
    tensor = triton.InferInput("x", list(rows.shape), "FP32")
    tensor.set_data_from_numpy(rows, binary_data=binary)
    return tensor


@pytest.mark.parametrize("binary_in", [False, True])
@pytest.mark.parametrize("binary_out", [False, True])
@pytest.mark.parametrize("compression", [None, "gzip", "deflate"])
def test_numbers(client, url, binary_in, binary_out, compression):
    rows = np.arange(12, dtype=np.float32).reshape(3, 4) / 7
    answer = client.infer(
        LINEAR,
        [linear_input(rows, binary_in)],
        outputs=[triton.InferRequestedOutput("y", binary_data=binary_out)],
        request_id="q1",
        request_compression_algorithm=compression,
    )
    assert answer.get_response()["id"] == "q1"
    got = answer.as_numpy("y")
    assert got.dtype == np.float32 and got.shape == (3, 1)
    np.testing.assert_array_equal(got, linear_answers(url, rows))


@pytest.mark.parametrize("binary_in", [False, True])
@pytest.mark.parametrize("binary_out", [False, True])
def test_words(client, binary_in, binary_out):
    rows = credit_rows(5)
    inputs = []
    for name, (datatype, values) in credit_columns(rows).items():
        tensor = triton.InferInput(name, list(values.shape), datatype)
        tensor.set_data_from_numpy(values, binary_data=binary_in)
        inputs.append(tensor)
    names = [output["name"] for output in client.get_model_metadata(CREDIT)["outputs"]]
    outputs = [triton.InferRequestedOutput(name, binary_data=binary_out) for name in names]
    answer = client.infer(CREDIT, inputs, outputs=outputs)
    one = client.infer(CREDIT, inputs, outputs=outputs[:1])
    assert [output["name"] for output in one.get_response()["outputs"]] == names[:1]
    for name in names:
        assert answer.as_numpy(name).shape[0] == 5


def test_halves(client):
    name = client.get_model_metadata(HALF)["inputs"][0]["name"]
    tensor = triton.InferInput(name, [1, 4], "FP16")
    tensor.set_data_from_numpy(np.array([[5.1, 3.5, 1.4, 0.2]], dtype=np.float16), binary_data=True)
    answer = client.infer(HALF, [tensor])
    output = answer.get_response()["outputs"][0]
    assert output["datatype"] in ("FP16", "INT64", "BYTES")


def test_concurrent_requests(client, url):
    rows = [np.full((1, 4), n, dtype=np.float32) for n in range(32)]
    pool = triton.InferenceServerClient(url.removeprefix("http://"), concurrency=8)
    pending = [pool.async_infer(LINEAR, [linear_input(row, True)]) for row in rows]
    for row, request in zip(rows, pending):
        np.testing.assert_array_equal(request.get_result().as_numpy("y"), linear_answers(url, row))
    pool.close()


def test_statistics(client):
    before = client.get_inference_statistics(LINEAR)["model_stats"][0]["inference_count"]
    client.infer(LINEAR, [linear_input(np.zeros((2, 4), np.float32), True)])
    assert client.get_inference_statistics(LINEAR)["model_stats"][0]["inference_count"] == before + 2


def test_errors(client):
    rows = np.zeros((1, 4), np.float32)
    with pytest.raises(InferenceServerException, match="no model nothing"):
        client.infer("nothing", [linear_input(rows, True)])
    with pytest.raises(InferenceServerException, match="no version 9"):
        client.infer(LINEAR, [linear_input(rows, True)], model_version="9")
    with pytest.raises(InferenceServerException, match="does not fit"):
        client.infer(LINEAR, [linear_input(np.zeros((1, 3), np.float32), True)])
    with pytest.raises(InferenceServerException, match="is FP32, not FP64"):
        tensor = triton.InferInput("x", [1, 4], "FP64")
        tensor.set_data_from_numpy(np.zeros((1, 4)), binary_data=True)
        client.infer(LINEAR, [tensor])
    with pytest.raises(InferenceServerException, match="no output `q`"):
        client.infer(LINEAR, [linear_input(rows, True)], outputs=[triton.InferRequestedOutput("q")])
