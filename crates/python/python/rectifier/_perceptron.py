"""What the classifier and the regressor share: parameters, pre-training, and the costs of targets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from numbers import Integral
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.frozen import FrozenEstimator

from . import _rectifier
from ._autoencoder import DenoisingAutoencoder
from ._network import _ACTIVATIONS, _Network


class _Perceptron(_Network):
    """A network that learns targets, with the parameters of scikit-learn's multilayer perceptrons."""

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
        n_iter_no_change: float = 10,
        n_threads: int | None = 1,
        callback: Callable[[Any], Any] | None = None,
        pretraining: Any = None,
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
        self.pretraining = pretraining

    # What subclasses say about their targets.

    def _cost(self) -> str:
        """The name of the cost of the output layer."""
        raise NotImplementedError

    def _score_of(self, outputs: NDArray[np.float32], y: Any, sample_weight: Any) -> float:
        """The score of outputs on validation data."""
        raise NotImplementedError

    # Parameters.

    def _check_parameters(self) -> list[int]:
        if self.solver != "sgd":
            raise ValueError(
                f"solver={self.solver!r} is not available: {type(self).__name__} learns by stochastic gradient "
                "descent, solver='sgd'. It has momentum, but not Adam or L-BFGS."
            )
        self._check_number("alpha")
        self._check_number("momentum", below=1)
        sizes = super()._check_parameters()
        self._autoencoders(sizes)
        return sizes

    def _sizes(self) -> list[int]:
        sizes: Any = self.hidden_layer_sizes
        sizes = [sizes] if isinstance(sizes, Integral) else list(sizes)
        if not all(isinstance(size, Integral) and int(size) > 0 for size in sizes):
            raise ValueError(f"hidden_layer_sizes must be integers from 1 on, got {self.hidden_layer_sizes!r}.")
        return [int(size) for size in sizes]

    # Learning.

    def _start(self, n_features: int, n_outputs: int) -> None:
        super()._start(n_features, n_outputs)
        self.pretrained_: list[DenoisingAutoencoder] = []

    def _settings(self) -> dict[str, Any]:
        return {
            "cost": self._cost(),
            "batch": int(self.batch_size),
            "threads": self._threads(),
            "momentum": float(self.momentum),
            "alpha": float(self.alpha),
            "l1": self._l1,
        }

    def _new_learner(self) -> Any:
        return _rectifier.Learner(self._description(), **self._settings())

    def _sums_of_epoch(self, learner: Any, rows: Any, aims: Any, order: Any, factors: Any) -> Any:
        return learner.epoch(rows, aims, order, factors=factors, rate=float(self.learning_rate_init))

    def _cost_of(self, learner: Any, rows: Any, aims: Any, order: Any, factors: Any) -> float:
        return float(learner.evaluate(rows, aims, order, factors=factors)[0])

    def _validation_score(self, loss: float, X: Any, y: Any, weights: Any, validation: Any) -> float:
        weights = None if weights is None else weights[validation]
        # A part after the other: a copy of all validation data could be a tenth of the data.
        parts = np.array_split(validation, -(-len(validation) // 10_000))
        outputs = np.concatenate([self._outputs(X[part]) for part in parts])
        return self._score_of(outputs, y[validation], weights)

    def _learn_once(self, X: Any, aims: Any, weights: Any, *, factor: float, scale: float) -> None:
        if self.pretraining is not None and not self.loss_curve_:
            raise ValueError("partial_fit does not pre-train: call fit first, or set pretraining=None.")
        super()._learn_once(X, aims, weights, factor=factor, scale=scale)

    # Pre-training.

    def _autoencoders(self, sizes: list[int]) -> list[Any]:
        """The auto-encoder of each hidden layer as `pretraining` gives it; none without pre-training."""
        if self.pretraining is None:
            return []
        pretraining: Any = self.pretraining
        given = list(pretraining) if isinstance(pretraining, (list, tuple)) else [pretraining] * len(sizes)
        inner = [one.estimator if isinstance(one, FrozenEstimator) else one for one in given]
        if len(given) != len(sizes) or not all(isinstance(one, DenoisingAutoencoder) for one in inner):
            raise ValueError(
                "pretraining must be None, a DenoisingAutoencoder, or a list with one of them for each of the "
                f"{len(sizes)} hidden layers, got {self.pretraining!r}."
            )
        return given

    def _pretrain(self, X: Any, weights: Any) -> None:
        """Layer by layer, replaces the first weights by those of auto-encoders of the codes of the layer below."""
        autoencoders = self._autoencoders(self._sizes())
        self.pretrained_ = []
        codes = X
        for layer, given in enumerate(autoencoders):
            if isinstance(given, FrozenEstimator):
                autoencoder = self._fitted(layer, given.estimator)
            else:
                autoencoder = self._unfitted(layer, given).fit(codes, sample_weight=weights)
            self.pretrained_.append(autoencoder)
            self.coefs_[layer], self.intercepts_[layer] = autoencoder.coefs_[0], autoencoder.intercepts_[0]
            if layer + 1 < len(autoencoders):
                codes = autoencoder._codes(codes)

    def _unfitted(self, layer: int, given: DenoisingAutoencoder) -> DenoisingAutoencoder:
        """An auto-encoder with the settings `given` and the shape, the units and the randomness of a hidden layer."""
        settings: dict[str, Any] = {
            "n_components": self.coefs_[layer].shape[1],
            "activation": self.activation,
            "sign_mask": self.sign_mask,
            "random_state": int(self._random.randint(np.iinfo(np.int32).max)),
            "n_threads": self.n_threads,
        }
        if layer > 0 and given is self.pretraining:
            settings["target"] = _rectifier.target_of_codes(_ACTIVATIONS[self.activation], given.reconstruction)
        autoencoder: DenoisingAutoencoder = clone(given).set_params(**settings)
        return autoencoder

    def _fitted(self, layer: int, autoencoder: DenoisingAutoencoder) -> DenoisingAutoencoder:
        """A frozen auto-encoder, whose layer must be the hidden layer."""
        shape = self.coefs_[layer].shape
        fits = hasattr(autoencoder, "coefs_") and autoencoder.coefs_[0].shape == shape
        same = _ACTIVATIONS[autoencoder.activation] == _ACTIVATIONS[self.activation]
        if not (fits and same and autoencoder.sign_mask == self.sign_mask):
            raise ValueError(
                f"The frozen auto-encoder of hidden layer {layer + 1} must be fitted with {shape[0]} features and "
                f"{shape[1]} components, activation={self.activation!r} and sign_mask={self.sign_mask!r}."
            )
        return autoencoder
