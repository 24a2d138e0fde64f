"""The same steps as scikit-learn's multilayer perceptrons."""

import numpy as np
import pytest
import scipy.sparse as sp
from sklearn.datasets import load_digits
from sklearn.neural_network import MLPClassifier, MLPRegressor

from rectifier import RectifierClassifier, RectifierRegressor

PLAIN = dict(solver="sgd", alpha=0.0, batch_size=10, learning_rate_init=0.05, max_iter=1, random_state=3, momentum=0.0)
X, Y = load_digits(return_X_y=True)
X = X / 16
pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


@pytest.mark.parametrize("of_x", [np.asarray, sp.csr_matrix, sp.csc_matrix, sp.csr_array, np.float32, np.asfortranarray])
@pytest.mark.parametrize("of_y", [lambda y: y, lambda y: y > 4, lambda y: np.eye(10, dtype=int)[y]])
@pytest.mark.parametrize("activation", ["relu", "tanh", "logistic", "identity"])
def test_loss_of_the_first_epoch_is_that_of_mlp_classifier(of_x, of_y, activation):
    settings = dict(PLAIN, hidden_layer_sizes=(40, 30), activation=activation)
    theirs = MLPClassifier(**settings, nesterovs_momentum=False).fit(X, of_y(Y))
    ours = RectifierClassifier(**settings).fit(of_x(X), of_y(Y))
    assert ours.loss_ == pytest.approx(theirs.loss_, abs=1e-4)
    for a, b in zip(ours.coefs_ + ours.intercepts_, theirs.coefs_ + theirs.intercepts_):
        np.testing.assert_allclose(a, b, atol=1e-4)
    np.testing.assert_allclose(ours.predict_proba(of_x(X)), theirs.predict_proba(X), atol=1e-3)


def test_a_hundred_steps_with_momentum_and_alpha_are_those_of_mlp_classifier():
    settings = dict(PLAIN, hidden_layer_sizes=(40,), alpha=0.3, momentum=0.9, learning_rate_init=0.01)
    some = X[:1000], Y[:1000]
    theirs = MLPClassifier(**settings, nesterovs_momentum=False).fit(*some)
    ours = RectifierClassifier(**settings).fit(*some)
    for a, b in zip(ours.coefs_ + ours.intercepts_, theirs.coefs_ + theirs.intercepts_):
        np.testing.assert_allclose(a, b, atol=1e-5)


def test_the_steps_of_regression_are_those_of_mlp_regressor():
    aims = np.column_stack([X[:, 20] - X[:, 30], X[:, 40]])
    for y in (aims, aims[:, 0]):
        settings = dict(PLAIN, hidden_layer_sizes=(40,), learning_rate_init=0.01)
        theirs = MLPRegressor(**settings, nesterovs_momentum=False).fit(X, y)
        ours = RectifierRegressor(**settings).fit(X, y)
        assert ours.loss_ == pytest.approx(theirs.loss_, abs=1e-5)
        np.testing.assert_allclose(ours.predict(X), theirs.predict(X), atol=1e-4)


def test_weights_in_one_minibatch_are_those_of_mlp_classifier():
    weights = np.random.default_rng(0).integers(1, 4, len(X)).astype(float)
    settings = dict(PLAIN, hidden_layer_sizes=(40,), batch_size=len(X), max_iter=5)
    theirs = MLPClassifier(**settings, nesterovs_momentum=False)
    try:
        theirs.fit(X, Y, sample_weight=weights)
    except TypeError:
        pytest.skip("this scikit-learn has no sample_weight in MLPClassifier")
    ours = RectifierClassifier(**settings).fit(X, Y, sample_weight=weights)
    for a, b in zip(ours.coefs_, theirs.coefs_):
        np.testing.assert_allclose(a, b, atol=1e-5)


@pytest.mark.parametrize("early_stopping", [False, True])
def test_learning_stops_after_the_same_epoch_as_that_of_mlp_classifier(early_stopping):
    settings = dict(PLAIN, max_iter=100, tol=0.01, n_iter_no_change=2, early_stopping=early_stopping)
    theirs = MLPClassifier(**settings, nesterovs_momentum=False).fit(X, Y > 4)
    ours = RectifierClassifier(**settings).fit(X, Y > 4)
    assert ours.n_iter_ == theirs.n_iter_ < 100
    np.testing.assert_allclose(ours.loss_curve_, theirs.loss_curve_, atol=1e-3)
    if early_stopping:
        np.testing.assert_allclose(ours.validation_scores_, theirs.validation_scores_, atol=0.01)
