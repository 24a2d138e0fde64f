"""Pre-training of classifiers and regressors, layer by layer."""

import pickle

import numpy as np
import pytest
import scipy.sparse as sp
from sklearn.base import clone
from sklearn.datasets import load_digits
from sklearn.frozen import FrozenEstimator
from sklearn.model_selection import GridSearchCV

from rectifier import DenoisingAutoencoder, RectifierClassifier, RectifierRegressor

X, Y = load_digits(return_X_y=True)
X = X / 16
AUTOENCODER = DenoisingAutoencoder(max_iter=2)
pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def classifier(**settings):
    return RectifierClassifier(**{"hidden_layer_sizes": (30, 20), "max_iter": 1, "random_state": 0, **settings})


def unlearned(**settings):
    """A network that stays where it starts, because its steps are too small to change a weight."""
    return classifier(learning_rate_init=1e-30, **settings)


@pytest.mark.parametrize("of_x", [np.asarray, sp.csr_matrix])
def test_learning_starts_from_the_weights_of_autoencoders_of_codes(of_x):
    found = unlearned(pretraining=AUTOENCODER).fit(of_x(X), Y)
    codes = of_x(X)
    assert [one.n_components for one in found.pretrained_] == [30, 20]
    for layer, autoencoder in enumerate(found.pretrained_):
        again = clone(autoencoder).fit(codes)
        np.testing.assert_array_equal(found.coefs_[layer], again.coefs_[0])
        np.testing.assert_array_equal(found.intercepts_[layer], again.intercepts_[0])
        codes = again.transform(codes)
    drawn = unlearned().fit(X, Y)
    assert np.abs(found.coefs_[0] - drawn.coefs_[0]).max() > 0.01
    np.testing.assert_array_equal(found.coefs_[2], drawn.coefs_[2])


def test_the_units_of_the_network_decide_over_those_of_the_autoencoder():
    found = unlearned(pretraining=AUTOENCODER, activation="tanh", sign_mask=True, n_threads=2).fit(X, Y)
    assert [one.activation for one in found.pretrained_] == ["tanh"] * 2
    assert [one.sign_mask for one in found.pretrained_] == [True] * 2
    assert [one.target for one in found.pretrained_] == ["same", "halved"]
    signed = unlearned(pretraining=AUTOENCODER, sign_mask=True).fit(X, Y)
    assert [one.target for one in signed.pretrained_] == ["same", "magnitude"]
    assert AUTOENCODER.n_components == 100 and not hasattr(AUTOENCODER, "coefs_")


def test_a_list_has_the_settings_of_each_layer():
    settings = [clone(AUTOENCODER).set_params(corruption=corruption) for corruption in (None, ("gaussian", 0.1))]
    found = unlearned(pretraining=settings).fit(X, Y)
    assert [one.corruption for one in found.pretrained_] == [None, ("gaussian", 0.1)]


def test_a_frozen_autoencoder_is_used_as_it_is():
    first = DenoisingAutoencoder(30, max_iter=2, random_state=5).fit(X)
    found = unlearned(pretraining=[FrozenEstimator(first), AUTOENCODER]).fit(X[:100], Y[:100])
    np.testing.assert_array_equal(found.coefs_[0], first.coefs_[0])
    np.testing.assert_array_equal(clone(found.pretrained_[1]).fit(first.transform(X[:100])).coefs_[0], found.coefs_[1])


def test_the_seed_decides_and_threads_do_not():
    fits = [classifier(pretraining=AUTOENCODER, random_state=seed, n_threads=n).fit(X, Y) for seed, n in ((0, 1), (0, 2), (1, 1))]
    np.testing.assert_array_equal(fits[0].coefs_[0], fits[1].coefs_[0])
    assert fits[0].loss_ == fits[1].loss_ != fits[2].loss_


def test_warm_start_pre_trains_once():
    warm = classifier(pretraining=AUTOENCODER, shuffle=False, warm_start=True).fit(X, Y).fit(X, Y)
    cold = classifier(pretraining=AUTOENCODER, shuffle=False, max_iter=2).fit(X, Y)
    assert warm.loss_curve_ == cold.loss_curve_


def test_validation_data_and_examples_of_weight_zero_are_not_seen():
    found = classifier(pretraining=AUTOENCODER, early_stopping=True).fit(X, Y)
    assert found.pretrained_[0].t_ == 2 * (len(X) - len(X) // 10 - 1)
    weights = (np.arange(len(X)) < 900).astype(float)
    assert classifier(pretraining=AUTOENCODER).fit(X, Y, sample_weight=weights).pretrained_[0].t_ == 2 * 900


def test_pickles_searches_and_regression():
    found = classifier(pretraining=AUTOENCODER).fit(X, Y)
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(found)).predict_proba(X), found.predict_proba(X))
    grid = {"pretraining__corruption": [("masking", 0.1), ("masking", 0.5)]}
    assert GridSearchCV(classifier(pretraining=AUTOENCODER), grid, cv=2).fit(X, Y).best_score_ > 0.2
    regressor = RectifierRegressor((20,), max_iter=20, random_state=0, pretraining=AUTOENCODER).fit(X, X[:, 20])
    assert regressor.pretrained_[0].n_components == 20 and regressor.score(X, X[:, 20]) > 0.5


@pytest.mark.parametrize(
    "pretraining, text",
    [
        ([AUTOENCODER], "each of the 2 hidden layers"),
        ("denoising", "pretraining must be None"),
        ([FrozenEstimator(AUTOENCODER)] * 2, "must be fitted with 64 features and 30 components"),
    ],
)
def test_wrong_pretraining_is_refused_by_a_sentence(pretraining, text):
    with pytest.raises(ValueError, match=text):
        classifier(pretraining=pretraining).fit(X, Y)
    with pytest.raises(ValueError, match="partial_fit does not pre-train"):
        classifier(pretraining=AUTOENCODER).partial_fit(X, Y, classes=np.arange(10))


def test_pre_training_without_labels_helps_where_labels_are_few():
    order = np.random.default_rng(0).permutation(len(X))
    pool, test = order[:1000], order[1000:]
    scores = {}
    for activation in ("relu", "logistic"):
        rate = {"relu": 0.01, "logistic": 0.05}[activation]
        codes, frozen = X[pool], []
        for _ in range(2):
            autoencoder = DenoisingAutoencoder(
                100, activation, l1_activation=0, learning_rate_init=rate, max_iter=10, random_state=0
            )
            codes = autoencoder.fit_transform(codes)
            frozen.append(FrozenEstimator(autoencoder))
        for pretraining in (None, frozen):
            scores[activation, pretraining is not None] = np.mean(
                [
                    RectifierClassifier((100, 100), activation, max_iter=60, random_state=seed, pretraining=pretraining)
                    .fit(X[pool[k : k + 30]], Y[pool[k : k + 30]])
                    .score(X[test], Y[test])
                    for seed, k in enumerate(range(0, 240, 30))
                ]
            )
    assert scores["relu", True] > scores["relu", False] + 0.015, scores
    assert scores["logistic", True] > scores["logistic", False] + 0.1, scores
