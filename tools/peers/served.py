"""What the server under test serves, and requests that its models take."""

import csv
import os
from pathlib import Path

import numpy as np
import requests

CREDIT = "credit-risk"
LINEAR = "linear"
HALF = "half"
ROOT = Path(__file__).resolve().parents[2]


def credit_rows(count, start=0):
    """Rows of the example's data, as text by column."""
    with open(ROOT / "examples/credit-risk/data/holdout.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    return rows[start : start + count]


def model_inputs(model):
    return requests.get(f"{os.environ['SLIPWAY_URL']}/v2/models/{model}", timeout=30).json()["inputs"]


NUMPY = {"FP32": np.float32, "FP64": np.float64, "INT64": np.int64, "INT32": np.int32, "BOOL": np.bool_}


def credit_columns(rows):
    """Input name -> (datatype, n x 1 array), as the model's metadata asks for."""
    columns = {}
    for entry in model_inputs(CREDIT):
        words = [row[entry["name"]] for row in rows]
        if entry["datatype"] == "BYTES":
            values = np.array([word.encode() for word in words], dtype=object)
        else:
            values = np.array([float(word) for word in words]).astype(NUMPY[entry["datatype"]])
        columns[entry["name"]] = (entry["datatype"], values.reshape(-1, 1))
    return columns


def linear_answers(url, rows):
    """What the protocol's plain JSON gives for the linear model."""
    tensor = {"name": "x", "shape": list(rows.shape), "datatype": "FP32", "data": rows.ravel().tolist()}
    answer = requests.post(f"{url}/v2/models/{LINEAR}/infer", json={"inputs": [tensor]}, timeout=30)
    assert answer.status_code == 200, answer.text
    return np.array(answer.json()["outputs"][0]["data"], dtype=np.float32).reshape(-1, 1)
