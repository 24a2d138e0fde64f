"""What must end in an exception of Python or a right answer: ends of the interpreter, killed workers, odd frames and arrays."""

import os
import signal
import subprocess
import sys
import textwrap
import threading

import joblib
import numpy as np
import pytest
import scipy.sparse as sp
from sklearn.base import clone
from sklearn.datasets import load_digits
from sklearn.model_selection import GridSearchCV, StratifiedKFold

from rectifier import RectifierClassifier, RectifierRegressor

X, Y = load_digits(return_X_y=True)
X = X / 16
pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def run(script):
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", textwrap.dedent(script)], capture_output=True, text=True, timeout=120
    )


@pytest.mark.parametrize(
    "leave, status, n_threads",
    [("pass", 0, 2), ("raise SystemExit(3)", 3, 1), ("raise ValueError('an error of the main thread')", 1, 2)],
)
def test_the_interpreter_ends_during_a_fit_in_a_daemon_thread(leave, status, n_threads):
    ended = run(
        f"""
        import threading, time
        import numpy as np
        from rectifier import RectifierClassifier
        X = np.random.default_rng(0).normal(size=(1000, 300)).astype(np.float32)
        seen = threading.Event()
        classifier = RectifierClassifier((500, 500), n_threads={n_threads}, callback=lambda _: seen.set())
        fit = threading.Thread(target=classifier.fit, args=(X, np.arange(1000) % 7), daemon=True)
        predict = threading.Thread(target=lambda: seen.wait() and [classifier.predict(X) for _ in range(1000)], daemon=True)
        fit.start(), predict.start()
        time.sleep(0.5)
        {leave}
        """
    )
    assert ended.returncode == status, ended.stderr
    assert "panicked" not in ended.stderr and "Fatal" not in ended.stderr


def test_threads_fit_and_predict_with_one_estimator_at_once():
    """Each prediction is that of one whole epoch or another, or an error that says why not."""
    classifier = RectifierClassifier((400,), max_iter=2, random_state=0, n_threads=2).fit(X, Y)
    wrong = []

    def work(call):
        for _ in range(2):
            try:
                result = call()
                if isinstance(result, np.ndarray) and not np.isin(result, classifier.classes_).all():
                    wrong.append(result)
            except (ValueError, RuntimeError, AttributeError) as error:
                wrong.append(error)

    calls = [lambda: classifier.fit(X, Y), lambda: classifier.predict(X), lambda: classifier.partial_fit(X, Y)]
    threads = [threading.Thread(target=work, args=(call,)) for call in 2 * calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not [error for error in wrong if not isinstance(error, (ValueError, AttributeError))]
    assert classifier.fit(X, Y).score(X, Y) > 0.9


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_frames_are_the_arrays_of_their_columns(library):
    frames = pytest.importorskip(library, reason=f"{library} is not installed")
    names = [f"pixel{k}" for k in range(X.shape[1])]
    frame = frames.DataFrame(dict(zip(names, X.T)))
    settings = dict(max_iter=2, random_state=0)
    of_frame = RectifierClassifier(**settings).fit(frame, frames.Series(Y))
    of_array = RectifierClassifier(**settings).fit(X, Y)
    assert of_frame.feature_names_in_.tolist() == names
    np.testing.assert_array_equal(of_frame.predict_proba(frame), of_array.predict_proba(X))
    with pytest.raises(ValueError, match="feature names should match"):
        of_frame.predict(frame[names[::-1]])


def test_objects_that_are_numbers_and_other_orders_of_memory():
    settings = dict(max_iter=2, random_state=0)
    expected = RectifierClassifier(**settings).fit(X, Y).predict_proba(X)
    for x in (X.astype(object), np.asfortranarray(X), X[::-1][::-1], sp.coo_matrix(X), sp.lil_matrix(X), X.tolist()):
        np.testing.assert_array_equal(RectifierClassifier(**settings).fit(x, Y).predict_proba(x), expected)


@pytest.mark.parametrize("make", [np.empty, sp.csr_matrix])
def test_nothing_to_predict_or_learn_from(make):
    classifier = RectifierClassifier(max_iter=2, random_state=0).fit(X, Y)
    for call in (classifier.predict, lambda x: classifier.fit(x, [])):
        with pytest.raises(ValueError, match="0 sample|0 feature|minimum of 1"):
            call(make((0, 64)))
    with pytest.raises(ValueError, match="0 feature"):
        classifier.fit(make((4, 0)), [0, 1, 0, 1])


def test_many_classes():
    labels = np.arange(3000)
    classifier = RectifierClassifier((4,), max_iter=1, random_state=0, batch_size=100).fit(labels[:, None] / 3000, labels)
    assert classifier.predict_proba([[0.5]]).shape == (1, 3000)


def test_columns_of_a_sparse_matrix_beyond_its_width_and_in_any_order():
    csr = sp.csr_matrix(X)
    turned = csr.copy()
    for k in range(turned.shape[0]):
        row = slice(*turned.indptr[k : k + 2])
        turned.indices[row], turned.data[row] = turned.indices[row][::-1].copy(), turned.data[row][::-1].copy()
    turned.has_sorted_indices = turned.has_canonical_format = False
    settings = dict(max_iter=2, random_state=0)
    np.testing.assert_array_equal(
        RectifierClassifier(**settings).fit(turned, Y).coefs_[0], RectifierClassifier(**settings).fit(csr, Y).coefs_[0]
    )
    for column in (64, -1, 2**31 - 1):
        broken = csr.copy()
        broken.indices[5] = column
        broken.has_canonical_format = True
        with pytest.raises((ValueError, RuntimeError)):
            RectifierClassifier(max_iter=1).fit(broken, Y)


def test_an_estimator_learns_again_after_an_error_within_an_epoch():
    classifier = RectifierClassifier(max_iter=2, random_state=0).fit(X, Y)
    before = classifier.coefs_[0].copy()
    broken = sp.csr_matrix(X)
    broken.indices[-1] = 1000
    broken.has_canonical_format = True
    with pytest.raises((ValueError, RuntimeError)):
        classifier.partial_fit(broken, Y)
    np.testing.assert_array_equal(classifier.coefs_[0], before)
    assert classifier.partial_fit(X, Y).score(X, Y) > 0.8


def test_a_grid_search_survives_the_death_of_a_worker_of_dask():
    """joblib sends arrays of more than 1,000 bytes to one worker, unless `scatter` names them for all workers."""
    distributed = pytest.importorskip("distributed", reason="dask.distributed is not installed")
    folds = list(StratifiedKFold(2).split(X, Y))
    settings = {"batch_size": [5, 10, 20], "learning_rate_init": [0.01, 0.1]}
    search = GridSearchCV(RectifierClassifier((100,), max_iter=15, random_state=0), settings, cv=folds, error_score="raise")
    expected = clone(search).fit(X, Y)
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50) as cluster,
        distributed.Client(cluster) as client,
    ):
        killed = next(iter(client.run(os.getpid).values()))
        killer = threading.Timer(1.0, os.kill, (killed, signal.SIGKILL))
        killer.start()
        with joblib.parallel_backend("dask", scatter=[X, Y, *(rows for fold in folds for rows in fold)]):
            search.fit(X, Y)
        killer.join()
        assert killed not in client.run(os.getpid).values()
    np.testing.assert_array_equal(search.cv_results_["mean_test_score"], expected.cv_results_["mean_test_score"])


def test_a_regressor_of_targets_that_are_not_numbers():
    for y in (np.full(len(X), np.nan), np.full(len(X), np.inf), np.full(len(X), "a"), np.full(len(X), 1e300)):
        with pytest.raises(ValueError):
            RectifierRegressor(max_iter=1).fit(X, y)
