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
from sklearn.utils.validation import _check_sample_weight, check_is_fitted

from . import _rectifier
from ._frames import validate_data
from ._page import _Page
from ._plots import _Plots
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
        self.learner: Any = None
        self.predictor: _rectifier.Predictor | None = None
        self.settings: dict[str, Any] = {}
        self.learned: list[Any] = []
        self.predicted: list[Any] = []


def _same(some: list[Any], others: list[Any]) -> bool:
    return len(some) == len(others) and all(a is b for a, b in zip(some, others))


class _Network(_Plots, _Page, _Saved, BaseEstimator):  # type: ignore[misc]
    """Gradient descent on a network, with the parameters that all estimators have."""

    activation: str
    l1_activation: float | Sequence[float]
    sign_mask: bool
    batch_size: int
    learning_rate_init: float
    max_iter: int
    shuffle: bool
    random_state: Any
    tol: float
    verbose: bool
    warm_start: bool
    early_stopping: bool
    validation_fraction: float
    n_iter_no_change: float
    n_threads: int | None
    callback: Callable[[Any], Any] | None

    _l1: list[float]
    loss_: float
    coefs_: list[NDArray[np.float32]]
    intercepts_: list[NDArray[np.float32]]

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags

    # What subclasses add.

    def _sizes(self) -> list[int]:
        """The numbers of units of the hidden layers, checked."""
        raise NotImplementedError

    def _settings(self) -> dict[str, Any]:
        """The settings of a learner, by name."""
        raise NotImplementedError

    def _new_learner(self) -> Any:
        """A learner of the current weights."""
        raise NotImplementedError

    def _sums_of_epoch(self, learner: Any, rows: Any, aims: Any, order: Any, factors: Any) -> Any:
        """Learns for one epoch, and returns its cost, errors, sparsity and dead units."""
        raise NotImplementedError

    def _cost_of(self, learner: Any, rows: Any, aims: Any, order: Any, factors: Any) -> float:
        """The cost of examples, without learning."""
        raise NotImplementedError

    def _validation_score(self, loss: float, X: Any, y: Any, weights: Any, validation: Any) -> float:
        """The score of the rows `validation`, whose loss is known; early stopping maximises it."""
        raise NotImplementedError

    def _pretrain(self, X: Any, weights: Any) -> None:
        """Changes the first weights before learning from rows of weight above 0; those that were drawn stay."""

    # Parameters.

    def _check_parameters(self) -> list[int]:
        """Checks all parameters, and returns the widths of the hidden layers."""
        if self.activation not in _ACTIVATIONS:
            raise ValueError(f"activation={self.activation!r} is unknown; choose one of {sorted(_ACTIVATIONS)}.")
        sizes = self._sizes()
        for name in ("batch_size", "max_iter", "n_iter_no_change"):
            if name != "n_iter_no_change" or self.n_iter_no_change != np.inf:
                self._check_integer(name)
        if self.n_threads is not None and (not isinstance(self.n_threads, Integral) or self.n_threads < 1):
            raise ValueError(f"n_threads must be None or an integer from 1 on, got {self.n_threads!r}.")
        self._check_number("learning_rate_init")
        self._check_number("tol")
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
        return sizes

    def _check_integer(self, name: str) -> None:
        value = getattr(self, name)
        if not isinstance(value, Integral) or value < 1:
            raise ValueError(f"{name} must be an integer from 1 on, got {value!r}.")

    def _check_number(self, name: str, below: float = np.inf) -> None:
        value = getattr(self, name)
        if not isinstance(value, Real) or not 0 <= float(value) < below:
            raise ValueError(f"{name} must be a number from 0 to below {below}, got {value!r}.")

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
        self.best_loss_: float | None = None if self.early_stopping else np.inf
        self.validation_scores_: list[float] | None = [] if self.early_stopping else None
        self.validation_loss_curve_: list[float] | None = [] if self.early_stopping else None
        self.best_validation_score_: float | None = -np.inf if self.early_stopping else None
        self._compiled = _Compiled()

    def _description(self) -> Any:
        return self.coefs_, self.intercepts_, self._function or _ACTIVATIONS[self.activation], self._signs

    def _make_learner(self) -> Any:
        """The learner of the current weights, with the velocities of the last call if nothing has changed since."""
        compiled = self._compiled
        unchanged = _same(compiled.learned, [*self.coefs_, *self.intercepts_])
        if compiled.learner is None or compiled.settings != self._settings() or not unchanged:
            return self._new_learner()
        return compiled.learner

    def _take(self, learner: Any) -> None:
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

    def _epoch(self, learner: Any, rows: Any, aims: Any, order: Any, factors: Any, scale: float) -> None:
        """One epoch, with its loss, sparsity and dead units."""
        sums = self._sums_of_epoch(learner, rows, aims, order.astype(np.uint32), factors)
        cost, _, self.sparsity_, self.dead_units_ = sums
        self.loss_ = cost / (scale * len(order))
        if not np.isfinite(self.loss_):
            raise ValueError(
                f"The loss of epoch {self.n_iter_ + 1} is not a finite number; choose a learning_rate_init below "
                f"{self.learning_rate_init} or rescale the data."
            )
        self.loss_curve_.append(self.loss_)
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
            if len(validation) < 2:
                raise ValueError(
                    "The validation set is too small. Increase 'validation_fraction' or the size of your dataset."
                )
        if weights is not None:
            train = train[weights[train] > 0]
            if len(train) == 0:
                raise ValueError("sample_weight must be positive for at least one training example.")
        if self.early_stopping and self.validation_scores_ is None:
            self.validation_scores_, self.validation_loss_curve_ = [], []
        factors = self._factors(X, weights, factor)
        if not self.loss_curve_:
            whole = len(train) == X.shape[0]
            self._pretrain(X if whole else X[train], weights if whole or weights is None else weights[train])
        rows, learner = self._rows(X), self._make_learner()
        order = np.arange(len(train))
        best: tuple[Any, Any] | None = None
        stale = self.n_iter_ = 0
        try:
            for epoch in range(self.max_iter):
                if self.shuffle:
                    order = shuffle(order, random_state=self._random)
                self._epoch(learner, rows, aims, train[order], factors, scale)
                if validation is None:
                    before = np.inf if self.best_loss_ is None else self.best_loss_
                    improved = self.loss_ <= before - self.tol
                    self.best_loss_ = min(before, self.loss_)
                else:
                    before = -np.inf if self.best_validation_score_ is None else self.best_validation_score_
                    score = self._validate(learner, rows, aims, validation, X, y, weights, factors, scale)
                    improved = score >= before + self.tol
                    if score > before:
                        best = (self.coefs_, self.intercepts_)
                    self.best_validation_score_ = max(before, score)
                if self.verbose:
                    self._print()
                if self.callback is not None:
                    self._take(learner)
                    if self.callback(self):
                        break
                stale = 0 if improved else stale + 1
                if stale > self.n_iter_no_change:
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
        self.n_iter_ = 0
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
        cost = self._cost_of(learner, rows, aims, validation.astype(np.uint32), factors)
        assert self.validation_loss_curve_ is not None and self.validation_scores_ is not None
        self.validation_loss_curve_.append(cost / (scale * len(validation)))
        score = self._validation_score(self.validation_loss_curve_[-1], X, y, weights, validation)
        self.validation_scores_.append(score)
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
