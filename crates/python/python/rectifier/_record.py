"""Networks in files that the program ``train`` opens, and files of ``train``."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.compose import TransformedTargetRegressor
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.validation import check_is_fitted

from . import _rectifier
from ._classifier import RectifierClassifier
from ._preprocessing import Preprocessing
from ._regressor import RectifierRegressor
from ._statement import of_steps

_IDENTITY = (0.0, 1.0)


def save(estimator: Any, path: str | os.PathLike[str]) -> None:
    """Saves a fitted classifier or regressor, alone or at the end of a pipeline, to a safetensors file.

    ``train predict FILE``, ``train explore FILE`` and ``load`` open it, and so does every reader of safetensors. The file
    holds the network, the names of columns and classes, and the preprocessing of the pipeline, if that can be stated
    exactly. It does not hold what only learning needs, such as alpha or loss curves; a pickle does.

    Parameters
    ----------
    estimator : RectifierClassifier, RectifierRegressor, Pipeline or TransformedTargetRegressor
        The estimator. Before it, a pipeline may have a SimpleImputer of medians, then a StandardScaler, RobustScaler or
        MaxAbsScaler; or a ColumnTransformer of these and of OneHotEncoder(handle_unknown="ignore"); or a Preprocessing.
        The transformer of a TransformedTargetRegressor must be a StandardScaler.
    path : str or path-like
        The file, whose name must end in ".safetensors". A file that is there is replaced.

    Raises
    ------
    ValueError
        When something cannot be stated: several outputs, several labels, or another step of a pipeline.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.pipeline import make_pipeline
    >>> from sklearn.preprocessing import StandardScaler
    >>> from rectifier import RectifierClassifier, load, save
    >>> X, y = load_iris(return_X_y=True, as_frame=True)
    >>> pipeline = make_pipeline(StandardScaler(), RectifierClassifier(random_state=0, tol=0.01)).fit(X, y)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save(pipeline, Path(folder, "iris.safetensors"))
    ...     again = load(Path(folder, "iris.safetensors"))
    >>> bool((again.predict_proba(X) == pipeline.predict_proba(X)).all())
    True
    """
    path = Path(path)
    if path.suffix != ".safetensors":
        raise ValueError(f"The name of the file must end in '.safetensors', but it is {path.name!r}.")
    steps, network, standard = _parts(estimator)
    weights, biases, activation, signs = network._description()
    notes: dict[str, Any] = {"preprocessing": of_steps(steps, network)}
    if isinstance(network, RectifierClassifier):
        if standard != _IDENTITY:
            raise ValueError("A classifier has no scaled target; save it without TransformedTargetRegressor.")
        if network._multilabel:
            raise ValueError("Several labels per example cannot be saved; use pickle, or fit a classifier for each label.")
        labels, names = _names_of(network.classes_)
        notes |= {"labels": labels, "target": {"of": "classes", "name": network._target, "classes": names}}
        if network._binary:
            # A softmax over 0 and the output is the logistic function of the output.
            weights = [*weights[:-1], np.hstack([np.zeros_like(weights[-1]), weights[-1]])]
            biases = [*biases[:-1], np.hstack([np.zeros_like(biases[-1]), biases[-1]])]
    else:
        if network.n_outputs_ != 1 or not network._flat:
            raise ValueError("Only a regressor of one number, fitted with a y of one dimension, can be saved; use pickle.")
        mean, deviation = standard
        notes["target"] = {"of": "number", "name": network._target or "y", "mean": mean, "deviation": deviation}
    written = _rectifier.to_safetensors((weights, biases, activation, signs), json.dumps(notes, allow_nan=False))
    _write(path, written)


def load(path: str | os.PathLike[str]) -> Any:
    """Loads a network that ``save`` wrote, or the best network of a run of the program ``train``.

    Parameters
    ----------
    path : str or path-like
        The folder of a run, or a safetensors file: of a run, of ``train export``, or of ``save``.

    Returns
    -------
    RectifierClassifier, RectifierRegressor or Pipeline
        The fitted estimator, which predicts what the program predicts. If the record states that examples need
        preprocessing, a pipeline of Preprocessing and the estimator. Parameters of learning have their defaults.

    Raises
    ------
    ValueError
        When the path does not lead to such a network, or the file is damaged.
    """
    path = Path(path)
    if path.is_dir():
        folder, path = path, path / "best.safetensors"
        if not path.is_file():
            raise ValueError(f"{folder} has no file best.safetensors; give the folder of a run that has a best network.")
    if path.suffix != ".safetensors":
        raise ValueError(f"{path} is not a .safetensors file; of a run, give the folder or the file best.safetensors.")
    try:
        layers, activation, signs, text = _rectifier.from_safetensors(path.read_bytes())
    except ValueError as problem:
        raise ValueError(f"{path}: {problem}.") from None
    notes = json.loads(text)
    target = notes.get("target") or {"of": "classes", "classes": []}
    weights, biases = [list(arrays) for arrays in zip(*layers)]
    widths = [len(bias) for bias in biases]
    shape: dict[str, Any] = dict(hidden_layer_sizes=tuple(widths[:-1]), sign_mask=any(map(len, signs)))
    network: RectifierClassifier | RectifierRegressor
    if target["of"] == "number":
        network = RectifierRegressor(**shape)
        network._standard = target["mean"], target["deviation"]
        network._flat = True
    else:
        if widths[-1] < 2:
            raise ValueError(f"{path} holds a network of one class, which predicts nothing.")
        network = RectifierClassifier(**shape)
        names = target["classes"] or notes.get("classes") or []
        network.classes_ = _labels_of(notes.get("labels", "texts"), names, widths[-1])
        network._multilabel = False
        network._binary = widths[-1] == 2 and not weights[-1][:, 0].any() and not biases[-1][0]
        network.out_activation_ = "logistic" if network._binary else "softmax"
        if network._binary:
            weights[-1], biases[-1] = weights[-1][:, 1:].copy(), biases[-1][1:].copy()
    network._target = target.get("name")
    network._restore(weights, biases, activation, signs)
    note = notes.get("preprocessing")
    if note is None:
        return network
    if not _is_plain(note):
        return Pipeline([("preprocessing", Preprocessing(note)), ("network", network)])
    if note.get("unnamed") is None:
        network.feature_names_in_ = np.asarray([column["name"] for column in note["columns"]], dtype=object)
    return network


def _parts(estimator: Any) -> tuple[list[Any], Any, tuple[float, float]]:
    """The steps before the network, the network, and the mean and deviation by which its output is scaled."""
    if isinstance(estimator, Pipeline):
        check_is_fitted(estimator)
        before = [step for _, step in estimator.steps[:-1]]
        steps, network, standard = _parts(estimator.steps[-1][1])
        return [*before, *steps], network, standard
    if isinstance(estimator, TransformedTargetRegressor):
        check_is_fitted(estimator)
        steps, network, standard = _parts(estimator.regressor_)
        scaler = estimator.transformer_
        if not isinstance(scaler, StandardScaler) or standard != _IDENTITY:
            raise ValueError("Only a single StandardScaler can be stated as the transformer of a target.")
        mean = float(scaler.mean_[0]) if scaler.with_mean else 0.0
        return steps, network, (mean, float(scaler.scale_[0]) if scaler.with_std else 1.0)
    if not isinstance(estimator, (RectifierClassifier, RectifierRegressor)):
        raise ValueError(f"{estimator!r} cannot be saved; save a RectifierClassifier, a RectifierRegressor, or a pipeline "
                         "that ends in one.")
    check_is_fitted(estimator)
    return [], estimator, getattr(estimator, "_standard", _IDENTITY)


def _is_plain(note: Any) -> bool:
    """Whether the inputs are the columns as they are."""

    def plain(column: Any) -> bool:
        standard = (column.get("mean"), column.get("deviation"))
        return column["kind"] == "number" and standard == _IDENTITY and column.get("fill") is None

    whole = note.get("unnamed") in (None, len(note.get("columns", [])))
    return note["of"] == "columns" and whole and all(map(plain, note["columns"]))


def _names_of(classes: Any) -> tuple[str, list[str]]:
    """What the labels are, and their names."""
    kind = classes.dtype.kind
    if kind in "US" or all(isinstance(label, str) for label in classes):
        if kind == "S":
            raise ValueError("Labels of bytes cannot be saved; decode them to str.")
        return "texts", [str(label) for label in classes]
    if kind == "b":
        return "booleans", [str(bool(label)) for label in classes]
    if kind in "iu":
        return "integers", [str(int(label)) for label in classes]
    if kind == "f":
        return "numbers", [repr(float(label)) for label in classes]
    raise ValueError("Labels must be texts, integers, numbers or booleans of one type to be saved.")


def _labels_of(kind: str, names: list[str], count: int) -> Any:
    if not names:
        return np.arange(count)
    try:
        if kind == "integers":
            return np.asarray([int(name) for name in names])
        if kind == "numbers":
            return np.asarray([float(name) for name in names])
    except ValueError:
        raise ValueError(f"The names of the classes, {names}, are not {kind}; correct the note.") from None
    return np.asarray([name == "True" for name in names]) if kind == "booleans" else np.asarray(names)


def _write(path: Path, content: bytes) -> None:
    """Writes a file that is whole or absent."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        try:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        except BaseException:
            os.unlink(file.name)
            raise
    mask = os.umask(0)
    os.umask(mask)
    os.chmod(file.name, 0o666 & ~mask)
    os.replace(file.name, path)
