"""Denoising auto-encoders."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from numbers import Real
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.base import ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils.validation import check_array, check_is_fitted

from . import _rectifier
from ._network import _Network

_DECODERS = ("untied", "tied")
_RECONSTRUCTIONS = (
    "softplus-quadratic",
    "logistic-cross-entropy",
    "tanh-cross-entropy",
    "linear-quadratic",
    "rectifier-quadratic",
)
_TARGETS = ("same", "magnitude", "halved")
# The corruptions, and the names of their numbers.
_CORRUPTIONS = {
    "masking": ("probability",),
    "salt-and-pepper": ("probability of 0", "probability of 1"),
    "gaussian": ("deviation",),
    "gaussian-before-activation": ("deviation",),
}


class DenoisingAutoencoder(ClassNamePrefixFeaturesOutMixin, TransformerMixin, _Network):  # type: ignore[misc]
    """Denoising auto-encoder with one hidden layer, trained by stochastic gradient descent (SGD).

    It learns to reconstruct inputs x from corrupted inputs: the code h is the activation of an affine map of the
    corrupted input, and the reconstruction y is a function of f, an affine map of the code. ``transform`` computes codes
    of inputs without corruption. Several of them in a Pipeline are a deep encoder.

    Parameters
    ----------
    n_components : int, default=100
        Number of units of the code.
    activation : str, default="relu"
        Activation of the code: "relu", "tanh", "logistic" or "identity" as in scikit-learn, or "softplus",
        "centred-softplus", "hard-tanh", "absolute".
    decoder : {"untied", "tied"}, default="untied"
        Whether the decoder has its own weights, or the transposed weights of the encoder.
    reconstruction : str, default="softplus-quadratic"
        The reconstruction y of f, and its cost: "softplus-quadratic", "linear-quadratic" and "rectifier-quadratic" have
        the squared error; "logistic-cross-entropy", y = 1 / (1 + exp(-f)), and "tanh-cross-entropy",
        y = (tanh(f) + 1) / 2, have the cross-entropy. Inputs that y cannot reach are refused.
    corruption : tuple or None, default=("masking", 0.25)
        How inputs are corrupted: ("masking", p) sets each value to 0 with probability p; ("salt-and-pepper", p, q) sets
        nonzero values to 0 with probability p, and zeros to 1 with probability q; ("gaussian", s) adds normal noise of
        standard deviation s to the inputs, and ("gaussian-before-activation", s) to the values that enter the activation.
    target : {"same", "magnitude", "halved"}, default="same"
        What is reconstructed: x; its magnitude, for codes with negative signs; or (x + 1) / 2, for x in [-1, 1].
    sampling : float or None, default=None
        The number of zeros of an input that are reconstructed for each of its nonzero values, sampled anew at each step
        and weighted so that the expected cost remains the same. It is fast where nearly all inputs are zero. None
        reconstructs all.
    l1_activation : float, default=0.001
        L1 penalty of the code: the mean over the minibatch of the sum of its magnitudes is multiplied by it. It makes
        more units exactly zero.
    sign_mask : bool, default=False
        Whether the outputs of every second unit are negated.
    batch_size : int, default=10
        Number of examples of a minibatch.
    learning_rate_init : float, default=0.01
        Learning rate, constant over all steps.
    max_iter : int, default=30
        The maximum number of epochs.
    shuffle : bool, default=True
        Whether each epoch has its own order of the examples.
    random_state : int, RandomState instance or None, default=None
        Source of the first weights, the orders, the corruption and the validation data.
    tol : float, default=1e-4
        Improvement of the loss, or with early stopping of the validation score, that counts as one.
    verbose : bool, default=False
        Whether each epoch prints its loss.
    warm_start : bool, default=False
        Whether ``fit`` starts from the weights of the last call.
    early_stopping : bool, default=False
        Whether a part of the training data is set aside, and the weights with the lowest loss on it are kept.
    validation_fraction : float, default=0.1
        The share that is set aside for early stopping.
    n_iter_no_change : int or inf, default=10
        The maximum number of epochs in a row without an improvement.
    n_threads : int or None, default=1
        The maximum number of threads; None is one per core, or the value of RAYON_NUM_THREADS. Results do not depend
        on it.
    callback : callable or None, default=None
        Called with the estimator after each epoch; learning stops when it returns a true value.

    Attributes
    ----------
    coefs_, intercepts_ : list of ndarray
        Weight and bias of the encoder and of the decoder, read-only. The weight of a tied decoder is written out.
    loss_ : float
        Mean cost of an example in the last epoch, summed over the inputs, without the penalty.
    loss_curve_ : list of float
        ``loss_`` of each epoch.
    validation_scores_, validation_loss_curve_ : list of float or None
        Score, which is minus the loss, and loss on the validation data after each epoch, with early stopping.
    best_validation_score_ : float or None
        The best of the validation scores, with early stopping.
    best_loss_ : float or None
        The lowest of the losses, without early stopping.
    sparsity_ : list of float
        The share of the codes that was exactly zero in the last epoch, as the only entry.
    dead_units_ : list of int
        The number of units that were zero for every example of the last epoch, as the only entry.
    n_iter_, t_ : int
        Number of epochs, and of examples learned from.
    n_features_in_, feature_names_in_ : int, ndarray of str
        Number and names of the columns of the data.
    n_layers_, n_outputs_ : int
        Number of layers with the inputs, 3, and of outputs, which is that of the inputs.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from rectifier import DenoisingAutoencoder
    >>> X, _ = load_digits(return_X_y=True)
    >>> autoencoder = DenoisingAutoencoder(50, random_state=0, tol=0.1).fit(X / 16)
    >>> autoencoder.transform(X / 16).shape
    (1797, 50)
    >>> autoencoder.score(X / 16) > -1.5
    True
    """

    def __init__(
        self,
        n_components: int = 100,
        activation: str = "relu",
        *,
        decoder: str = "untied",
        reconstruction: str = "softplus-quadratic",
        corruption: tuple[Any, ...] | None = ("masking", 0.25),
        target: str = "same",
        sampling: float | None = None,
        l1_activation: float | Sequence[float] = 0.001,
        sign_mask: bool = False,
        batch_size: int = 10,
        learning_rate_init: float = 0.01,
        max_iter: int = 30,
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
    ) -> None:
        self.n_components = n_components
        self.activation = activation
        self.decoder = decoder
        self.reconstruction = reconstruction
        self.corruption = corruption
        self.target = target
        self.sampling = sampling
        self.l1_activation = l1_activation
        self.sign_mask = sign_mask
        self.batch_size = batch_size
        self.learning_rate_init = learning_rate_init
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
        tags.transformer_tags.preserves_dtype = ["float32"]
        tags.input_tags.positive_only = self.target == "same" and self.reconstruction != "linear-quadratic"
        return tags

    def fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> DenoisingAutoencoder:
        """Learns to reconstruct examples.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
            Inputs; float32, float64 and CSR are not copied, and sparse matrices are not made dense.
        y : None
            Not used.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the examples in the cost, which are scaled to a mean of 1. Examples of weight 0 are left out.

        Returns
        -------
        DenoisingAutoencoder
            The fitted auto-encoder.
        """
        X = self._begin(X, again=self.warm_start and hasattr(self, "coefs_"))
        self._learn(X, None, None, self._weights(X, sample_weight), stratify=None, factor=1.0, scale=1.0)
        return self

    def partial_fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> DenoisingAutoencoder:
        """Learns to reconstruct examples for one epoch, from the weights of the last call.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
            Inputs.
        y : None
            Not used.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the examples in the cost, which are scaled to a mean of 1.

        Returns
        -------
        DenoisingAutoencoder
            The auto-encoder.
        """
        X = self._begin(X, again=hasattr(self, "coefs_"))
        self._learn_once(X, None, self._weights(X, sample_weight), factor=1.0, scale=1.0)
        return self

    def transform(self, X: Any) -> NDArray[np.float32]:
        """The codes of inputs, without corruption.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
            Inputs.

        Returns
        -------
        ndarray of shape (n_samples, n_components)
            Codes of float32.
        """
        check_is_fitted(self)
        return self._codes(self._checked(X, reset=False))

    def inverse_transform(self, X: Any) -> NDArray[np.float32]:
        """The reconstructions of inputs from their codes.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_components)
            Codes.

        Returns
        -------
        ndarray of shape (n_samples, n_features)
            Reconstructions of float32; with the target "magnitude", of the magnitudes of the inputs.
        """
        check_is_fitted(self)
        codes = self._in_range(check_array(X, accept_sparse="csr", dtype=[np.float64, np.float32]))
        if codes.shape[1] != self._n_features_out:
            raise ValueError(f"X has {codes.shape[1]} columns, but the code has {self._n_features_out} units.")
        decoder: Any = ([self.coefs_[1]], [self.intercepts_[1]], "linear", [])
        f = _rectifier.Predictor(decoder, self._threads()).outputs(self._rows(codes), 0)
        found = _rectifier.reconstructions(self.reconstruction, f)
        return 2 * found - 1 if self.target == "halved" else found

    def score(self, X: Any, y: Any = None, sample_weight: Any = None) -> float:
        """Minus the mean cost of the reconstructions of inputs without corruption.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
            Inputs.
        y : None
            Not used.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the examples in the mean.

        Returns
        -------
        float
            The score, which is the higher the better. A cost is summed over the inputs.
        """
        check_is_fitted(self)
        X = self._checked(X, reset=False)
        self._check_reach(X)
        weights = self._weights(X, sample_weight)
        order = np.arange(X.shape[0], dtype=np.uint32)
        return -self._cost_of(self._make_learner(), self._rows(X), None, order, weights) / len(order)

    @property
    def _n_features_out(self) -> int:
        return int(self.coefs_[0].shape[1])

    def _codes(self, X: Any) -> NDArray[np.float32]:
        return self._make_predictor().outputs(self._rows(X), 0)

    # Parameters.

    def _sizes(self) -> list[int]:
        self._check_integer("n_components")
        for name, choices in (
            ("decoder", _DECODERS),
            ("reconstruction", _RECONSTRUCTIONS),
            ("target", _TARGETS),
        ):
            if getattr(self, name) not in choices:
                raise ValueError(f"{name}={getattr(self, name)!r} is unknown; choose one of {list(choices)}.")
        if self.sampling is not None and not (isinstance(self.sampling, Real) and 0 < self.sampling < np.inf):
            raise ValueError(f"sampling must be None or a number above 0, got {self.sampling!r}.")
        self._named_corruption()
        return [int(self.n_components)]

    def _named_corruption(self) -> tuple[str, list[float]]:
        """The name and the numbers of the corruption."""
        if self.corruption is None:
            return "masking", [0.0]
        given: Any = self.corruption
        name, *numbers = given if isinstance(given, (tuple, list)) and len(given) else (None,)
        names = _CORRUPTIONS.get(name, ()) if isinstance(name, str) else ()
        fits = len(names) == len(numbers) > 0 and all(isinstance(number, Real) for number in numbers)
        highest = [np.finfo(float).max if of == "deviation" else 1.0 for of in names]
        if not fits or not all(0 <= number <= most for number, most in zip(numbers, highest)):
            shapes = [f"({name!r}, {', '.join(names)})" for name, names in _CORRUPTIONS.items()]
            raise ValueError(
                f"corruption must be None or one of {', '.join(shapes)}, with probabilities from 0 to 1 and deviations "
                f"from 0 on, got {given!r}."
            )
        return str(name), [float(number) for number in numbers]

    # Learning.

    def _begin(self, X: Any, *, again: bool) -> Any:
        """Checks parameters and inputs, and draws the first weights unless learning goes on."""
        self._check_parameters()
        X = self._checked(X, reset=not again)
        self._check_reach(X)
        if not again:
            self._start(X.shape[1], X.shape[1])
            if self.decoder == "tied":
                self.coefs_[1] = np.ascontiguousarray(self.coefs_[0].T)
            self._seed = int(self._random.randint(np.iinfo(np.int32).max))
        return X

    def _check_reach(self, X: Any) -> None:
        """Refuses inputs whose targets the reconstruction cannot reach."""
        values = X.data if sp.issparse(X) else X
        if values.size == 0:
            return
        least, greatest = float(values.min()), float(values.max())
        if self.target == "magnitude":
            least, greatest = 0.0, max(greatest, -least)
        elif self.target == "halved":
            least, greatest = (least + 1) / 2, (greatest + 1) / 2
        lowest, highest = _rectifier.reachable(self.reconstruction)
        if not lowest <= least <= greatest <= highest:
            name = type(self).__name__
            problem = "Negative values in data" if least < 0 else f"Values above {highest:g} in data"
            raise ValueError(
                f"{problem} passed to {name}: the targets go from {least:.6g} to {greatest:.6g}, but "
                f"reconstruction={self.reconstruction!r} reaches only {lowest:g} to {highest:g}; rescale the columns, or "
                "choose reconstruction='linear-quadratic', which reaches all numbers."
            )

    def _settings(self) -> dict[str, Any]:
        return {
            "decoder": self.decoder,
            "reconstruction": self.reconstruction,
            "corruption": self._named_corruption(),
            "target": self.target,
            "sampling": self.sampling if self.sampling is None else float(self.sampling),
            "seed": self._seed,
            "batch": int(self.batch_size),
            "threads": self._threads(),
            "l1": self._l1[0],
        }

    def _new_learner(self) -> Any:
        return _rectifier.DenoisingLearner(self._description(), **self._settings())

    def _sums_of_epoch(self, learner: Any, rows: Any, aims: Any, order: Any, factors: Any) -> Any:
        rate = float(self.learning_rate_init)
        return learner.epoch(rows, order, factors=factors, rate=rate, epoch=len(self.loss_curve_) + 1)

    def _cost_of(self, learner: Any, rows: Any, aims: Any, order: Any, factors: Any) -> float:
        return float(learner.evaluate(rows, order, factors=factors)[0])

    def _validation_score(self, loss: float, X: Any, y: Any, weights: Any, validation: Any) -> float:
        return -loss
