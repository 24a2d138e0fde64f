"""Gradients against finite differences, and a hundred steps against the same steps in float64."""

import numpy as np
import pytest
import scipy.sparse as sp
from reference import Reference

from rectifier import RectifierClassifier, _rectifier

COSTS = {"softmax": ("softmax", 1.0), "logistic": ("logistic-cross-entropy", 1.0), "squares": ("linear-quadratic", 0.5)}


def network(widths, seed, scale=1.0, gap=0.0):
    """Weights and biases; every second hidden unit has the bias `gap`, the others -`gap`."""
    draw = np.random.default_rng(seed)
    weights = [
        (scale * draw.uniform(-1, 1, (i, o)) * np.sqrt(3 / i)).astype(np.float32) for i, o in zip(widths, widths[1:])
    ]
    biases = [draw.uniform(-0.2, 0.2, o).astype(np.float32) for o in widths[1:]]
    for b in biases[:-1]:
        b += (gap * np.where(np.arange(len(b)) % 2, -1, 1)).astype(np.float32)
    return weights, biases


def examples(n, inputs, outputs, cost, share, seed):
    """Rows with a share of nonzero inputs, targets, and factors, of which some are 0."""
    draw = np.random.default_rng(seed)
    x = (draw.uniform(-1, 1, (n, inputs)) * (draw.random((n, inputs)) < share)).astype(np.float32)
    if cost == "softmax":
        y = draw.integers(0, outputs, n).astype(np.uint16)
    elif cost == "logistic":
        y = draw.integers(0, 2, (n, outputs)).astype(np.float32)
    else:
        y = draw.normal(size=(n, outputs)).astype(np.float32)
    return x, y, draw.choice([0.0, 0.5, 1.0, 2.5], n).astype(np.float32)


def learner(weights, biases, activation, cost, *, batch, momentum=0.0, alpha=0.0, l1=0.0):
    description = weights, biases, activation, [np.empty(0, np.float32)] * (len(weights) - 1)
    return _rectifier.Learner(
        description,
        cost=COSTS[cost][0],
        batch=batch,
        threads=1,
        momentum=momentum,
        alpha=alpha,
        l1=[l1] * (len(weights) - 1),
    )


def parameters(learner):
    pairs = learner.parameters()
    return [weight for weight, _ in pairs] + [bias for _, bias in pairs]


def worst(found, expected):
    return max(np.abs(a - b).max() for a, b in zip(found, expected))


@pytest.mark.parametrize("share", [0.1, 0.95])
@pytest.mark.parametrize("cost", COSTS)
@pytest.mark.parametrize("activation", ["rectifier", "softplus", "tanh", "logistic", "absolute", "linear"])
def test_gradients_are_the_finite_differences_of_the_cost(activation, cost, share):
    penalties = dict(alpha=0.3, l1=0.01 if activation in ("rectifier", "softplus") else 0.0)
    weights, biases = network((23, 19, 13, 3), seed=5)
    x, y, factors = examples(7, 23, 3, cost, share, seed=1)
    expected = Reference(weights, biases, activation, cost, **penalties)
    differences = expected.differences(x, y, factors)
    assert worst(expected.gradient(x, y, factors), differences) < 1e-8
    for momentum in (0.0, 0.9):
        ours = learner(weights, biases, activation, cost, batch=7, momentum=momentum, **penalties)
        before = parameters(ours)
        ours.epoch(x, y, np.arange(7, dtype=np.uint32), factors=COSTS[cost][1] * factors, rate=0.5)
        gradients = [(a - b) / np.float64(0.5) for a, b in zip(before, parameters(ours))]
        assert worst(gradients, differences) < 1e-6


STEPS = 100
ROWS = {
    "sparse": lambda step: 0.05,
    "dense": lambda step: 0.95,
    "both": lambda step: 0.05 if step // 3 % 2 else 0.95,
}


@pytest.mark.parametrize("rows", ROWS)
@pytest.mark.parametrize("cost", COSTS)
@pytest.mark.parametrize("activation", ["rectifier", "softplus", "tanh"])
@pytest.mark.parametrize("hidden", [(37, 21), (403, 29)])
def test_a_hundred_steps_are_those_in_float64(hidden, activation, cost, rows):
    """The learning rate changes now and then, and every third minibatch is smaller."""
    settings = dict(momentum=0.8, alpha=0.2, l1=0.0)
    # A pre-activation within rounding of 0 would be on different sides of a rectifier's threshold in float32 and float64.
    wide = activation == "rectifier" and hidden[0] > 400
    weights, biases = network((61, *hidden, 5), seed=3, scale=0.3 if wide else 1.0, gap=1.5 if wide else 0.0)
    ours = learner(weights, biases, activation, cost, batch=10, **settings)
    expected = Reference(weights, biases, activation, cost, **settings)
    for step in range(STEPS):
        n = 7 if step % 3 == 2 else 10
        x, y, factors = examples(n, 61, 5, cost, ROWS[rows](step), seed=(15, step))
        rate = (0.02, 0.01, 0.03)[step // 17 % 3]
        csr = sp.csr_matrix(x)
        given = (61, csr.indptr, csr.indices, csr.data) if step % 2 else x
        ours.epoch(given, y, np.arange(n, dtype=np.uint32), factors=COSTS[cost][1] * factors, rate=rate)
        expected.step(x, y, factors, rate)
    assert activation != "rectifier" or expected.nearest > 1e-6, "another seed has no pre-activation close to 0"
    assert worst(parameters(ours), expected.parameters) < 1e-5


def test_evaluation_between_steps_has_the_current_weights_and_changes_nothing():
    settings = dict(momentum=0.9, alpha=0.5)
    weights, biases = network((61, 37, 5), seed=3)
    alone, watched = (learner(weights, biases, "tanh", "softmax", batch=10, **settings) for _ in range(2))
    expected = Reference(weights, biases, "tanh", "softmax", **settings)
    order = np.arange(10, dtype=np.uint32)
    for step in range(40):
        x, y, factors = examples(10, 61, 5, "softmax", 0.05, seed=(9, step))
        for one in (alone, watched):
            one.epoch(x, y, order, factors=factors, rate=0.05)
        expected.step(x, y, factors, 0.05)
        # Rows of other words, some of which no step has read for long.
        x, y, factors = examples(10, 61, 5, "softmax", 0.1, seed=(10, step))
        cost, *_ = watched.evaluate(x, y, order, factors=factors)
        without = Reference(expected.parameters[:2], expected.parameters[2:], "tanh", "softmax")
        assert cost == pytest.approx(10 * without.cost(x, y, factors), abs=1e-4)
        predictor = _rectifier.Predictor(
            (parameters(watched)[:2], parameters(watched)[2:], "tanh", [np.empty(0, np.float32)]), 1
        )
        np.testing.assert_allclose(predictor.outputs(x, 1), expected._passes(x)[0][-1], atol=1e-5)
        assert worst(parameters(watched), expected.parameters) < 1e-5
    assert worst(parameters(watched), parameters(alone)) < 1e-6


@pytest.mark.parametrize("momentum", [0.0, 0.5])
def test_a_small_penalty_is_not_lost_to_rounding(momentum):
    """A step takes 5e-7 of each weight, which is too little for 1 - 5e-7 in float32."""
    weight = np.random.default_rng(0).uniform(0.5, 1, (4, 500)).astype(np.float32)
    ours = learner([weight], [np.zeros(500, np.float32)], "linear", "softmax", batch=1, momentum=momentum, alpha=5e-6)
    x, y, steps = np.ones((1, 4), np.float32), np.zeros(1, np.uint16), 10_000
    nothing = np.zeros(1, np.float32)
    ours.epoch(x, y, np.zeros(steps, np.uint32), factors=nothing, rate=0.1)
    decay = 1 - (parameters(ours)[0] / weight.astype(np.float64)).mean()
    assert decay == pytest.approx(1 - np.exp(-steps * 5e-7 / (1 - momentum)), rel=0.01)


@pytest.mark.parametrize("sparse", [False, True])
def test_example_weights_of_an_estimator_are_factors_with_a_mean_of_one(sparse):
    draw = np.random.default_rng(0)
    x, y, _ = examples(300, 61, 4, "softmax", 0.1 if sparse else 0.9, seed=2)
    weights = draw.integers(1, 5, 300).astype(float)
    ours = RectifierClassifier(
        (37,), activation="tanh", momentum=0.5, alpha=0.1, shuffle=False, random_state=1, max_iter=3
    )
    with pytest.warns(match="maximum of 3 epochs"):
        ours.fit(sp.csr_matrix(x) if sparse else x, y, sample_weight=weights)
    start = RectifierClassifier((37,), activation="tanh", random_state=1, learning_rate_init=0)
    start.partial_fit(x[:10], y[:10], classes=range(4))
    expected = Reference(start.coefs_, start.intercepts_, "tanh", "softmax", momentum=0.5, alpha=0.1)
    factors = weights / weights.mean()
    for first in 3 * list(range(0, 300, 10)):
        some = slice(first, first + 10)
        expected.step(x[some], y[some], factors[some], 0.05)
    assert worst(ours.coefs_ + ours.intercepts_, expected.parameters) < 1e-5
