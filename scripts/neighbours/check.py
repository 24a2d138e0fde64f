"""Compares what other programs make of exported files with a forward pass in 64 bits, and with our own probabilities.

    check.py FOLDER [--tolerance 1e-5]

For each NAME.onnx, NAME.npz or NAME.safetensors in FOLDER:
  * ONNX's checker accepts the model, shapes included, and ONNX Runtime runs it;
  * NumPy and safetensors read the same tensors;
  * all probabilities agree, for the inputs of NAME.json, {"inputs": [[..], ..], "probabilities": [[..], ..]}, with the
    probabilities there, where it has some, and with those worked out here; NAME.inputs.npy may hold the inputs; without
    them inputs are drawn. The inputs of a network for pictures are the stored values of the pixels.
Each file with `tfevents` in its name must hold the points of events.json, [[tag, step, value], ..], or any at all.
"""

import argparse
import json
import pathlib
import sys

import numpy as np
import onnx
import onnxruntime
from safetensors import safe_open
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator


def softplus(x, alpha):
    return np.logaddexp(0, alpha * x) / alpha


def integrate_and_fire(x):
    current = np.where(x > 0, x, 1)
    return np.where(x > 0, 1 / (1 + 7.5 * np.log1p(0.05 / current)), 0)


FORMULAS = {
    "rectifier": lambda x: np.maximum(x, 0),
    "softplus": softplus,
    "centred-softplus": lambda x, alpha: softplus(x, alpha) - np.log(2) / alpha,
    "thresholded-softplus": lambda x, alpha, threshold: np.maximum(softplus(x, alpha) - threshold, 0),
    "tanh": np.tanh,
    "hard-tanh": lambda x: np.clip(x, -1, 1),
    "logistic": lambda x: (1 + np.tanh(x / 2)) / 2,
    "absolute": np.abs,
    "integrate-and-fire": integrate_and_fire,
    "linear": lambda x: x,
    "pair": lambda x: np.stack([np.maximum(x, 0), np.maximum(-x, 0)], 2).reshape(len(x), -1),
}


def softmax(x):
    e = np.exp(x - x.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


def scaled(network, x):
    """The inputs of the network for pixels as they are stored; for examples of other kinds, x itself."""
    pixels = network.get("preprocessing", {})
    if pixels.get("of") != "pixels":
        return x
    values = pixels["lowest"] + (1 - pixels["lowest"]) * x.astype(np.float64) / pixels["maximum"]
    planes = values.reshape(len(x), pixels["channels"], -1)
    for plane, standard in enumerate(pixels.get("standard", [])):
        planes[:, plane] = (planes[:, plane] - standard["mean"]) / standard["deviation"]
    return planes.reshape(len(x), -1)


def forward(tensors, network, x, precision):
    """The probabilities by the formulas of the documentation."""
    activation = network["activation"]
    name, numbers = next(iter(activation.items())) if isinstance(activation, dict) else (activation, {})
    get = lambda key: tensors[key].astype(precision)
    h = scaled(network, x).astype(np.float32).astype(precision)
    for k in range(len(network["hidden"])):
        h = FORMULAS[name](h @ get(f"hidden.{k}.affine.weight") + get(f"hidden.{k}.affine.bias"), **numbers)
        h = h * get(f"hidden.{k}.signs") if f"hidden.{k}.signs" in tensors else h
    return softmax(h @ get("output.weight") + get("output.bias"))


def read_npz(path):
    with np.load(path) as file:
        tensors = dict(file)
    return tensors, json.loads(str(tensors.pop("network")))


def read_safetensors(path):
    with safe_open(path, "numpy") as file:
        return {key: file.get_tensor(key) for key in file.keys()}, json.loads(file.metadata()["network"])


def read_onnx(path):
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    tensors = {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    tensors = {name: array for name, array in tensors.items() if not name.startswith(("constant.", "input."))}
    return tensors, json.loads({entry.key: entry.value for entry in model.metadata_props}["network"])


READERS = {".npz": read_npz, ".safetensors": read_safetensors, ".onnx": read_onnx}


def run_onnx(path, x):
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    logits, probabilities = session.run(["logits", "probabilities"], {"input": x.astype(np.float32)})
    one = session.run(["probabilities"], {"input": x[:1].astype(np.float32)})[0]  # the batch is of any size
    assert one.shape == (1, probabilities.shape[1]) and logits.shape == probabilities.shape
    return probabilities


def check_network(name, paths, tolerance):
    read = {path.suffix: READERS[path.suffix](path) for path in paths}
    tensors, network = next(iter(read.values()))
    for suffix, (others, description) in read.items():
        assert description == network, f"{name}{suffix} describes another network"
        assert others.keys() == tensors.keys(), f"{name}{suffix} has other tensors"
        assert all(np.array_equal(others[key], tensors[key]) for key in tensors), f"{name}{suffix} has other numbers"
    given = paths[0].with_suffix(".json")
    given = json.loads(given.read_text()) if given.exists() else {}
    stored = paths[0].with_suffix(".inputs.npy")
    x = np.load(stored) if stored.exists() else np.array(given.get("inputs") or np.random.default_rng(1).uniform(0, 1, (50, network["inputs"])), np.float32)
    exact = forward(tensors, network, x, np.float64)
    others = {"numpy in 32 bits": forward(tensors, network, x, np.float32)}
    if ".onnx" in read:
        others["ONNX Runtime"] = run_onnx(paths[0].with_suffix(".onnx"), x)
    if "probabilities" in given:
        others["the program"] = np.array(given["probabilities"])
    differences = {who: np.abs(probabilities - exact).max() for who, probabilities in others.items()}
    spread = exact.max(0) - exact.min(0)
    print(f"{name}: " + ", ".join(f"{who} {gap:.1e}" for who, gap in differences.items())
          + f" (of probabilities that differ by {spread.max():.2f} between inputs)")
    return [f"{name}: {who} is off by {gap:.1e}" for who, gap in differences.items() if not gap <= tolerance]


def check_events(path):
    accumulator = EventAccumulator(str(path), size_guidance={"scalars": 0}).Reload()
    points = [[tag, point.step, point.value] for tag in accumulator.Tags()["scalars"]
              for point in accumulator.Scalars(tag)]
    given = path.parent / "events.json"
    expected = json.loads(given.read_text()) if given.exists() else points
    print(f"{path.name}: {len(points)} points of {len(accumulator.Tags()['scalars'])} curves in TensorBoard")
    same = sorted(points) == sorted([tag, step, float(np.float32(value))] for tag, step, value in expected)
    return [] if points and same else [f"{path.name}: TensorBoard reads other points"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--tolerance", type=float, default=1e-5)
    options = parser.parse_args()
    networks = {}
    for path in sorted(options.folder.iterdir()):
        if path.suffix in READERS:
            networks.setdefault(path.stem, []).append(path)
    failures = [f for name, paths in networks.items() for f in check_network(name, paths, options.tolerance)]
    events = [path for path in sorted(options.folder.iterdir()) if "tfevents" in path.name]
    failures += [failure for path in events for failure in check_events(path)]
    if not networks and not events:
        failures.append(f"{options.folder} has nothing to check")
    print("\n".join(failures) if failures else "all agree")
    sys.exit(bool(failures))


if __name__ == "__main__":
    main()
