#!/usr/bin/env python3
"""The Python package beside scikit-learn's MLPClassifier: a table of medians, measured in one run.

    python benchmarks/python.py MNIST [--imdb FOLDER] [--rounds 3] [--only fit predict search] [--threads 1 2]

MNIST is a folder with the four published files (train-images-idx3-ubyte, ...), packed as .gz or not. With --imdb, the folder has
imdb-train.tsv (rating, id, text), whose 5,000 most frequent words make binary rows; without, the rows are invented, with the
frequencies of Zipf's law. Needs the packages rectifier and scikit-learn. Each measurement is of one epoch or one call; the two
estimators take turns, and the first turn of each is not counted. Both get float32, the same sizes, rates and momentum.
"""

import argparse
import gzip
import os
import statistics
import time
import warnings
from pathlib import Path

import numpy as np
import scipy.sparse as sp
import sklearn
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.model_selection import GridSearchCV
from sklearn.neural_network import MLPClassifier
from threadpoolctl import threadpool_limits

import rectifier
from rectifier import RectifierClassifier

HIDDEN = (1000, 1000, 1000)
SETTINGS = dict(learning_rate_init=0.05, max_iter=1, random_state=1)
THEIRS = dict(solver="sgd", alpha=0.0, momentum=0.0, nesterovs_momentum=False)


def idx(folder, name):
    for path, opened in ((folder / name, open), (folder / f"{name}.gz", gzip.open)):
        if path.exists():
            with opened(path, "rb") as file:
                data = file.read()
            sizes = np.frombuffer(data, ">i4", data[3], 4)
            return np.frombuffer(data, np.uint8, offset=4 + 4 * data[3]).reshape(sizes)
    raise SystemExit(f"{folder} has no file {name} or {name}.gz")


def words(folder):
    """A name, and binary rows of 5,000 words with labels of two classes."""
    if folder is not None:
        lines = (folder / "imdb-train.tsv").read_text(encoding="utf-8").rstrip("\n").split("\n")
        np.random.default_rng(0).shuffle(lines)
        ratings, texts = zip(*((line.split("\t")[0], line.split("\t")[-1]) for line in lines))
        rows = CountVectorizer(max_features=5000, binary=True, dtype=np.float32).fit_transform(texts)
        return "IMDB", rows, np.array([int(rating) > 5 for rating in ratings])
    draw = np.random.default_rng(0)
    share = np.minimum(0.9, 20 / np.arange(1, 5001))
    rows = sp.vstack([sp.csr_matrix((draw.random((500, 5000)) < share).astype(np.float32)) for _ in range(20)]).tocsr()
    return "invented rows", rows, rows @ draw.normal(size=5000).astype(np.float32) > 0


def one_fit(estimator, X, y):
    began = time.perf_counter()
    estimator.fit(X, y)
    return time.perf_counter() - began


def one_prediction(estimator, X, _):
    began = time.perf_counter()
    estimator.predict(X)
    return time.perf_counter() - began


def turns(measure, ours, theirs, X, y, rounds):
    """The medians of both in seconds."""
    times = [[measure(estimator, X, y) for estimator in (ours, theirs)] for _ in range(rounds + 1)][1:]
    return [statistics.median(each) for each in zip(*times)]


def cells(options):
    images, labels = idx(options.mnist, "train-images-idx3-ubyte"), idx(options.mnist, "train-labels-idx1-ubyte")
    images = images.reshape(len(images), -1).astype(np.float32) / 255
    few = slice(0, 3000)
    name, rows, classes = words(options.imdb)
    some = slice(0, 5000)
    for threads in options.threads:
        for batch, momentum in ((10, 0.0), (10, 0.9), (200, 0.0)):
            settings = dict(SETTINGS, hidden_layer_sizes=HIDDEN, batch_size=batch)
            ours = RectifierClassifier(**settings, momentum=momentum, n_threads=threads)
            theirs = MLPClassifier(**settings, **{**THEIRS, "momentum": momentum})
            yield "fit", f"MNIST, minibatch {batch}, momentum {momentum}", "examples", threads, one_fit, ours, theirs, images[few], labels[few]
        settings = dict(SETTINGS, hidden_layer_sizes=(1000,), batch_size=10)
        ours, theirs = RectifierClassifier(**settings, n_threads=threads), MLPClassifier(**settings, **THEIRS)
        text = f"{name} of 5,000 words, {rows.nnz / rows.shape[0]:.0f} nonzero"
        yield "fit", text, "examples", threads, one_fit, ours, theirs, rows[some], classes[some]
        settings = dict(SETTINGS, hidden_layer_sizes=HIDDEN, batch_size=200)
        fitted = [RectifierClassifier(**settings, n_threads=threads), MLPClassifier(**settings, **THEIRS)]
        for estimator in fitted:
            estimator.fit(images[few], labels[few])
        yield "predict", "MNIST", "examples", threads, one_prediction, *fitted, images[:10000], None
    settings = dict(SETTINGS, max_iter=5, batch_size=10)
    grid = {"hidden_layer_sizes": [(50,), (100,), (50, 50)], "learning_rate_init": [0.01, 0.02, 0.05, 0.1]}
    searches = [
        GridSearchCV(estimator, grid, n_jobs=2, cv=3)
        for estimator in (RectifierClassifier(**settings), MLPClassifier(**settings, **THEIRS))
    ]
    yield "search", "12 networks on MNIST, 3 folds, 2 processes", "fits", 2, one_fit, *searches, images[few], labels[few]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mnist", type=Path)
    parser.add_argument("--imdb", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", nargs="+", choices=("fit", "predict", "search"), default=("fit", "predict", "search"))
    parser.add_argument("--threads", nargs="+", type=int, default=(1, 2))
    options = parser.parse_args()
    warnings.simplefilter("ignore", ConvergenceWarning)
    os.environ["PYTHONWARNINGS"] = "ignore"
    print(
        f"rectifier {rectifier.__version__} ({rectifier._rectifier.instruction_set()}), scikit-learn {sklearn.__version__}, "
        f"NumPy {np.__version__}; medians of {options.rounds}\n"
    )
    print("| call | data | threads | rectifier, per second | scikit-learn, per second | ratio |")
    print("|---|---|--:|--:|--:|--:|")
    for call, data, unit, threads, measure, ours, theirs, X, y in cells(options):
        if call not in options.only:
            continue
        with threadpool_limits(threads):
            seconds = turns(measure, ours, theirs, X, y, options.rounds)
        count = 37 if unit == "fits" else X.shape[0]
        rates = [count / each for each in seconds]
        print(f"| {call} | {data} | {threads} | {rates[0]:,.1f} {unit} | {rates[1]:,.1f} | {rates[0] / rates[1]:.1f} |", flush=True)


if __name__ == "__main__":
    main()
