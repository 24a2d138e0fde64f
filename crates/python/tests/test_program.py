"""The program `train` predicts with what Python saved, and Python predicts with what the program trained."""

import csv
import json
import os
import subprocess

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import TransformedTargetRegressor
from sklearn.datasets import load_diabetes, load_digits
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from rectifier import Preprocessing, RectifierClassifier, RectifierRegressor, load
from test_record import SMALL, islands, save, tabular

TRAIN = os.environ.get("RECTIFIER_TRAIN")
pytestmark = [
    pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning"),
    pytest.mark.skipif(not TRAIN, reason="RECTIFIER_TRAIN does not name the program train"),
]


def train(folder, *arguments):
    done = subprocess.run([TRAIN, *map(str, arguments)], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def refused(folder, *arguments):
    done = subprocess.run([TRAIN, *map(str, arguments)], cwd=folder, capture_output=True, text=True)
    assert done.returncode != 0
    return done.stderr


def answers(folder, network, table):
    return [json.loads(line) for line in train(folder, "predict", network, table, "--format", "json").splitlines()]


def same_classes(answers, estimator, x):
    assert [answer["name"] for answer in answers] == [str(label) for label in estimator.predict(x)]
    # The exponential functions of Rust and NumPy round differently.
    np.testing.assert_allclose([answer["probabilities"] for answer in answers], estimator.predict_proba(x), atol=1e-6)


def test_the_program_classifies_the_rows_of_a_table(tmp_path):
    x, y = islands()
    x.to_csv(tmp_path / "rows.csv", index=False)
    pipeline = tabular().fit(x, y)
    save(pipeline, tmp_path / "islands.safetensors")
    same_classes(answers(tmp_path, "islands.safetensors", "rows.csv"), pipeline, x)
    lines = list(csv.reader(train(tmp_path, "predict", "islands.safetensors", "rows.csv", "--format", "csv").splitlines()))
    assert lines[0] == ["file", "index", "class", "probability of first", "probability of other"]
    (tmp_path / "gap.csv").write_text((tmp_path / "rows.csv").read_text().replace("5.1,", ",", 1))
    problem = refused(tmp_path, "predict", "islands.safetensors", "gap.csv")
    assert "expected a finite number in column" in problem and "nothing replaces missing values" in problem


def test_the_program_reads_a_table_without_names(tmp_path):
    x, y = load_digits(return_X_y=True)
    x = x[:50] / 16
    classifier = RectifierClassifier(**SMALL).fit(x, y[:50])
    classifier.save(tmp_path / "digits.safetensors")
    np.savetxt(tmp_path / "rows.csv", x, "%.17g", ",")
    same_classes(answers(tmp_path, "digits.safetensors", "rows.csv"), classifier, x)


@pytest.mark.parametrize("scaled", [False, True])
def test_the_program_predicts_the_same_numbers_to_the_bit(tmp_path, scaled):
    x, y = load_diabetes(return_X_y=True, as_frame=True, scaled=False)
    network = RectifierRegressor(**SMALL, learning_rate_init=1e-4)
    network = TransformedTargetRegressor(network, transformer=StandardScaler()) if scaled else network
    pipeline = make_pipeline(StandardScaler(), network).fit(x, y)
    save(pipeline, tmp_path / "diabetes.safetensors")
    x.to_csv(tmp_path / "rows.csv", index=False)
    values = [answer["value"] for answer in answers(tmp_path, "diabetes.safetensors", "rows.csv")]
    assert values == pipeline.predict(x).tolist() == load(tmp_path / "diabetes.safetensors").predict(x).tolist()


def test_the_program_explores_and_reads_pictures(tmp_path):
    x, y = load_digits(return_X_y=True)
    save(
        make_pipeline(Preprocessing.of_pictures(8, 8, maximum=16), RectifierClassifier(**SMALL)).fit(x, y),
        tmp_path / "digits.safetensors",
    )
    said = train(tmp_path, "explore", "digits.safetensors", "--images", 10)
    assert "test error" in said and (tmp_path / "explore.html").stat().st_size > 10_000
    assert "has no auto-encoder" in refused(tmp_path, "explore", "digits.safetensors", "--part", "auto-encoder")
    (tmp_path / "one.pgm").write_text("P2 8 8 16 " + " ".join(str(int(value)) for value in x[0]))
    answer = json.loads(train(tmp_path, "predict", "digits.safetensors", "one.pgm", "--format", "json"))
    assert len(answer["probabilities"]) == 10


def test_damaged_files_are_refused_by_the_program(tmp_path):
    x, y = load_digits(return_X_y=True)
    RectifierClassifier(**SMALL).fit(x / 16, y).save(tmp_path / "digits.safetensors")
    whole = (tmp_path / "digits.safetensors").read_bytes()
    (tmp_path / "rows.csv").write_text("1,2\n")
    for content in (b"", whole[:-1], whole.replace(b"rectifier", b"gelu-line"), b"\xff" * 8 + whole[8:]):
        (tmp_path / "digits.safetensors").write_bytes(content)
        assert "digits.safetensors: " in refused(tmp_path, "predict", "digits.safetensors", "rows.csv")


def test_python_opens_a_run_on_digits(tmp_path):
    for mask, unit in (("fair-coin", "rectifier"), ("none", "thresholded-softplus"), ("none", "pair")):
        options = ["--set", f"model.sign_mask={mask}", "--set", f"model.activation={unit}", "--set", "model.hidden=[20,10]"]
        train(tmp_path, "--epochs", 2, "--run-dir", unit, "--renderer", "plain", *options)
        loaded = load(tmp_path / unit)
        pictures = load_digits().data[:40]
        idx = bytes([0, 0, 8, 3, 0, 0, 0, 40, 0, 0, 0, 8, 0, 0, 0, 8]) + pictures.astype(np.uint8).tobytes()
        (tmp_path / "images.idx").write_bytes(idx)
        same_classes(answers(tmp_path, unit, "images.idx"), loaded, pictures)
        assert loaded[-1].hidden_layer_sizes == (20, 10) and loaded[-1].sign_mask == (mask == "fair-coin")


@pytest.mark.parametrize("label", ["species", "price"])
def test_python_opens_a_run_on_a_table(tmp_path, label):
    x, y = islands()
    x.insert(0, "gap", np.where(np.arange(len(x)) % 9 == 0, np.nan, np.arange(len(x)) % 11))
    x["island"] = x["island"].where(np.arange(len(x)) % 13 > 0, None)
    target = y if label == "species" else 1000 + 100 * x["sepal length (cm)"] + np.arange(len(x)) % 5
    (tmp_path / "data").mkdir()
    x.assign(**{label: target}).to_csv(tmp_path / "data" / "table.csv", index=False)
    train(
        tmp_path, "--data-dir", "data", "--format", "csv", "--label", label, "--epochs", 3, "--run-dir", "run",
        "--renderer", "plain",
    )  # fmt: skip
    x.to_csv(tmp_path / "rows.csv", index=False)
    x = pd.read_csv(tmp_path / "rows.csv")
    found, loaded = answers(tmp_path, "run", "rows.csv"), load(tmp_path / "run")
    if label == "species":
        same_classes(found, loaded, x)
    else:
        assert [answer["value"] for answer in found] == loaded.predict(x).tolist()
    save(loaded, tmp_path / "again.safetensors")
    assert answers(tmp_path, "again.safetensors", "rows.csv") == found


def test_python_opens_a_run_on_texts(tmp_path):
    (tmp_path / "data").mkdir()
    texts = [f"{'Good' if k % 2 else 'bad'}, film no. {k % 7}, isn't it? İstanbul" for k in range(60)]
    rows = pd.DataFrame({"text": texts, "label": ["pos" if k % 2 else "neg" for k in range(60)]})
    rows.to_csv(tmp_path / "data" / "texts.csv", index=False)
    train(
        tmp_path, "--data-dir", "data", "--format", "reviews", "--epochs", 2, "--run-dir", "run", "--renderer", "plain"
    )  # fmt: skip
    rows[["text"]].to_csv(tmp_path / "rows.csv", index=False)
    same_classes(answers(tmp_path, "run", "rows.csv"), load(tmp_path / "run"), texts)
