"""What all estimators share: parameters, arrays, epochs, early stopping and prediction."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from numbers import Integral, Real
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split
from sklearn.utils import check_random_state, shuffle
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from . import _rectifier
from ._saved import _Saved

# The names of scikit-learn, and those of this project.
_ACTIVATIONS = {
    "relu": "rectifier",
    "identity": "linear",
    **{
        name: name
        for name in (
            "rectifier",
            "softplus",
            "centred-softplus",
            "tanh",
            "hard-tanh",
            "logistic",
            "absolute",
            "linear",
        )
    },
}


class _Compiled:
    """What the compiled module made of weights, for as long as these weights are the estimator's."""

    def __init__(self) -> None:
        self.learner: _rectifier.Learner | None = None
        self.predictor: _rectifier.Predictor | None = None
        self.settings: tuple[Any, ...] = ()
        self.learned: list[Any] = []
        self.predicted: list[Any] = []


def _same(some: list[Any], others: list[Any]) -> bool:
    return len(some) == len(others) and all(a is b for a, b in zip(some, others))


class _Network(_Saved, BaseEstimator):  # type: ignore[misc]
    """Gradient descent on a network, with the parameters of scikit-learn's multilayer perceptrons."""

    _l1: list[float]
    coefs_: list[NDArray[np.float32]]
    intercepts_: list[NDArray[np.float32]]

    def __init__(
        self,
        hidden_layer_sizes: Any = (100,),
        activation: str = "relu",
        *,
        solver: str = "sgd",
        alpha: float = 0.0,
        l1_activation: float | Sequence[float] = 0.0,
        sign_mask: bool = False,
        batch_size: int = 10,
        learning_rate_init: float = 0.001,
        momentum: float = 0.0,
        max_iter: int = 200,
        shuffle: bool = True,
        random_state: Any = None,
        tol: float = 1e-4,
        verbose: bool = False,
        warm_start: bool = False,
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        n_iter_no_change: int = 10,
        n_threads: int | None = 1,
        callback: Callable[[Any], Any] | None = None,
    ) -> None:
        self.hidden_layer_sizes = hidden_layer_sizes
        self.activation = activation
        self.solver = solver
        self.alpha = alpha
        self.l1_activation = l1_activation
        self.sign_mask = sign_mask
        self.batch_size = batch_size
        self.learning_rate_init = learning_rate_init
        self.momentum = momentum
        self.max_iter = max_iter
        self.shuffle = shuffle
        self.random_state = random_state
        self.tol = tol
        self.verbose = verbose
        self.warm_start = warm_start
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.n_iter_no_change = n_iter_no_change
        self.n_threads = n_threads
        self.callback = callback

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags

    # What subclasses say about their targets.

    def _cost(self) -> str:
        """The name of the cost of the output layer."""
        raise NotImplementedError

    def _score_of(self, outputs: NDArray[np.float32], y: Any, sample_weight: Any) -> float:
        """The score of outputs on validation data; early stopping maximises it."""
        raise NotImplementedError

    # Parameters.

    def _check_parameters(self) -> list[int]:
        """Checks all parameters, and returns the widths of the hidden layers."""
        if self.solver != "sgd":
            raise ValueError(
                f"solver={self.solver!r} is not available: {type(self).__name__} learns by stochastic gradient "
                "descent, solver='sgd'. It has momentum, but not Adam or L-BFGS."
            )
        if self.activation not in _ACTIVATIONS:
            raise ValueError(f"activation={self.activation!r} is unknown; choose one of {sorted(_ACTIVATIONS)}.")
        sizes: Any = self.hidden_layer_sizes
        sizes = [sizes] if isinstance(sizes, Integral) else list(sizes)
        if not all(isinstance(size, Integral) and int(size) > 0 for size in sizes):
            raise ValueError(f"hidden_layer_sizes must be integers from 1 on, got {self.hidden_layer_sizes!r}.")
        for name in ("batch_size", "max_iter", "n_iter_no_change"):
            value = getattr(self, name)
            if not isinstance(value, Integral) or value < 1:
                raise ValueError(f"{name} must be an integer from 1 on, got {value!r}.")
        if self.n_threads is not None and (not isinstance(self.n_threads, Integral) or self.n_threads < 1):
            raise ValueError(f"n_threads must be None or an integer from 1 on, got {self.n_threads!r}.")
        for name, below in (("alpha", np.inf), ("learning_rate_init", np.inf), ("momentum", 1), ("tol", np.inf)):
            value = getattr(self, name)
            if not isinstance(value, Real) or not 0 <= float(value) < below:
                raise ValueError(f"{name} must be a number from 0 to below {below}, got {value!r}.")
        if not isinstance(self.validation_fraction, Real) or not 0 < self.validation_fraction < 1:
            raise ValueError(f"validation_fraction must lie between 0 and 1, got {self.validation_fraction!r}.")
        penalties: Any = self.l1_activation
        penalties = [penalties] * len(sizes) if isinstance(penalties, Real) else list(penalties)
        if len(penalties) != len(sizes) or not all(np.isfinite(penalty) and penalty >= 0 for penalty in penalties):
            raise ValueError(
                "l1_activation must be a number from 0 on, or one such number for each hidden layer, "
                f"got {self.l1_activation!r}."
            )
        self._l1 = [float(penalty) for penalty in penalties]
        return [int(size) for size in sizes]

    def _threads(self) -> int:
        return _rectifier.threads() if self.n_threads is None else int(self.n_threads)

    # Arrays.

    def _rows(self, X: Any) -> Any:
        """A matrix as the compiled module reads it: itself, or the arrays of a CSR matrix."""
        if not sp.issparse(X):
            return X
        if not X.has_canonical_format:
            X = X.copy()
            X.sum_duplicates()
        return (X.shape[1], X.indptr, X.indices, X.data)

    def _checked(self, X: Any, *, reset: bool) -> Any:
        """Checks a matrix without a copy, unless its numbers are neither float32 nor float64."""
        X = validate_data(self, X, accept_sparse="csr", dtype=[np.float64, np.float32], reset=reset)
        return self._in_range(X)

    @staticmethod
    def _in_range(X: Any) -> Any:
        values = X.data if sp.issparse(X) else X
        if values.dtype == np.float64 and values.size:
            largest = max(values.max(), -values.min())
            if largest > np.finfo(np.float32).max:
                raise ValueError(f"X contains {largest:.3g}, which is too large for float32; rescale the column.")
        return X

    def _weights(self, X: Any, sample_weight: Any) -> NDArray[np.float32] | None:
        """The weights of the examples with a mean of 1; None if all are equal."""
        if sample_weight is None:
            return None
        weights = _check_sample_weight(sample_weight, X, dtype=np.float64, ensure_non_negative=True)
        if not weights.sum() > 0:
            raise ValueError("sample_weight must be positive for at least one example.")
        return None if np.all(weights == weights[0]) else (weights / weights.mean()).astype(np.float32)

    # Learning.

    def _start(self, n_features: int, n_outputs: int) -> None:
        """Draws weights as scikit-learn's multilayer perceptrons do: the same for the same random_state."""
        widths = [n_features, *self._check_parameters(), n_outputs]
        self._random = check_random_state(self.random_state)
        factor = 2.0 if self.activation == "logistic" else 6.0
        self.coefs_, self.intercepts_ = [], []
        for fan_in, fan_out in zip(widths, widths[1:]):
            bound = np.sqrt(factor / (fan_in + fan_out))
            self.coefs_.append(self._random.uniform(-bound, bound, (fan_in, fan_out)).astype(np.float32))
            self.intercepts_.append(self._random.uniform(-bound, bound, fan_out).astype(np.float32))
        # Half of the units of each hidden layer keep a negative sign.
        signs = [np.where(np.arange(width) % 2 == 0, 1, -1).astype(np.float32) for width in widths[1:-1]]
        self._signs = signs if self.sign_mask else [np.empty(0, np.float32)] * len(signs)
        self._function = self._target = None
        self._begin_curves()

    def _begin_curves(self) -> None:
        self.n_layers_ = len(self.coefs_) + 1
        self.n_outputs_ = self.coefs_[-1].shape[1]
        self.n_iter_ = 0
        self.t_ = 0
        self.loss_curve_: list[float] = []
        self.best_loss_ = np.inf
        self.validation_scores_: list[float] | None = [] if self.early_stopping else None
        self.validation_loss_curve_: list[float] | None = [] if self.early_stopping else None
        self.best_validation_score_: float = -np.inf
        self._compiled = _Compiled()

    def _description(self) -> Any:
        return self.coefs_, self.intercepts_, self._function or _ACTIVATIONS[self.activation], self._signs

    def _settings(self) -> tuple[Any, ...]:
        return (self._cost(), int(self.batch_size), self._threads(), self.momentum, self.alpha, tuple(self._l1))

    def _make_learner(self) -> _rectifier.Learner:
        """The learner of the current weights, with the velocities of the last call if nothing has changed since."""
        compiled = self._compiled
        unchanged = _same(compiled.learned, [*self.coefs_, *self.intercepts_])
        if compiled.learner is None or compiled.settings != self._settings() or not unchanged:
            cost, batch, threads, momentum, alpha, l1 = self._settings()
            return _rectifier.Learner(
                self._description(), cost=cost, batch=batch, threads=threads, momentum=momentum, alpha=alpha, l1=l1
            )
        return compiled.learner

    def _take(self, learner: _rectifier.Learner) -> None:
        """Takes over the weights of the last whole epoch. They are read-only, so that nothing else can change them."""
        parameters = learner.parameters()
        for arrays in parameters:
            for array in arrays:
                array.flags.writeable = False
        self.coefs_ = [weight for weight, _ in parameters]
        self.intercepts_ = [bias for _, bias in parameters]
        compiled = self._compiled
        compiled.learner, compiled.settings = learner, self._settings()
        compiled.learned = [*self.coefs_, *self.intercepts_]

    def _epoch(self, learner: _rectifier.Learner, rows: Any, aims: Any, order: Any, factors: Any, scale: float) -> None:
        """One epoch, with its loss, sparsity and dead units."""
        cost, _, self.sparsity_, self.dead_units_ = learner.epoch(
            rows, aims, order.astype(np.uint32), factors=factors, rate=float(self.learning_rate_init)
        )
        self.loss_ = cost / (scale * len(order))
        if not np.isfinite(self.loss_):
            raise ValueError(
                f"The loss of epoch {self.n_iter_ + 1} is not a finite number; choose a learning_rate_init below "
                f"{self.learning_rate_init} or rescale the data."
            )
        self.loss_curve_.append(self.loss_)
        self.best_loss_ = min(self.best_loss_, self.loss_)
        self.n_iter_ += 1
        self.t_ += len(order)

    def _learn(self, X: Any, y: Any, aims: Any, weights: Any, *, stratify: Any, factor: float, scale: float) -> None:
        """Epochs until the loss, or the score on validation data, no longer improves by tol.

        Each example costs `factor` times what the compiled module computes, and the loss of an example is its cost
        divided by `scale`.
        """
        train = np.arange(X.shape[0])
        validation = None
        if self.early_stopping:
            train, validation = train_test_split(
                train, random_state=self._random, test_size=self.validation_fraction, stratify=stratify
            )
        if weights is not None:
            train = train[weights[train] > 0]
            if len(train) == 0:
                raise ValueError("sample_weight must be positive for at least one training example.")
        factors = self._factors(X, weights, factor)
        rows, learner = self._rows(X), self._make_learner()
        order = np.arange(len(train))
        best: tuple[Any, Any] | None = None
        stale = 0
        try:
            for epoch in range(self.max_iter):
                if self.shuffle:
                    order = shuffle(order, random_state=self._random)
                before = self.best_loss_
                self._epoch(learner, rows, aims, train[order], factors, scale)
                improved = self.loss_ <= before - self.tol
                if validation is not None:
                    before = self.best_validation_score_
                    score = self._validate(learner, rows, aims, validation, X, y, weights, factors, scale)
                    improved = score > before + self.tol
                    if score > before:
                        best = (self.coefs_, self.intercepts_)
                if self.verbose:
                    self._print()
                if self.callback is not None:
                    self._take(learner)
                    if self.callback(self):
                        break
                stale = 0 if improved else stale + 1
                if stale >= self.n_iter_no_change:
                    break
            else:
                if self.max_iter > 1 or not self.warm_start:
                    warnings.warn(
                        f"The maximum of {self.max_iter} epochs was reached before the loss stopped improving by "
                        f"tol={self.tol}; raise max_iter if more learning is needed.",
                        ConvergenceWarning,
                        stacklevel=3,
                    )
        finally:
            self._take(learner)
        if best is not None:
            self.coefs_, self.intercepts_ = best

    def _learn_once(self, X: Any, aims: Any, weights: Any, *, factor: float, scale: float) -> None:
        """One epoch from the weights of the last call; `factor` and `scale` are those of `_learn`."""
        if self.early_stopping:
            raise ValueError("partial_fit does not support early_stopping=True: one epoch has nothing to stop.")
        order = np.arange(X.shape[0])
        if weights is not None:
            order = order[weights > 0]
        if self.shuffle:
            order = shuffle(order, random_state=self._random)
        learner = self._make_learner()
        try:
            self._epoch(learner, self._rows(X), aims, order, self._factors(X, weights, factor), scale)
        finally:
            self._take(learner)

    @staticmethod
    def _factors(X: Any, weights: Any, factor: float) -> Any:
        if weights is None:
            return None if factor == 1.0 else np.full(X.shape[0], factor, np.float32)
        return (factor * weights).astype(np.float32)

    def _validate(
        self, learner: Any, rows: Any, aims: Any, validation: Any, X: Any, y: Any, weights: Any, factors: Any, scale: float
    ) -> float:
        """Appends the score and the loss on validation data, and returns the score."""
        self._take(learner)
        cost, *_ = learner.evaluate(rows, aims, validation.astype(np.uint32), factors=factors)
        assert self.validation_loss_curve_ is not None and self.validation_scores_ is not None
        self.validation_loss_curve_.append(cost / (scale * len(validation)))
        outputs = self._outputs(X[validation])
        score = self._score_of(outputs, y[validation], None if weights is None else weights[validation])
        self.validation_scores_.append(score)
        self.best_validation_score_ = max(self.best_validation_score_, score)
        return score

    def _print(self) -> None:
        text = f"Epoch {self.n_iter_}: loss {self.loss_:.6f}"
        if self.validation_scores_:
            text += f", validation score {self.validation_scores_[-1]:.6f}"
        print(text)

    # Prediction.

    def _make_predictor(self) -> _rectifier.Predictor:
        compiled, current = self._compiled, [*self.coefs_, *self.intercepts_]
        predictor = compiled.predictor
        if predictor is None or not _same(compiled.predicted, current):
            predictor = _rectifier.Predictor(self._description(), self._threads())
            compiled.predictor, compiled.predicted = predictor, current
        return predictor

    def _outputs(self, X: Any) -> NDArray[np.float32]:
        """The outputs before the softmax or the logistic function."""
        return self._make_predictor().outputs(self._rows(X), len(self.coefs_) - 1)

    def _predicted(self, X: Any) -> NDArray[np.float32]:
        check_is_fitted(self)
        return self._outputs(self._checked(X, reset=False))

    def __getstate__(self) -> Any:
        state = super().__getstate__().copy()
        state.pop("_compiled", None)
        return state

    def __setstate__(self, state: Any) -> None:
        super().__setstate__(state)
        self._compiled = _Compiled()
        for array in [*self.__dict__.get("coefs_", []), *self.__dict__.get("intercepts_", [])]:
            array.flags.writeable = False
