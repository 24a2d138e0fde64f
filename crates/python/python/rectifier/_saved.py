"""What all estimators do with files."""

from __future__ import annotations

import json
import os
from typing import Any

from numpy.typing import NDArray
from sklearn.utils import check_random_state


class _Saved:
    """An estimator that is saved to a file, or comes from one."""

    random_state: Any
    coefs_: list[NDArray[Any]]
    intercepts_: list[NDArray[Any]]
    # The activation in JSON, and the name of the target, of a network that comes from a file.
    _function: str | None = None
    _target: str | None = None

    def _begin_curves(self) -> None:
        raise NotImplementedError

    def save(self, path: str | os.PathLike[str]) -> None:
        """Saves the fitted network to a safetensors file; see ``rectifier.save``.

        Parameters
        ----------
        path : str or path-like
            The file, whose name must end in ".safetensors".
        """
        from ._record import save

        save(self, path)

    def _restore(self, weights: Any, biases: Any, function: str, signs: Any) -> None:
        """Becomes the fitted network of a record, whose activation is described in JSON."""
        described = json.loads(function)
        name = described if isinstance(described, str) else next(iter(described))
        self.activation = {"rectifier": "relu", "linear": "identity"}.get(name, name)
        for array in [*weights, *biases]:
            array.flags.writeable = False
        self.coefs_, self.intercepts_, self._signs = list(weights), list(biases), list(signs)
        self._function = function
        self._random = check_random_state(self.random_state)
        self.n_features_in_ = len(weights[0])
        self._begin_curves()
