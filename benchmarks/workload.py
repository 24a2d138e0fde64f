"""The files of a workload folder as NumPy arrays, and the lines that go back."""
import json

import numpy as np

REPORT_STEPS = 200  # the early line of a run comes after so many minibatches
VALIDATION_BATCH = 100


def emit(**fields):
    print(json.dumps(fields), flush=True)


def ready(version):
    emit(ready=True, version=version)


def meta(options):
    """meta.json, with what --epochs and --batch make of it."""
    meta = json.loads((options.folder / "meta.json").read_text())
    epochs = options.epochs or meta["epochs"]
    if epochs > meta["epochs"]:
        raise SystemExit(f"order.u32 has {meta['epochs']} epochs, not {epochs}")
    # Minibatches of one size only: a smaller last one would need a second compiled step in two of the peers.
    for count, batch in [(meta["train"], options.batch), (meta["validation"], VALIDATION_BATCH)]:
        if count % batch:
            raise SystemExit(f"{count} examples do not divide into minibatches of {batch}")
    return meta | {"epochs": epochs}


def examples(options, meta, part):
    """Inputs [count, features] and labels [count], both still bytes."""
    inputs = np.fromfile(options.folder / f"{part}_inputs.u8", np.uint8)
    labels = np.fromfile(options.folder / f"{part}_labels.u8", np.uint8)
    return inputs.reshape(meta[part], meta["features"]), labels


def minibatches(options, meta):
    """Which examples: [epochs, steps, batch]."""
    order = np.fromfile(options.folder / "order.u32", "<u4").astype(np.int64)
    return order.reshape(-1, meta["train"] // options.batch, options.batch)[: meta["epochs"]]


def masks(options, meta):
    """1 where an input of epoch 0 is kept, in the order of that epoch: [steps, batch, features]."""
    bits = np.fromfile(options.folder / "masks.bits", np.uint8)
    keep = np.unpackbits(bits, count=meta["train"] * meta["features"])
    return keep.reshape(-1, options.batch, meta["features"])


def safetensors(path):
    """Eight bytes of header length, a JSON header, then the tensors."""
    raw = path.read_bytes()
    start = 8 + int.from_bytes(raw[:8], "little")
    tensors = {}
    for name, entry in json.loads(raw[8:start]).items():
        if name == "__metadata__":
            continue
        if entry["dtype"] != "F32":
            raise SystemExit(f"{path}: {name} is {entry['dtype']}, not F32")
        first, end = (start + offset for offset in entry["data_offsets"])
        # A copy, because frombuffer gives read-only and perhaps unaligned memory.
        tensors[name] = np.frombuffer(raw[first:end], "<f4").reshape(entry["shape"]).copy()
    return tensors


def network(options, name):
    """[W, b, W, b, ...] from the first layer to the output, W [in, out], and each hidden layer's signs."""
    tensors = safetensors(options.folder / f"{name}.safetensors")
    hidden = sum(key.endswith(".affine.weight") for key in tensors)
    layers = [f"hidden.{k}.affine" for k in range(hidden)] + ["output"]
    parameters = [tensors[f"{layer}.{part}"] for layer in layers for part in ("weight", "bias")]
    return parameters, [tensors.get(f"hidden.{k}.signs") for k in range(hidden)]


def autoencoder(options):
    """Encoder and decoder as [W, b, W, b]."""
    tensors = safetensors(options.folder / "autoencoder.safetensors")
    return [tensors[f"{layer}.{part}"] for layer in ("encoder", "decoder") for part in ("weight", "bias")]


def bags(options):
    """Words of all examples one after the other, and where each example starts."""
    words = np.fromfile(options.folder / "words.u32", "<u4").astype(np.int64)
    return words, np.fromfile(options.folder / "words_offsets.u32", "<u4").astype(np.int64)


def report_latencies(nanoseconds):
    p50, p99 = np.percentile(nanoseconds, [50, 99]) / 1000
    emit(p50_us=float(p50), p99_us=float(p99))
