"""What the estimators do beyond scikit-learn, and what they refuse."""

import os
import pickle
import signal
import threading
import time

import numpy as np
import pytest
import scipy.sparse as sp
from sklearn.datasets import load_digits
from sklearn.model_selection import GridSearchCV

from rectifier import RectifierClassifier, RectifierRegressor

X, Y = load_digits(return_X_y=True)
X = X / 16
pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def wide(n_threads):
    """A network of two panels, which two threads share."""
    return RectifierClassifier((500,), max_iter=2, random_state=0, n_threads=n_threads)


def test_early_stopping_keeps_the_best_weights():
    classifier = RectifierClassifier(early_stopping=True, n_iter_no_change=3, random_state=0).fit(X, Y)
    scores = classifier.validation_scores_
    assert classifier.best_validation_score_ == max(scores)
    assert len(classifier.validation_loss_curve_) == len(scores) == classifier.n_iter_ == len(classifier.loss_curve_)
    assert classifier.score(X, Y) > 0.95


def test_class_weights_are_weights_of_examples():
    of_classes = RectifierClassifier(max_iter=2, random_state=0, class_weight={0: 5.0}).fit(X, Y)
    of_examples = RectifierClassifier(max_iter=2, random_state=0).fit(X, Y, sample_weight=np.where(Y == 0, 5.0, 1.0))
    np.testing.assert_array_equal(of_classes.coefs_[0], of_examples.coefs_[0])


def test_examples_of_weight_zero_are_left_out():
    part = RectifierClassifier(max_iter=2, random_state=0).fit(X[:900], Y[:900])
    weighted = RectifierClassifier(max_iter=2, random_state=0).fit(
        X, Y, sample_weight=(np.arange(len(X)) < 900).astype(float)
    )
    assert weighted.t_ == part.t_


def test_the_penalty_of_activations_makes_zeros():
    sparsity = [
        RectifierClassifier(max_iter=5, random_state=0, l1_activation=l1).fit(X, Y).sparsity_[0] for l1 in (0, 0.01)
    ]
    assert sparsity[0] + 0.1 < sparsity[1] < 1


def test_dead_units_and_signs():
    classifier = RectifierClassifier((20, 10), max_iter=2, random_state=0, sign_mask=True).fit(X, Y)
    assert len(classifier.dead_units_) == 2 and 0 <= classifier.dead_units_[0] < 20
    plain = RectifierClassifier((20, 10), max_iter=2, random_state=0).fit(X, Y)
    assert plain.loss_ != classifier.loss_


def test_the_number_of_threads_changes_nothing():
    one, two = wide(1).fit(X, Y), wide(2).fit(X, Y)
    np.testing.assert_array_equal(one.coefs_[0], two.coefs_[0])
    np.testing.assert_array_equal(one.predict_proba(X), two.predict_proba(X))


def test_the_order_of_the_examples_is_shuffled_from_the_seed():
    def first(**settings):
        return RectifierRegressor((5,), max_iter=1, batch_size=1, **settings).fit(X[:50], Y[:50] / 10).coefs_[0]

    np.testing.assert_array_equal(first(random_state=0), first(random_state=0))
    np.testing.assert_array_equal(first(random_state=0, shuffle=False), first(random_state=0, shuffle=False))
    assert not np.array_equal(first(random_state=0), first(random_state=0, shuffle=False))


def test_equal_weights_are_no_weights():
    settings = dict(max_iter=5, random_state=0, early_stopping=True)
    weighted = RectifierRegressor((5,), **settings).fit(X, Y / 10, sample_weight=np.full(len(Y), 3.0))
    np.testing.assert_array_equal(weighted.predict(X), RectifierRegressor((5,), **settings).fit(X, Y / 10).predict(X))


def test_a_callback_sees_each_epoch_and_stops():
    seen = []
    RectifierClassifier(callback=lambda c: seen.append(c.score(X, Y)) or len(seen) == 3, random_state=0).fit(X, Y)
    assert len(seen) == 3


def test_warm_start_and_partial_fit_go_on():
    warm = RectifierClassifier(max_iter=2, random_state=0, warm_start=True, momentum=0.5).fit(X, Y).fit(X, Y)
    cold = RectifierClassifier(max_iter=4, random_state=0, momentum=0.5).fit(X, Y)
    assert warm.n_iter_ == 2 and len(warm.loss_curve_) == 4 and warm.loss_curve_[:2] == cold.loss_curve_[:2]
    # The first epochs of a fit shuffle the order of the epoch before; partial_fit has no epoch before.
    partial = RectifierClassifier(random_state=0, shuffle=False)
    for _ in range(3):
        partial.partial_fit(X, Y, classes=np.arange(10))
    whole = RectifierClassifier(max_iter=3, random_state=0, shuffle=False).fit(X, Y)
    np.testing.assert_array_equal(partial.loss_curve_, whole.loss_curve_)


def test_warm_start_may_begin_to_stop_early():
    classifier = RectifierClassifier(max_iter=2, random_state=0, warm_start=True).fit(X, Y)
    classifier.set_params(early_stopping=True).fit(X, Y)
    assert len(classifier.validation_scores_) == 2 and classifier.best_validation_score_ > 0.5


def test_pickles_predict_and_go_on_learning():
    classifier = wide(2).fit(X, Y)
    copy = pickle.loads(pickle.dumps(classifier))
    np.testing.assert_array_equal(copy.predict_proba(X), classifier.predict_proba(X))
    copy.partial_fit(X, Y)


def test_pickling_in_the_middle_of_a_fit():
    copies = []
    RectifierClassifier(max_iter=3, random_state=0, callback=lambda c: copies.append(pickle.dumps(_without(c)))).fit(X, Y)
    assert [pickle.loads(copy).n_iter_ for copy in copies] == [1, 2, 3]


def _without(classifier):
    import copy

    found = copy.copy(classifier)
    found.callback = None
    return found


def test_grid_search_in_two_processes():
    search = GridSearchCV(RectifierClassifier(max_iter=3, random_state=0), {"batch_size": [5, 20]}, n_jobs=2, cv=2)
    assert search.fit(X, Y).best_score_ > 0.8


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_forked_process_predicts_and_learns():
    classifier = wide(2).fit(X, Y)
    expected = classifier.predict_proba(X)
    child = os.fork()
    if child == 0:
        same = np.array_equal(classifier.predict_proba(X), expected)
        classifier.partial_fit(X, Y)
        os._exit(0 if same else 1)
    assert _status(child) == 0


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_process_forked_during_a_fit_ends():
    classifier = RectifierClassifier((500, 500), max_iter=3, random_state=0, n_threads=2)
    learning = threading.Thread(target=classifier.fit, args=(np.tile(X, (3, 1)), np.tile(Y, 3)))
    learning.start()
    time.sleep(0.2)
    child = os.fork()
    if child == 0:
        other = wide(2).fit(X[:100], Y[:100])
        os._exit(0 if other.n_iter_ == 2 else 1)
    assert _status(child) == 0
    learning.join()


def _status(child):
    for _ in range(600):
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return status
        time.sleep(0.1)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return "the forked process hangs"


def test_threads_may_share_an_estimator():
    classifier = wide(2).fit(X, Y)
    expected, wrong = classifier.predict_proba(X), []

    def predict():
        for _ in range(5):
            if not np.array_equal(classifier.predict_proba(X), expected):
                wrong.append(True)

    threads = [threading.Thread(target=predict) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_ctrl_c_stops_a_fit_within_a_second_and_keeps_the_last_whole_epoch(ctrl_c_raises):
    whole = []
    classifier = RectifierClassifier(
        (1000, 1000), max_iter=100, random_state=0, callback=lambda _: whole.append(True)
    )
    threading.Timer(3.0, os.kill, (os.getpid(), signal.SIGINT)).start()
    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        classifier.fit(np.tile(X, (2, 1)), np.tile(Y, 2))
    assert time.monotonic() - started < 4.0
    assert len(whole) <= classifier.n_iter_ <= len(whole) + 1
    if classifier.n_iter_ > 0:
        again = RectifierClassifier((1000, 1000), max_iter=classifier.n_iter_, random_state=0).fit(np.tile(X, (2, 1)), np.tile(Y, 2))
        np.testing.assert_array_equal(classifier.coefs_[0], again.coefs_[0])
    classifier.predict(X)


@pytest.mark.parametrize(
    "settings, text",
    [
        ({"solver": "adam"}, "not available"),
        ({"activation": "gelu"}, "unknown"),
        ({"hidden_layer_sizes": (0,)}, "integers from 1"),
        ({"batch_size": 0}, "batch_size must be"),
        ({"momentum": 1.0}, "momentum must be"),
        ({"alpha": -1}, "alpha must be"),
        ({"alpha": float("nan")}, "alpha must be"),
        ({"l1_activation": (0.1, 0.2)}, "each hidden layer"),
        ({"n_threads": 0}, "n_threads must be"),
        ({"learning_rate_init": 1e30}, "not a finite number"),
    ],
)
def test_wrong_settings_are_refused_by_a_sentence(settings, text):
    with pytest.raises(ValueError, match=text):
        RectifierClassifier(**{"max_iter": 3, "random_state": 0, **settings}).fit(X, Y)


@pytest.mark.parametrize(
    "x, y, text",
    [
        (np.zeros((0, 3)), np.zeros(0), "0 sample"),
        (np.zeros((4, 3)), np.zeros(3), "inconsistent"),
        (np.full((4, 3), np.nan), [0, 1, 0, 1], "NaN"),
        (np.full((4, 3), np.inf), [0, 1, 0, 1], "infinity"),
        (np.full((4, 3), 1e300), [0, 1, 0, 1], "too large"),
        (np.full((4, 3), "a", dtype=object), [0, 1, 0, 1], "convert"),
        (np.zeros((4, 3)), [1, 1, 1, 1], "one class"),
        (np.zeros((4, 3, 2)), [0, 1, 0, 1], "dim"),
        (np.zeros((70_000, 1), np.float32), np.arange(70_000), "maximum is 65536"),
    ],
)
def test_wrong_data_are_refused_by_a_sentence(x, y, text):
    with pytest.raises(ValueError, match=text):
        RectifierClassifier(max_iter=1).fit(x, y)


def test_a_broken_sparse_matrix_is_refused():
    broken = sp.csr_matrix(X)
    broken.has_canonical_format = True
    broken.indices[3] = 1_000_000
    with pytest.raises((ValueError, RuntimeError)):
        RectifierClassifier(max_iter=1).fit(broken, Y)


def test_strided_and_read_only_arrays():
    strided = np.repeat(np.repeat(X, 2, axis=0), 2, axis=1)[::2, ::2]
    fixed = X.copy()
    fixed.flags.writeable = False
    fits = [RectifierClassifier(max_iter=2, random_state=0).fit(x, Y).loss_ for x in (X, strided, fixed, X[:, :])]
    assert len(set(fits)) == 1


def test_a_thousand_fits_do_not_grow_memory():
    resource = pytest.importorskip("resource")

    def fits(count):
        for _ in range(count):
            RectifierRegressor((5,), max_iter=1).fit(X[:20], Y[:20] / 10)
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    before = fits(200)
    assert fits(1000) - before < 4000
