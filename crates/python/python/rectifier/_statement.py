"""The steps of a pipeline before its network, as records of networks state them."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import MaxAbsScaler, OneHotEncoder, RobustScaler, StandardScaler
from sklearn.utils.validation import check_is_fitted

from ._preprocessing import Preprocessing

_SUPPORTED = (
    "Preprocessing of this package, SimpleImputer(strategy='median'), StandardScaler, MaxAbsScaler, RobustScaler, "
    "OneHotEncoder(handle_unknown='ignore'), and a ColumnTransformer of these"
)


def of_steps(steps: list[Any], network: Any) -> dict[str, Any]:
    """The preprocessing that fitted `steps` before `network` amount to."""
    steps = [step for step in steps if step not in (None, "passthrough")]
    for step in steps:
        check_is_fitted(step)
    if steps and isinstance(steps[0], Preprocessing):
        if len(steps) > 1:
            raise _refused(steps[1], "it follows a Preprocessing")
        return dict(steps[0].note)
    first = steps[0] if steps else network
    width = first.n_features_in_
    named = hasattr(first, "feature_names_in_")
    names = [str(name) for name in first.feature_names_in_] if named else [f"column {k + 1}" for k in range(width)]
    for name in names:
        if name != name.strip() or not name or names.count(name) > 1:
            raise ValueError(f"The column {name!r} cannot be saved by name; give each column a name of its own, without "
                             "spaces around it.")
    if steps and isinstance(steps[0], ColumnTransformer):
        if len(steps) > 1:
            raise _refused(steps[1], "it follows a ColumnTransformer")
        columns = _of_parts(steps[0], names)
    else:
        columns = _of_numbers(steps, names)
    return {"of": "columns", "columns": columns, **({} if named else {"unnamed": width})}


def _refused(step: Any, reason: str) -> ValueError:
    return ValueError(
        f"{step!r} cannot be saved: {reason}. What can be stated exactly before a network: {_SUPPORTED}. Save the network "
        "alone, and transform the data yourself; or use pickle."
    )


def _of_parts(parts: ColumnTransformer, names: list[str]) -> list[dict[str, Any]]:
    """The columns of a column transformer, in the order of its outputs."""
    if parts.transformer_weights or parts.sparse_output_:
        raise _refused(parts, "it has weights, or its outputs are sparse; set sparse_threshold=0")
    columns: list[dict[str, Any]] = []
    taken: list[str] = []
    for _, step, chosen in parts.transformers_:
        some = np.asarray(names, object)[_places(chosen, names)].tolist()
        if step == "drop" or not some:
            continue
        steps = [inner for _, inner in step.steps] if isinstance(step, Pipeline) else [step]
        steps = [inner for inner in steps if inner not in (None, "passthrough") and not _is_identity(inner)]
        taken += some
        columns += _of_categories(steps[0], some) if _encodes(steps) else _of_numbers(steps, some)
    if len(set(taken)) < len(taken):
        raise _refused(parts, "it reads a column twice")
    return columns


def _places(chosen: Any, names: list[str]) -> Any:
    if isinstance(chosen, (str, int)):
        chosen = [chosen]
    if isinstance(chosen, slice):
        return chosen
    chosen = list(chosen)
    if chosen and isinstance(chosen[0], str):
        return [names.index(name) for name in chosen]
    return np.asarray(chosen, bool if chosen and isinstance(chosen[0], (bool, np.bool_)) else int)


def _is_identity(step: Any) -> bool:
    # What scikit-learn makes of "passthrough" within a column transformer.
    return type(step).__name__ == "FunctionTransformer" and step.func is None


def _encodes(steps: list[Any]) -> bool:
    return len(steps) == 1 and isinstance(steps[0], OneHotEncoder)


def _of_categories(step: OneHotEncoder, names: list[str]) -> list[dict[str, Any]]:
    if step.handle_unknown != "ignore" or step.drop is not None or step.min_frequency or step.max_categories:
        raise _refused(step, "only handle_unknown='ignore' without drop, min_frequency and max_categories is the same")
    columns = []
    for name, categories in zip(names, step.categories_):
        categories = list(categories)
        if not all(isinstance(category, str) for category in categories):
            raise _refused(step, f"the categories of {name!r} are not texts; use astype(str)")
        if sorted(categories) != categories:
            raise _refused(step, f"the categories of {name!r} are not sorted")
        columns.append({"name": name, "kind": "category", "categories": [str(category) for category in categories]})
    return columns


def _of_numbers(steps: list[Any], names: list[str]) -> list[dict[str, Any]]:
    """The columns of numbers that an imputer and a scaler, each of which may be absent, make inputs of."""
    fills: list[Any] = [None] * len(names)
    if steps and isinstance(steps[0], SimpleImputer):
        imputer, steps = steps[0], steps[1:]
        if imputer.strategy != "median" or imputer.add_indicator or not _is_nan(imputer.missing_values):
            raise _refused(imputer, "only strategy='median' for NaN, without indicators, is the same")
        if not np.all(np.isfinite(imputer.statistics_)):
            raise _refused(imputer, "a column has no median")
        fills = imputer.statistics_.tolist()
    means, deviations = [0.0] * len(names), [1.0] * len(names)
    if steps:
        means, deviations = _of_scaler(steps[0], len(names))
    if len(steps) > 1:
        raise _refused(steps[1], f"it follows {steps[0]!r}")
    columns = []
    for name, mean, deviation, fill in zip(names, means, deviations, fills):
        column = {"name": name, "kind": "number", "mean": mean, "deviation": deviation}
        columns.append(column if fill is None else {**column, "fill": fill})
    return columns


def _is_nan(value: Any) -> bool:
    return isinstance(value, float) and value != value


def _of_scaler(step: Any, width: int) -> tuple[list[float], list[float]]:
    """What a scaler subtracts from each column, and by what it divides then."""
    if isinstance(step, StandardScaler):
        means, deviations = step.mean_ if step.with_mean else None, step.scale_
    elif isinstance(step, RobustScaler):
        means, deviations = step.center_, step.scale_
    elif isinstance(step, MaxAbsScaler) and not getattr(step, "clip", False):
        means, deviations = None, step.scale_
    else:
        raise _refused(step, "it does not subtract a number from each column and divide by another")
    means = np.zeros(width) if means is None else np.asarray(means, np.float64)
    deviations = np.ones(width) if deviations is None else np.asarray(deviations, np.float64)
    return means.tolist(), deviations.tolist()
