"""What turns examples into the inputs of a network, as records of networks state it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin

from . import _rectifier

_MISSING = "(missing)"
_MISSING_WORDS = {"", "na", "n/a", "#n/a", "<na>", "nan", "null", "none", "?"}
# Standard deviations from the mean at which the program refuses a number.
_FURTHEST = 1e15


class Preprocessing(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Transformer that turns examples into the inputs of a network as the program ``train`` does.

    ``load`` puts one before a network whose record states how an example becomes inputs. There is nothing to fit.

    Parameters
    ----------
    note : dict
        The preprocessing as records state it. Its entry "of" is "columns" for the rows of a table, by name or in their
        order; "pixels" for the stored values of pictures, plane by plane and row by row; "terms" for texts; and
        "sparse" for the inputs themselves, in files of the format libsvm.

    Examples
    --------
    >>> from rectifier import Preprocessing
    >>> Preprocessing.of_pictures(1, 3, maximum=16).transform([[0, 8, 16]])
    array([[0. , 0.5, 1. ]], dtype=float32)
    """

    def __init__(self, note: Any) -> None:
        self.note = note

    @classmethod
    def of_pictures(cls, height: int, width: int, *, channels: int = 1, maximum: int = 255) -> Preprocessing:
        """The preprocessing of pictures whose stored values, from 0 to ``maximum``, become inputs from 0 to 1.

        Parameters
        ----------
        height, width : int
            Numbers of rows and columns of pixels.
        channels : int, default=1
            Number of planes: 1 for grey pictures, 3 for red, green and blue.
        maximum : int, default=255
            The stored value that becomes 1, from 1 to 255.

        Returns
        -------
        Preprocessing
            The transformer.
        """
        sizes = dict(channels=int(channels), height=int(height), width=int(width), maximum=int(maximum))
        if min(sizes.values()) < 1 or maximum > 255:
            raise ValueError(f"Sizes must be from 1 on, and maximum from 1 to 255, got {sizes}.")
        return cls({"of": "pixels", **sizes})

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.requires_fit = False
        tags.input_tags.string = True
        tags.input_tags.sparse = self.note["of"] == "sparse"
        return tags

    def fit(self, X: Any, y: Any = None) -> Preprocessing:
        """Does nothing.

        Parameters
        ----------
        X, y : object
            Ignored.

        Returns
        -------
        Preprocessing
            The transformer.
        """
        return self

    def transform(self, X: Any) -> Any:
        """The inputs of the network.

        Parameters
        ----------
        X : array-like, data frame, sparse matrix or iterable of str
            Examples of the kind that the preprocessing reads. The columns of a data frame are found by name.

        Returns
        -------
        ndarray or CSR matrix of shape (n_samples, n_inputs)
            Inputs of float32; of texts, a CSR matrix.
        """
        kind = self.note["of"]
        if kind == "columns":
            return self._columns(X)
        if kind == "pixels":
            return self._pixels(X)
        return self._terms(X) if kind == "terms" else self._sparse(X)

    def get_feature_names_out(self, input_features: Any = None) -> NDArray[Any]:
        """Names of the inputs: those of columns, categories and terms, or ``x0``, ``x1`` and so on.

        Parameters
        ----------
        input_features : object
            Ignored.

        Returns
        -------
        ndarray of str
            The names.
        """
        note = self.note
        if note["of"] == "columns":
            names = [name for column in note["columns"] for name in _names(column)]
        elif note["of"] == "terms":
            names = list(note["terms"])
        else:
            names = [f"x{k}" for k in range(_width(note))]
        return np.asarray(names, dtype=object)

    def _columns(self, X: Any) -> NDArray[np.float32]:
        columns = self.note["columns"]
        names = list(X.columns) if hasattr(X, "columns") else None
        if names is not None and self.note.get("unnamed") is None:
            absent = [column["name"] for column in columns if names.count(column["name"]) != 1]
            if absent:
                raise ValueError(f"X must have exactly one column named {absent[0]!r}; it has the columns {names}.")
            fields = [X[column["name"]] for column in columns]
        else:
            rows = X.to_numpy() if names is not None else np.asarray(X)
            width = self.note.get("unnamed") or len(columns)
            if rows.ndim != 2 or rows.shape[1] != width:
                raise ValueError(f"X must have {width} columns, in the order of training, but its shape is {rows.shape}.")
            numbered = {f"column {k + 1}": k for k in range(width)} if self.note.get("unnamed") else {}
            if numbered and not all(column["name"] in numbered for column in columns):
                raise ValueError(f"The record numbers columns of which a table of {width} has none; save the network again.")
            fields = [rows[:, numbered.get(column["name"], k)] for k, column in enumerate(columns)]
        encode = {"number": _number, "category": _category}
        return np.column_stack([encode[column["kind"]](column, field) for column, field in zip(columns, fields)])

    def _pixels(self, X: Any) -> NDArray[np.float32]:
        note = self.note
        X = np.asarray(X)
        width = _width(note)
        if X.ndim < 2 or int(np.prod(X.shape[1:])) != width:
            shape = (note["channels"], note["height"], note["width"])
            raise ValueError(f"Each row of X must hold the {width} values of a picture {shape}, but its shape is {X.shape}.")
        X = X.reshape(len(X), width)
        if X.size and not (X.min() >= 0 and X.max() <= note["maximum"]):
            raise ValueError(f"X must hold stored values from 0 to {note['maximum']}.")
        # In 32 bits, as the program computes it.
        lowest = np.float32(note.get("lowest", 0.0))
        values = lowest + (np.float32(1) - lowest) * (X.astype(np.float32) / np.float32(note["maximum"]))
        if not note.get("standard"):
            return np.asarray(values)
        planes = values.reshape(len(values), note["channels"], -1)
        planes = np.stack([_scaled(planes[:, k], standard) for k, standard in enumerate(note["standard"])], axis=1)
        return np.asarray(planes.reshape(len(values), width), np.float32)

    def _terms(self, X: Iterable[Any]) -> sp.csr_matrix:
        terms = self.note["terms"]
        column_of = {term: k for k, term in enumerate(terms)}
        columns: list[int] = []
        starts = [0]
        counted = self.note.get("tokeniser") == "counted"
        for text in X:
            if isinstance(text, str) == counted:
                wanted = "a collection of terms" if counted else "a text"
                raise ValueError(f"Each example must be {wanted}, got {text!r:.40}.")
            found = text if counted else _rectifier.tokens(text)
            columns.extend(sorted({column_of[term] for term in found if term in column_of}))
            starts.append(len(columns))
        return sp.csr_matrix((np.ones(len(columns), np.float32), columns, starts), (len(starts) - 1, len(terms)))

    def _sparse(self, X: Any) -> Any:
        X = X if sp.issparse(X) else np.asarray(X)
        if X.ndim != 2 or X.shape[1] != self.note["width"]:
            raise ValueError(f"X must have {self.note['width']} columns, but its shape is {X.shape}.")
        return X


def _width(note: Any) -> int:
    return int(note["width"] if note["of"] == "sparse" else note["channels"] * note["height"] * note["width"])


def _scaled(values: Any, standard: Any) -> Any:
    values = values.astype(np.float64)
    if standard["deviation"] > 0:
        return (values - standard["mean"]) / standard["deviation"]
    return np.where(np.isnan(values), values, 0.0)


def _number(column: Any, field: Any) -> NDArray[np.float32]:
    """The inputs of a column of numbers, in 64 bits until the end, as the program computes them."""
    name = column["name"]
    try:
        values = np.asarray(field, dtype=object if field.dtype == object else None)
        values = np.where(_is_missing(values), np.nan, values).astype(np.float64)
    except (TypeError, ValueError) as problem:
        raise ValueError(f"The column {name!r} of X must hold numbers: {problem}.") from None
    missing = np.isnan(values)
    if np.isinf(values).any():
        raise ValueError(f"The column {name!r} of X must hold finite numbers, but holds infinity.")
    if missing.any() and column.get("fill") is None:
        raise ValueError(f"The column {name!r} of X contains NaN, and nothing replaces missing values of this network.")
    scaled = _scaled(np.where(missing, column.get("fill", np.nan), values), column)
    if scaled.size and np.abs(scaled).max() > _FURTHEST:
        raise ValueError(f"The column {name!r} of X holds a number further from its mean than {_FURTHEST:g} deviations.")
    inputs = [scaled, missing] if column.get("indicator") else [scaled]
    return np.column_stack(inputs).astype(np.float32)


def _is_missing(values: NDArray[Any]) -> NDArray[np.bool_]:
    if values.dtype.kind in "biuf":
        return np.isnan(values) if values.dtype.kind == "f" else np.zeros(len(values), bool)
    return np.array([_lacks(value) for value in values], bool)


def _lacks(value: Any) -> bool:
    if isinstance(value, str):
        return value.strip().lower() in _MISSING_WORDS
    return value is None or type(value).__name__ == "NAType" or bool(value != value)


def _category(column: Any, field: Any) -> NDArray[np.float32]:
    """The inputs of a column of categories: 1 for that of the field, and 0 for all others."""
    place_of = {category: k for k, category in enumerate(column["categories"])}
    inputs = np.zeros((len(field), len(place_of) + bool(column.get("other"))), np.float32)
    for row, value in enumerate(field):
        if not isinstance(value, str) and not _lacks(value):
            raise ValueError(f"The column {column['name']!r} of X must hold texts, but holds {value!r}; use astype(str).")
        text = _MISSING if _lacks(value) else unicodedata.normalize("NFC", value.strip())
        place = place_of.get(text, len(place_of))
        if place < inputs.shape[1]:
            inputs[row, place] = 1
    return inputs


def _names(column: Any) -> list[str]:
    name = column["name"]
    if column["kind"] == "number":
        return [name, f"{name} is missing"] if column.get("indicator") else [name]
    names = [f"{name}={category}" for category in column["categories"]]
    return [*names, f"{name} is another"] if column.get("other") else names
