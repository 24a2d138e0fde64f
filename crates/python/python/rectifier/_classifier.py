"""Classification."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import ClassifierMixin
from sklearn.metrics import accuracy_score
from sklearn.utils import compute_sample_weight
from sklearn.utils.multiclass import check_classification_targets, type_of_target, unique_labels
from sklearn.utils.validation import column_or_1d

from ._frames import validate_data
from ._perceptron import _Perceptron

_MOST_CLASSES = 65536


class RectifierClassifier(ClassifierMixin, _Perceptron):  # type: ignore[misc]
    """Classifier with hidden layers of rectifiers, trained by stochastic gradient descent (SGD).

    It minimises the negative log-likelihood of a softmax over the classes; two classes, and each label of a multilabel
    target, have one logistic output.

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
    learning_rate_init : float, default=0.05
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
    class_weight : dict, list of dict, "balanced" or None, default=None
        Weights of the classes, which multiply those of the examples.

    Attributes
    ----------
    classes_ : ndarray
        The classes, in the order of the columns of ``predict_proba``.
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
    >>> from sklearn.datasets import load_digits
    >>> from rectifier import RectifierClassifier
    >>> X, y = load_digits(return_X_y=True)
    >>> classifier = RectifierClassifier(random_state=0, tol=0.01).fit(X / 16, y)
    >>> classifier.score(X / 16, y) > 0.95
    True
    """

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
        learning_rate_init: float = 0.05,
        momentum: float = 0.0,
        max_iter: int = 200,
        shuffle: bool = True,
        random_state: Any = None,
        tol: float = 1e-4,
        verbose: bool = False,
        warm_start: bool = False,
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        n_iter_no_change: float = 10,
        n_threads: int | None = 1,
        callback: Callable[[Any], Any] | None = None,
        pretraining: Any = None,
        class_weight: Any = None,
    ) -> None:
        super().__init__(
            hidden_layer_sizes=hidden_layer_sizes,
            activation=activation,
            solver=solver,
            alpha=alpha,
            l1_activation=l1_activation,
            sign_mask=sign_mask,
            batch_size=batch_size,
            learning_rate_init=learning_rate_init,
            momentum=momentum,
            max_iter=max_iter,
            shuffle=shuffle,
            random_state=random_state,
            tol=tol,
            verbose=verbose,
            warm_start=warm_start,
            early_stopping=early_stopping,
            validation_fraction=validation_fraction,
            n_iter_no_change=n_iter_no_change,
            n_threads=n_threads,
            callback=callback,
            pretraining=pretraining,
        )
        self.class_weight = class_weight

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> RectifierClassifier:
        """Learns from examples.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
            Inputs; float32, float64 and CSR are not copied.
        y : array-like of shape (n_samples,) or (n_samples, n_labels)
            Classes, or indicators of labels.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the examples in the cost, which are scaled to a mean of 1. Examples of weight 0 are left out.

        Returns
        -------
        RectifierClassifier
            The fitted classifier.
        """
        self._check_parameters()
        again = self.warm_start and hasattr(self, "coefs_")
        X, y = validate_data(
            self, X, y, accept_sparse="csr", dtype=[np.float64, np.float32], multi_output=True, reset=not again
        )
        X, y = self._in_range(X), self._targets(y)
        classes = np.arange(y.shape[1]) if y.ndim == 2 else unique_labels(y)
        if again and not (np.array_equal(classes, self.classes_) and self._multilabel == (y.ndim == 2)):
            raise ValueError(
                "warm_start can only be used where `y` has the same classes as in the previous call to fit. "
                f"Previously got {self.classes_}, `y` has {classes}"
            )
        if not again:
            self._begin(X, y, classes)
        weights = self._weights(X, self._weighted(y, sample_weight))
        stratify = y if y.ndim == 1 else None
        self._learn(X, y, self._aims(y), weights, stratify=stratify, factor=1.0, scale=1.0)
        return self

    def partial_fit(self, X: Any, y: Any, classes: Any = None, sample_weight: Any = None) -> RectifierClassifier:
        """Learns from examples for one epoch, from the weights of the last call.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
            Inputs.
        y : array-like of shape (n_samples,) or (n_samples, n_labels)
            Classes, or indicators of labels.
        classes : array-like, default=None
            All classes that any call has; needed in the first call.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the examples in the cost, which are scaled to a mean of 1.

        Returns
        -------
        RectifierClassifier
            The classifier.
        """
        if self.class_weight == "balanced":
            raise ValueError("class_weight='balanced' needs all of y; pass weights as a dict to partial_fit.")
        self._check_parameters()
        first = not hasattr(self, "coefs_")
        if first and classes is None:
            raise ValueError("classes must be passed on the first call to partial_fit.")
        X, y = validate_data(
            self, X, y, accept_sparse="csr", dtype=[np.float64, np.float32], multi_output=True, reset=first
        )
        X, y = self._in_range(X), self._targets(y)
        if classes is not None:
            classes = unique_labels(classes) if y.ndim == 1 else np.arange(y.shape[1])
            if not first and not np.array_equal(classes, self.classes_):
                raise ValueError(f"`classes` is not the same as on last call to partial_fit, {self.classes_}.")
        if first:
            self._begin(X, y, classes)
        elif self._multilabel != (y.ndim == 2) or (self._multilabel and y.shape[1] != self.n_outputs_):
            raise ValueError(f"y must have as many columns as in the first call to partial_fit, not shape {y.shape}.")
        if y.ndim == 1 and not np.all(np.isin(y, self.classes_)):
            raise ValueError(f"y has classes that are not among {self.classes_}, those of the first call.")
        weights = self._weights(X, self._weighted(y, sample_weight))
        self._learn_once(X, self._aims(y), weights, factor=1.0, scale=1.0)
        return self

    def decision_function(self, X: Any) -> NDArray[np.float32]:
        """The outputs before the softmax or the logistic function.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
            Inputs.

        Returns
        -------
        ndarray of shape (n_samples, n_classes), or (n_samples,) for two classes
            The outputs.
        """
        outputs = self._predicted(X)
        if len(self.classes_) == 2 and outputs.shape[1] == 2 and not self._multilabel:
            # Networks of the program have one output for each of two classes.
            return np.asarray(outputs[:, 1] - outputs[:, 0])
        return outputs[:, 0] if self._binary else outputs

    def predict_proba(self, X: Any) -> NDArray[np.float32]:
        """Probabilities of the classes.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
            Inputs.

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
            Probabilities, in the order of ``classes_``.
        """
        outputs = self._predicted(X)
        if self._cost() == "softmax":
            powers = np.exp(outputs - outputs.max(axis=1, keepdims=True))
            return np.asarray(powers / powers.sum(axis=1, keepdims=True))
        probabilities = np.float32(1) / (1 + np.exp(-np.clip(outputs, -80, 80)))
        return np.asarray(np.hstack([1 - probabilities, probabilities]) if self._binary else probabilities, np.float32)

    def predict_log_proba(self, X: Any) -> NDArray[np.float32]:
        """Logarithms of the probabilities of the classes.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
            Inputs.

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
            Logarithms, in the order of ``classes_``.
        """
        with np.errstate(divide="ignore"):
            return np.log(self.predict_proba(X))

    def predict(self, X: Any) -> NDArray[Any]:
        """The most probable classes.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
            Inputs.

        Returns
        -------
        ndarray of shape (n_samples,) or (n_samples, n_labels)
            Classes, or indicators of the labels whose probability is above one half.
        """
        return np.asarray(self._classes_of(self._predicted(X)))

    # Targets.

    def _targets(self, y: Any) -> Any:
        check_classification_targets(y)
        y = np.asarray(y)
        if y.ndim == 2 and y.shape[1] == 1:
            y = column_or_1d(y, warn=True)
        if y.ndim == 2 and type_of_target(y) != "multilabel-indicator":
            raise ValueError("A y of two dimensions must hold indicators of labels, 0 or 1.")
        return y

    def _begin(self, X: Any, y: Any, classes: Any) -> None:
        if len(classes) < 2 and y.ndim == 1:
            raise ValueError(f"The classifier can't train when only one class is present: {classes[0]!r}.")
        if len(classes) > _MOST_CLASSES:
            raise ValueError(f"y has {len(classes)} classes; the maximum is {_MOST_CLASSES}.")
        self.classes_ = classes
        self._multilabel = y.ndim == 2
        self._binary = not self._multilabel and len(classes) == 2
        self.out_activation_ = "logistic" if self._multilabel or self._binary else "softmax"
        self._start(X.shape[1], 1 if self._binary else len(classes))

    def _weighted(self, y: Any, sample_weight: Any) -> Any:
        if self.class_weight is None:
            return sample_weight
        of_classes = compute_sample_weight(self.class_weight, y)
        return of_classes if sample_weight is None else of_classes * np.asarray(sample_weight)

    def _aims(self, y: Any) -> Any:
        """Targets as the compiled module reads them."""
        if self._multilabel:
            return y.astype(np.float32)
        codes = np.searchsorted(self.classes_, y)
        return codes.astype(np.float32)[:, None] if self._binary else codes.astype(np.uint16)

    def _cost(self) -> str:
        return "logistic-cross-entropy" if self._multilabel or self._binary else "softmax"

    def _classes_of(self, outputs: NDArray[np.float32]) -> Any:
        if self._multilabel:
            return (outputs > 0).astype(int)
        return self.classes_[(outputs[:, 0] > 0).astype(int) if self._binary else outputs.argmax(axis=1)]

    def _score_of(self, outputs: NDArray[np.float32], y: Any, sample_weight: Any) -> float:
        return float(accuracy_score(y, self._classes_of(outputs), sample_weight=sample_weight))
