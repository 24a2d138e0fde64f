"""Denoising auto-encoders: gradients against formulas in float64, corruption, and what scikit-learn expects."""

import os
import pickle
import signal
import threading
import time

import numpy as np
import pytest
import scipy.sparse as sp
from sklearn.base import clone
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline

from rectifier import DenoisingAutoencoder

X = load_digits(return_X_y=True)[0] / 16
Y = load_digits(return_X_y=True)[1]
pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
RECONSTRUCTIONS = [
    "softplus-quadratic",
    "logistic-cross-entropy",
    "tanh-cross-entropy",
    "linear-quadratic",
    "rectifier-quadratic",
]


def output(reconstruction, f):
    """The reconstruction y of f."""
    if reconstruction == "softplus-quadratic":
        return np.logaddexp(0, f)
    if reconstruction == "logistic-cross-entropy":
        return 1 / (1 + np.exp(-f))
    if reconstruction == "tanh-cross-entropy":
        return (np.tanh(f) + 1) / 2
    return np.maximum(f, 0) if reconstruction == "rectifier-quadratic" else f


def cost(parameters, x, reconstruction, l1, weights=1.0):
    """Mean cost of the examples x with the parameters W, b, V, c, and the L1 penalty of the code."""
    W, b, V, c = parameters
    h = np.maximum(x @ W + b, 0)
    y = output(reconstruction, h @ V + c)
    if reconstruction.endswith("cross-entropy"):
        costs = -(x * np.log(y) + (1 - x) * np.log(1 - y))
    else:
        costs = (x - y) ** 2
    return (weights * costs.sum(axis=1)).mean(), l1 * np.abs(h).sum(axis=1).mean()


def numerical_gradient(function, parameter, places):
    slopes = []
    for place in places:
        values = []
        for step in (1e-6, -1e-6):
            old = parameter[place]
            parameter[place] = old + step
            values.append(function())
            parameter[place] = old
        slopes.append((values[0] - values[1]) / 2e-6)
    return np.array(slopes)


@pytest.mark.parametrize("reconstruction", RECONSTRUCTIONS)
@pytest.mark.parametrize("decoder", ["untied", "tied"])
@pytest.mark.parametrize("weighted", [False, True])
def test_a_step_is_the_gradient_of_the_cost(reconstruction, decoder, weighted):
    x, rate, l1 = X[:12], 0.01, 0.01
    weights = np.arange(1.0, 13) / 6.5 if weighted else None
    autoencoder = DenoisingAutoencoder(
        9,
        decoder=decoder,
        reconstruction=reconstruction,
        corruption=None,
        l1_activation=l1,
        batch_size=12,
        learning_rate_init=1e-30,
        random_state=1,
        shuffle=False,
        warm_start=True,
        max_iter=1,
    ).fit(x, sample_weight=weights)
    start = [array.astype(float) for pair in zip(autoencoder.coefs_, autoencoder.intercepts_) for array in pair]
    autoencoder.set_params(learning_rate_init=rate).fit(x, sample_weight=weights)
    ends = [array for pair in zip(autoencoder.coefs_, autoencoder.intercepts_) for array in pair]
    of_examples = 1.0 if weights is None else weights
    assert autoencoder.loss_ == pytest.approx(cost(start, x, reconstruction, l1, of_examples)[0], rel=1e-5)
    if decoder == "tied":
        np.testing.assert_array_equal(ends[2], ends[0].T)
        start[2] = start[0].T  # a view: it changes with the encoder
    rng = np.random.default_rng(0)
    for k in (0, 1, 3) if decoder == "tied" else range(4):
        places = [tuple(rng.integers(n) for n in start[k].shape) for _ in range(25)]
        slopes = numerical_gradient(lambda: sum(cost(start, x, reconstruction, l1, of_examples)), start[k], places)
        steps = np.array([ends[k][place] - start[k][place] for place in places])
        np.testing.assert_allclose(steps, -rate * slopes, rtol=1e-3, atol=3e-7)


@pytest.mark.parametrize("reconstruction", RECONSTRUCTIONS)
def test_codes_and_reconstructions_are_their_formulas(reconstruction):
    autoencoder = DenoisingAutoencoder(20, reconstruction=reconstruction, max_iter=2, random_state=0).fit(X)
    (W, V), (b, c) = autoencoder.coefs_, autoencoder.intercepts_
    h = np.maximum(X @ W + b, 0)
    np.testing.assert_allclose(autoencoder.transform(X), h, atol=1e-5)
    y = output(reconstruction, h @ V + c)
    np.testing.assert_allclose(autoencoder.inverse_transform(autoencoder.transform(X)), y, atol=1e-5)
    np.testing.assert_allclose(autoencoder.inverse_transform(sp.csr_array(h)), y, atol=1e-5)
    whole = cost((W, b, V, c), X, reconstruction, 0)[0]
    assert autoencoder.score(X) == pytest.approx(-whole, rel=1e-4)


@pytest.mark.parametrize(
    "target, of, back", [("magnitude", np.abs, lambda y: y), ("halved", lambda x: (x + 1) / 2, lambda y: 2 * y - 1)]
)
def test_targets_of_signed_inputs(target, of, back):
    x = 2 * X - 1
    autoencoder = DenoisingAutoencoder(20, target=target, max_iter=2, random_state=0).fit(x)
    (W, V), (b, c) = autoencoder.coefs_, autoencoder.intercepts_
    y = np.logaddexp(0, np.maximum(x @ W + b, 0) @ V + c)
    assert autoencoder.score(x) == pytest.approx(-((y - of(x)) ** 2).sum(axis=1).mean(), rel=1e-4)
    np.testing.assert_allclose(autoencoder.inverse_transform(autoencoder.transform(x)), back(y), atol=1e-5)


def steps_of_inputs(corruption, value, width=20_000):
    """What one linear unit learns from one example of equal values: for each input, a multiple of its corrupted value."""
    autoencoder = DenoisingAutoencoder(
        1,
        "identity",
        reconstruction="linear-quadratic",
        corruption=None,
        l1_activation=0,
        batch_size=1,
        learning_rate_init=1e-30,
        max_iter=1,
        random_state=0,
        warm_start=True,
    )
    x = np.full((1, width), value)
    before = autoencoder.fit(x).coefs_[0].astype(float)
    autoencoder.set_params(corruption=corruption, learning_rate_init=1e-4).fit(x)
    return (autoencoder.coefs_[0] - before)[:, 0]


@pytest.mark.parametrize(
    "corruption, value, share",
    [(("masking", 0.25), 1.0, 0.25), (("salt-and-pepper", 0.8, 0.3), 1.0, 0.8), (("salt-and-pepper", 0.8, 0.3), 0.0, 0.7)],
)
def test_shares_of_corrupted_inputs(corruption, value, share):
    zeros = np.mean(np.abs(steps_of_inputs(corruption, value)) < 1e-9)
    assert zeros == pytest.approx(share, abs=4 * np.sqrt(share * (1 - share) / 20_000))


def test_gaussian_noise_has_its_deviation():
    steps = steps_of_inputs(("gaussian", 0.5), 2.0)
    assert np.std(steps) / abs(np.mean(steps)) == pytest.approx(0.25, rel=0.03)
    assert np.std(steps_of_inputs(None, 2.0)) < 1e-3 * abs(np.mean(steps))


def test_noise_before_the_activation_changes_codes_and_not_inputs():
    steps = steps_of_inputs(("gaussian-before-activation", 5.0), 2.0)
    assert np.std(steps) < 1e-3 * abs(np.mean(steps)) and np.mean(steps) != np.mean(steps_of_inputs(None, 2.0))


def test_a_sampled_reconstruction_has_the_same_expected_cost():
    rng = np.random.default_rng(0)
    x = sp.csr_matrix((rng.random((400, 300)) < 0.02).astype(np.float32))
    settings = dict(reconstruction="logistic-cross-entropy", learning_rate_init=1e-30, max_iter=1, random_state=0)
    whole = DenoisingAutoencoder(5, **settings).fit(x).loss_
    sampled = DenoisingAutoencoder(5, sampling=1.0, **settings).fit(x).loss_
    assert sampled != whole and sampled == pytest.approx(whole, rel=0.02)


def test_formats_of_the_inputs_change_nothing():
    fits = [
        DenoisingAutoencoder(20, max_iter=2, random_state=0).fit(x)
        for x in (X, X.astype(np.float32), sp.csr_matrix(X), sp.csc_array(X), np.asfortranarray(X))
    ]
    for fit in fits[1:]:
        np.testing.assert_array_equal(fit.coefs_[0], fits[0].coefs_[0])
        np.testing.assert_array_equal(fit.transform(sp.csr_matrix(X)), fits[0].transform(X))


@pytest.mark.parametrize("decoder", ["untied", "tied"])
@pytest.mark.parametrize("sampling", [None, 1.0])
def test_the_number_of_threads_changes_nothing(decoder, sampling):
    one, two = (
        DenoisingAutoencoder(500, decoder=decoder, sampling=sampling, max_iter=1, random_state=0, n_threads=n).fit(X[:300])
        for n in (1, 2)
    )
    for a, b in zip(one.coefs_ + one.intercepts_, two.coefs_ + two.intercepts_):
        np.testing.assert_array_equal(a, b)
    np.testing.assert_array_equal(one.transform(X), two.transform(X))


def test_the_seed_decides_the_corruption():
    settings = dict(n_components=20, max_iter=2)
    losses = [DenoisingAutoencoder(random_state=seed, **settings).fit(X).loss_curve_ for seed in (0, 0, 1)]
    assert losses[0] == losses[1] != losses[2]


def test_golden_losses():
    autoencoder = DenoisingAutoencoder(30, max_iter=3, random_state=0).fit(X)
    np.testing.assert_allclose(autoencoder.loss_curve_, [6.036076, 4.248344, 3.772694], rtol=1e-4)
    assert 0 < autoencoder.sparsity_[0] < 1 and autoencoder.dead_units_[0] < 30


def test_warm_start_and_partial_fit_go_on_with_new_corruption():
    settings = dict(n_components=20, random_state=0)
    cold = DenoisingAutoencoder(max_iter=4, **settings).fit(X)
    warm = DenoisingAutoencoder(max_iter=2, warm_start=True, **settings).fit(X).fit(X)
    assert warm.n_iter_ == 2 and len(warm.loss_curve_) == 4 and warm.loss_curve_[:2] == cold.loss_curve_[:2]
    in_order = DenoisingAutoencoder(max_iter=3, shuffle=False, **settings).fit(X)
    partial = DenoisingAutoencoder(shuffle=False, **settings)
    for _ in range(3):
        partial.partial_fit(X)
    assert partial.loss_curve_ == in_order.loss_curve_
    # With a rate of nearly 0, epochs differ by their corruption alone.
    still = DenoisingAutoencoder(max_iter=2, learning_rate_init=1e-30, shuffle=False, **settings).fit(X)
    assert still.loss_curve_[0] != still.loss_curve_[1]


def test_pickles_transform_and_go_on_learning():
    autoencoder = DenoisingAutoencoder(20, max_iter=2, random_state=0).fit(X)
    copy = pickle.loads(pickle.dumps(autoencoder))
    np.testing.assert_array_equal(copy.transform(X), autoencoder.transform(X))
    assert copy.partial_fit(X).loss_ == autoencoder.partial_fit(X).loss_


def test_a_callback_stops_and_early_stopping_keeps_the_best():
    seen = []
    DenoisingAutoencoder(20, callback=lambda a: seen.append(a.score(X)) or len(seen) == 3, random_state=0).fit(X)
    assert len(seen) == 3 and seen[0] < seen[2]
    stopped = DenoisingAutoencoder(20, early_stopping=True, n_iter_no_change=2, tol=0.05, random_state=0).fit(X)
    assert stopped.best_validation_score_ == -min(stopped.validation_loss_curve_) and stopped.n_iter_ < 30


def test_examples_of_weight_zero_are_left_out():
    weights = (np.arange(len(X)) < 900).astype(float)
    weighted = DenoisingAutoencoder(20, max_iter=1, random_state=0).fit(X, sample_weight=weights)
    assert weighted.t_ == 900


def test_a_pipeline_of_encoders_under_a_classifier():
    encoders = [DenoisingAutoencoder(n, max_iter=10, random_state=0) for n in (80, 60)]
    pipeline = make_pipeline(*encoders, LogisticRegression(max_iter=1000)).fit(X, Y)
    assert pipeline.score(X, Y) > 0.93
    assert list(pipeline[:-1].get_feature_names_out()[:2]) == ["denoisingautoencoder0", "denoisingautoencoder1"]
    search = GridSearchCV(clone(encoders[0]), {"corruption": [None, ("masking", 0.5)]}, cv=2).fit(X)
    assert search.best_score_ < 0


def test_ctrl_c_stops_a_fit_within_a_second_and_keeps_the_last_whole_epoch(ctrl_c_raises):
    whole = []
    autoencoder = DenoisingAutoencoder(
        1000, max_iter=1000, n_iter_no_change=np.inf, random_state=0, callback=lambda _: whole.append(True)
    )
    threading.Timer(3.0, os.kill, (os.getpid(), signal.SIGINT)).start()
    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        autoencoder.fit(np.tile(X, (2, 1)))
    assert time.monotonic() - started < 4.0
    assert len(whole) <= autoencoder.n_iter_ <= len(whole) + 1
    if autoencoder.n_iter_ > 0:
        again = DenoisingAutoencoder(1000, max_iter=autoencoder.n_iter_, random_state=0).fit(np.tile(X, (2, 1)))
        np.testing.assert_array_equal(autoencoder.coefs_[0], again.coefs_[0])
    autoencoder.transform(X)


@pytest.mark.parametrize(
    "settings, text",
    [
        ({"n_components": 0}, "n_components must be"),
        ({"decoder": "free"}, "decoder='free' is unknown"),
        ({"reconstruction": "softmax"}, "reconstruction='softmax' is unknown"),
        ({"target": "none"}, "target='none' is unknown"),
        ({"corruption": "masking"}, "corruption must be"),
        ({"corruption": ()}, "corruption must be"),
        ({"corruption": ("masking",)}, "corruption must be"),
        ({"corruption": ("masking", 1.5)}, "corruption must be"),
        ({"corruption": ("gaussian", float("inf"))}, "corruption must be"),
        ({"corruption": ("dropout", 0.5)}, "corruption must be"),
        ({"sampling": 0}, "sampling must be"),
        ({"l1_activation": -1}, "l1_activation must be"),
        ({"learning_rate_init": 1e30}, "not a finite number"),
    ],
)
def test_wrong_settings_are_refused_by_a_sentence(settings, text):
    with pytest.raises(ValueError, match=text):
        DenoisingAutoencoder(**{"max_iter": 3, "random_state": 0, **settings}).fit(X)


def test_inputs_out_of_reach_are_refused_by_a_sentence():
    with pytest.raises(ValueError, match="Negative values in data"):
        DenoisingAutoencoder().fit(X - 0.5)
    with pytest.raises(ValueError, match="Values above 1 in data"):
        DenoisingAutoencoder(reconstruction="logistic-cross-entropy").fit(2 * X)
    autoencoder = DenoisingAutoencoder(8, max_iter=1).fit(X)
    with pytest.raises(ValueError, match="the code has 8 units"):
        autoencoder.inverse_transform(X)


def test_a_broken_sparse_matrix_is_refused():
    broken = sp.csr_matrix(X)
    broken.has_canonical_format = True
    broken.indices[3] = 1_000_000
    with pytest.raises((ValueError, RuntimeError)):
        DenoisingAutoencoder(max_iter=1).fit(broken)
