"""Data frames of pandas, polars and others as inputs."""

from __future__ import annotations

from typing import Any

from sklearn.utils import validation


def validate_data(estimator: Any, X: Any, *args: Any, **kwargs: Any) -> Any:
    """scikit-learn's `validate_data`, which also names the column of a frame whose strings are no numbers."""
    try:
        return validation.validate_data(estimator, X, *args, **kwargs)
    except (TypeError, ValueError) as error:
        found = _column_of_strings(X) if "convert" in str(error) else None
        if found is None:
            raise
        name, value = found
        raise ValueError(
            f"Column {name!r} of X holds strings such as {value!r}; encode it as numbers, for example with "
            "OneHotEncoder in a ColumnTransformer."
        ) from error


def _column_of_strings(X: Any) -> tuple[Any, str] | None:
    """The first column of a frame with a string that is no number, and that string."""
    for name in getattr(X, "columns", ()):
        for value in X[name]:
            if isinstance(value, str) and not _is_number(value):
                return name, value
    return None


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
