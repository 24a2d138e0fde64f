"""Regression."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import RegressorMixin
from sklearn.metrics import r2_score
from sklearn.utils.validation import check_is_fitted

from ._frames import validate_data
from ._perceptron import _Perceptron


class RectifierRegressor(RegressorMixin, _Perceptron):  # type: ignore[misc]
    """Regressor with hidden layers of rectifiers, trained by stochastic gradient descent (SGD).

    It minimises half the squared error, summed over outputs in the gradient and averaged over them in ``loss_``, as
    scikit-learn's MLPRegressor does. Targets far from a variance of 1 should be scaled, for example with
    TransformedTargetRegressor.

    Parameters
    ----------
    hidden_layer_sizes : int or sequence of int, default=(100,)
        Number of units of each hidden layer.
    activation : str, default="relu"
        Activation of the hidden layers: "relu", "tanh", "logistic" or "identity" as in scikit-learn, or "softplus",
        "centred-softplus", "hard-tanh", "absolute".
    solver : str, default="sgd"
        Stochastic gradient descent. Other solvers are refused.
    alpha : float, default=0.0
        L2 penalty of the weights: alpha / (2 n) times the sum of their squares, for a minibatch of n examples.
    l1_activation : float or sequence of float, default=0.0
        L1 penalty of the outputs of the hidden layers, or of each of them: the mean over the minibatch of the sum of
        their magnitudes is multiplied by it. It makes more outputs exactly zero.
    sign_mask : bool, default=False
        Whether the outputs of every second hidden unit are negated.
    batch_size : int, default=10
        Number of examples of a minibatch.
    learning_rate_init : float, default=0.001
        Learning rate, constant over all steps.
    momentum : float, default=0.0
        Momentum, from 0 to below 1, without the variant of Nesterov.
    max_iter : int, default=200
        The maximum number of epochs.
    shuffle : bool, default=True
        Whether each epoch has its own order of the examples.
    random_state : int, RandomState instance or None, default=None
        Source of the first weights, the orders and the validation data. The same value gives the same first weights
        and orders as scikit-learn's multilayer perceptrons.
    tol : float, default=1e-4
        Improvement of the loss, or with early stopping of the validation score, that counts as one.
    verbose : bool, default=False
        Whether each epoch prints its loss.
    warm_start : bool, default=False
        Whether ``fit`` starts from the weights of the last call.
    early_stopping : bool, default=False
        Whether a part of the training data is set aside, and the weights with the best score on it are kept.
    validation_fraction : float, default=0.1
        The share that is set aside for early stopping.
    n_iter_no_change : int or inf, default=10
        The maximum number of epochs in a row without an improvement.
    n_threads : int or None, default=1
        The maximum number of threads; None is one per core, or the value of RAYON_NUM_THREADS. Results do not depend
        on it.
    callback : callable or None, default=None
        Called with the estimator after each epoch; learning stops when it returns a true value.
    pretraining : DenoisingAutoencoder, list of DenoisingAutoencoder or None, default=None
        How the hidden layers are pre-trained before ``fit`` learns targets: each layer as an auto-encoder of the codes
        of the layer below, with these settings, or with those at its place in the list. The number of components,
        ``activation``, ``sign_mask``, ``random_state`` and ``n_threads`` are those of this estimator; without a list,
        the layers above the first reconstruct the magnitudes of their inputs, or (x + 1) / 2 for inputs in [-1, 1]
        (linear reconstructions: the inputs). An auto-encoder in a FrozenEstimator is used as it was fitted, for
        example on more data, which need no targets.

    Attributes
    ----------
    coefs_, intercepts_ : list of ndarray
        Weight and bias of each layer, read-only.
    loss_ : float
        Mean cost per example in the last epoch, without penalties.
    loss_curve_ : list of float
        ``loss_`` of each epoch.
    validation_scores_, validation_loss_curve_ : list of float or None
        Score and loss on the validation data after each epoch, with early stopping.
    best_validation_score_ : float or None
        The best of the validation scores, with early stopping.
    best_loss_ : float or None
        The lowest of the losses, without early stopping.
    sparsity_ : list of float
        For each hidden layer, the share of its outputs that were exactly zero in the last epoch.
    dead_units_ : list of int
        For each hidden layer, the number of outputs that were zero for every example of the last epoch.
    pretrained_ : list of DenoisingAutoencoder
        The fitted auto-encoder of each hidden layer; empty without pre-training.
    n_iter_, t_ : int
        Number of epochs of the last call, and of examples learned from in all calls.
    n_features_in_, feature_names_in_ : int, ndarray of str
        Number and names of the columns of the data.
    n_layers_, n_outputs_ : int
        Number of layers with the inputs, and of outputs.

    Examples
    --------
    >>> import numpy as np
    >>> from rectifier import RectifierRegressor
    >>> X = np.linspace(-2, 2, 200)[:, None]
    >>> regressor = RectifierRegressor(learning_rate_init=0.01, random_state=0).fit(X, np.abs(X[:, 0]))
    >>> regressor.score(X, np.abs(X[:, 0])) > 0.95
    True
    """

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> RectifierRegressor:
        """Learns from examples.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
            Inputs; float32, float64 and CSR are not copied.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Targets.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the examples in the cost, which are scaled to a mean of 1. Examples of weight 0 are left out.

        Returns
        -------
        RectifierRegressor
            The fitted regressor.
        """
        self._check_parameters()
        again = self.warm_start and hasattr(self, "coefs_")
        X, aims = self._examples(X, y, reset=not again)
        if not again:
            self._start(X.shape[1], aims.shape[1])
        weights = self._weights(X, sample_weight)
        self._learn(X, aims, aims, weights, stratify=None, factor=0.5, scale=float(aims.shape[1]))
        return self

    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None) -> RectifierRegressor:
        """Learns from examples for one epoch, from the weights of the last call.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
            Inputs.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Targets.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the examples in the cost, which are scaled to a mean of 1.

        Returns
        -------
        RectifierRegressor
            The regressor.
        """
        self._check_parameters()
        first = not hasattr(self, "coefs_")
        X, aims = self._examples(X, y, reset=first)
        if first:
            self._start(X.shape[1], aims.shape[1])
        self._learn_once(X, aims, self._weights(X, sample_weight), factor=0.5, scale=float(aims.shape[1]))
        return self

    def predict(self, X: Any) -> NDArray[Any]:
        """Predicted targets.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
            Inputs.

        Returns
        -------
        ndarray of shape (n_samples,) or (n_samples, n_outputs)
            Predictions, of float32 for float32 inputs, else of float64.
        """
        check_is_fitted(self)
        X = self._checked(X, reset=False)
        mean, deviation = self._standard
        outputs: NDArray[Any] = self._outputs(X)
        if self._standard == (0.0, 1.0):
            outputs = outputs.astype(X.dtype)
        else:
            outputs = mean + deviation * outputs.astype(np.float64)
        return outputs[:, 0] if self._flat else outputs

    def _examples(self, X: Any, y: Any, *, reset: bool) -> Any:
        X, y = validate_data(
            self,
            X,
            y,
            accept_sparse="csr",
            dtype=[np.float64, np.float32],
            multi_output=True,
            y_numeric=True,
            reset=reset,
        )
        if reset:
            self._standard = (0.0, 1.0)
        mean, deviation = self._standard
        if self._standard != (0.0, 1.0):
            y = (np.asarray(y, np.float64) - mean) / (deviation or np.inf)
        with np.errstate(over="ignore"):
            aims = np.asarray(y, dtype=np.float32).reshape(len(y), -1)
        if not np.all(np.isfinite(aims)):
            raise ValueError("y contains a number that is too large for float32; scale the targets.")
        if not reset and aims.shape[1] != self.n_outputs_:
            raise ValueError(f"y has {aims.shape[1]} columns, but the regressor has {self.n_outputs_} outputs.")
        self._flat = y.ndim == 1
        return self._in_range(X), aims

    def _cost(self) -> str:
        return "linear-quadratic"

    def _score_of(self, outputs: NDArray[np.float32], y: Any, sample_weight: Any) -> float:
        return float(r2_score(y, outputs, sample_weight=sample_weight))
