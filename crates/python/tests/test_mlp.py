"""scikit-learn's own tests of its multilayer perceptrons, with the estimators of this package in place of theirs.

The tests are those of the installed scikit-learn. In its module, MLPClassifier and MLPRegressor become functions that make
estimators of this package from the arguments of scikit-learn:

- where an argument is left out, its value is scikit-learn's;
- settings that have no effect on gradient descent at a constant learning rate are dropped;
- a test that asks for Adam or L-BFGS only to learn something gets gradient descent in small minibatches;
- numbers are compared to the precision of float32.
"""

import importlib

import numpy as np
import pytest

import rectifier

theirs = importlib.import_module("sklearn.neural_network.tests.test_mlp")

LEARNER = {
    "adam": dict(learning_rate_init=0.01, batch_size=10, momentum=0.0),
    "lbfgs": dict(learning_rate_init=0.01, batch_size=10, momentum=0.9),
    "sgd": dict(learning_rate_init=0.001, batch_size=200, momentum=0.9),
}
WITHOUT_EFFECT = ("nesterovs_momentum", "power_t", "beta_1", "beta_2", "epsilon", "max_fun")

SKIPPED = {
    "test_fit": "sets private attributes of MLPClassifier; test_the_worked_example_of_scikit_learn below is the same example",
    "test_gradient": "calls a private function of L-BFGS; test_gradients.py compares gradients with finite differences",
    "test_lbfgs_regression": "in 200 epochs, logistic units reach the score of 0.98 with L-BFGS alone",
    "test_lbfgs_classification_maxfun": "L-BFGS is not available",
    "test_lbfgs_regression_maxfun": "L-BFGS is not available",
    "test_learning_rate_warmstart": "the learning rate is constant, and the test reads a private attribute of it",
    "test_adaptive_learning_rate": "the learning rate is constant",
    "test_n_iter_no_change": "reads a private counter; test_peers.py compares the numbers of epochs",
    "test_n_iter_no_change_inf": "reads a private counter; test_mlp_warm_start_no_convergence has the same setting",
    "test_verbose_sgd": "an epoch is called so in what verbose prints, not an iteration",
    "test_mlp_vs_poisson_glm_equivalent": "the cost of a Poisson distribution is not available",
    "test_mlp_diverging_loss": "a loss that is not a finite number stops learning with an error, instead of going on",
    "test_nonfinite_params": "inputs beyond the range of float32 are refused before learning, by another sentence",
    "test_multioutput_regression": "the targets have a variance of 10,000, for which the test relies on L-BFGS",
    "test_shuffle": "the targets have a variance of 1,000, for which the test relies on Adam; test_behaviour.py has such a test",
    "test_mlp_sample_weight_with_early_stopping": "as test_shuffle",
    "test_partial_fit_errors": "partial_fit of a classifier with another solver exists, and refuses the solver",
    "test_early_stopping_stratified": "the error is raised, but it names the class 1 instead of True",
    "test_preserve_feature_names[MLPClassifier]": "one class is refused",
    "test_mlp_param_dtypes[MLPClassifier-float64]": "weights are float32",
    "test_mlp_param_dtypes[MLPRegressor-float64]": "weights are float32",
}


def ours(estimator):
    def make(*args, solver="adam", learning_rate="constant", loss="squared_error", **given):
        assert (learning_rate, loss) == ("constant", "squared_error")
        settings = {name: value for name, value in given.items() if name not in WITHOUT_EFFECT}
        return estimator(*args, **{"alpha": 1e-4, **LEARNER[solver], **settings})

    make.__name__ = estimator.__name__.replace("Rectifier", "MLP")
    return make


MAKERS = {
    theirs.MLPClassifier: ours(rectifier.RectifierClassifier),
    theirs.MLPRegressor: ours(rectifier.RectifierRegressor),
}


def close(found, expected, rtol=1e-7, atol=0):
    np.testing.assert_allclose(found, expected, rtol=max(rtol, 1e-5), atol=max(atol, 1e-5))


def cases():
    """Each test of scikit-learn's module with each set of its parameters, as parameters of one test here."""
    return list(each_case())


def each_case():
    for name, test in vars(theirs).items():
        if not name.startswith("test_"):
            continue
        sets = [((), {})]
        for mark in getattr(test, "pytestmark", []):
            if mark.name == "parametrize":
                names, values = [part.strip() for part in mark.args[0].split(",")], mark.args[1]
                values = [(value,) if len(names) == 1 else tuple(value) for value in values]
                sets = [
                    (ids + (label(value, k),), {**kept, **dict(zip(names, value))})
                    for ids, kept in sets
                    for k, value in enumerate(values)
                ]
        for ids, kept in sets:
            found = f"{name}[{'-'.join(ids)}]" if ids else name
            reason = SKIPPED.get(found, SKIPPED.get(name))
            yield pytest.param(test, kept, id=found, marks=[pytest.mark.skip(reason=reason)] if reason else [])


def label(values, index):
    if len(values) == 1 and (isinstance(values[0], str) or hasattr(values[0], "__name__")):
        return getattr(values[0], "__name__", str(values[0]))
    return f"data{index}"


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("test, parameters", cases())
def test_of_scikit_learn(test, parameters, monkeypatch, request):
    for original, maker in MAKERS.items():
        monkeypatch.setattr(theirs, original.__name__, maker)
    monkeypatch.setattr(theirs, "assert_allclose", close)
    parameters = {name: MAKERS.get(value, value) if callable(value) else value for name, value in parameters.items()}
    names = test.__code__.co_varnames[: test.__code__.co_argcount]
    fixtures = {name: request.getfixturevalue(name) for name in names if name not in parameters}
    test(**parameters, **fixtures)


def test_every_skipped_test_exists():
    found = {case.id for case in cases()}
    assert all(name in found or any(one.startswith(f"{name}[") for one in found) for name in SKIPPED)


def test_the_worked_example_of_scikit_learn():
    """The example of scikit-learn's test_fit: a step from given weights, worked out by hand."""
    X, y = np.array([[0.6, 0.8, 0.7]]), np.array([0])
    classifier = rectifier.RectifierClassifier(
        2, activation="logistic", alpha=0.1, learning_rate_init=0.1, batch_size=1, random_state=1
    )
    classifier.partial_fit(X, y, classes=[0, 1])
    classifier.coefs_ = [np.array([[0.1, 0.2], [0.3, 0.1], [0.5, 0]], np.float32), np.array([[0.1], [0.2]], np.float32)]
    classifier.intercepts_ = [np.array([0.1, 0.1], np.float32), np.array([1.0], np.float32)]
    classifier.partial_fit(X, y)
    expected = [[[0.098, 0.195756], [0.2956664, 0.096008], [0.4939998, -0.002244]], [[0.04706], [0.154089]]]
    for found, by_hand in zip(classifier.coefs_ + classifier.intercepts_, [*expected, [0.098333, 0.09626], [0.9235]]):
        np.testing.assert_allclose(found, by_hand, atol=5e-4)
    assert classifier.predict_proba(X)[0, 1] == pytest.approx(0.739, abs=5e-4)
