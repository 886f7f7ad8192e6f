"""MLServer serves the same files with Python onnxruntime: same requests, same answers."""

import os

import numpy as np
import pytest
import requests

from served import CREDIT, LINEAR, credit_columns, credit_rows

ORACLE = os.environ["MLSERVER_URL"]


def tensors(model, rows):
    if model == LINEAR:
        values = np.random.default_rng(7).normal(size=(rows, 4)).astype(np.float32)
        return {"x": ("FP32", values)}
    return credit_columns(credit_rows(rows, start=20))


def json_request(columns, **more):
    return {
        "inputs": [
            {
                "name": name,
                "shape": list(values.shape),
                "datatype": datatype,
                "data": [v.decode() if isinstance(v, bytes) else v for v in values.ravel().tolist()],
            }
            for name, (datatype, values) in columns.items()
        ],
        **more,
    }


def both(url, model, request):
    return [
        requests.post(f"{server}/v2/models/{model}/infer", json=request, timeout=60) for server in (url, ORACLE)
    ]


@pytest.mark.parametrize("model", [LINEAR, CREDIT])
@pytest.mark.parametrize("rows", [1, 7, 100])
def test_same_answers(url, model, rows):
    ours, theirs = both(url, model, json_request(tensors(model, rows), id="q1"))
    assert ours.status_code == theirs.status_code == 200, (ours.text, theirs.text)
    ours, theirs = ours.json(), theirs.json()
    assert ours["id"] == theirs["id"] == "q1"
    assert ours["model_name"] == theirs["model_name"] == model
    assert len(ours["outputs"]) == len(theirs["outputs"])
    for a, b in zip(ours["outputs"], theirs["outputs"]):
        assert {key: a[key] for key in ("name", "datatype", "shape")} == {
            key: b[key] for key in ("name", "datatype", "shape")
        }
        if a["datatype"] == "FP32":
            # The same runtime on the same rows; joined rows may be summed in another order.
            np.testing.assert_allclose(np.float32(a["data"]), np.float32(b["data"]), rtol=1e-6, atol=1e-7)
        else:
            assert a["data"] == b["data"]


def test_requested_outputs(url):
    ours, theirs = both(url, CREDIT, json_request(tensors(CREDIT, 2), outputs=[{"name": "probabilities"}]))
    assert [o["name"] for o in ours.json()["outputs"]] == [o["name"] for o in theirs.json()["outputs"]]


def test_metadata_and_refusals(url):
    for server in (url, ORACLE):
        assert requests.get(f"{server}/v2/health/live", timeout=30).status_code == 200
        assert requests.get(f"{server}/v2/health/ready", timeout=30).status_code == 200
        assert requests.get(f"{server}/v2/models/{LINEAR}/ready", timeout=30).status_code == 200
        assert requests.get(f"{server}/v2/models/nothing/ready", timeout=30).status_code == 404
        assert requests.get(f"{server}/v2/models/{LINEAR}", timeout=30).json()["name"] == LINEAR
    ours, theirs = both(url, "nothing", json_request(tensors(LINEAR, 1)))
    assert ours.status_code == theirs.status_code == 404
    assert "error" in ours.json() and "error" in theirs.json()
