"""Time and memory to read each data set, beside the reader that a Python user has.

    python3 benchmarks/readers.py DATA --read READ [--python PYTHON] [--rounds N]

DATA holds the folders mnist, emnist, cifar10 and imdb with the published files (.tsv for imdb), each as far as it is there.
READ is the program of `cargo build -p data --example read`. PYTHON has numpy and scikit-learn. Each read is a process of
its own, ours and theirs in turn; the time of imports is not counted, their memory is. Prints a Markdown table of medians.
"""

import argparse
import json
import pathlib
import statistics
import subprocess
import tempfile

# Each ends with `data`, arrays ready for minibatches: bytes of images as bytes, words as CSR.
PEERS = {
    "mnist": """
import gzip, numpy, pathlib
f = pathlib.Path(folder)
def idx(name, offset): return numpy.frombuffer(gzip.open(f / name).read(), numpy.uint8, offset=offset)
data = [idx(f"{p}-images-idx3-ubyte.gz", 16).reshape(-1, 784) for p in ("train", "t10k")]
data += [idx(f"{p}-labels-idx1-ubyte.gz", 8) for p in ("train", "t10k")]
""",
    "cifar10-batch5": """
import numpy, pathlib
f = next(pathlib.Path(folder).rglob("data_batch_1.bin")).parent
data = numpy.concatenate([numpy.fromfile(f / f"data_batch_{k}.bin", numpy.uint8).reshape(-1, 3073) for k in range(1, 6)])
data = data[:, 1:].copy(), data[:, 0].copy()
""",
    "emnist-letters": """
import numpy, pathlib
f = pathlib.Path(folder)
def idx(name, offset): return numpy.fromfile(f / name, numpy.uint8, offset=offset)
data = [idx(f"emnist-letters-{p}-images-idx3-ubyte", 16).reshape(-1, 28, 28).swapaxes(1, 2).copy() for p in ("train", "test")]
data += [idx(f"emnist-letters-{p}-labels-idx1-ubyte", 8) for p in ("train", "test")]
""",
    "reviews": """
import pathlib
from sklearn.feature_extraction.text import CountVectorizer
def rows(name): return [line.rstrip("\\n").split("\\t") for line in open(name)]
f = pathlib.Path(folder)
train, test = rows(f / "imdb-train.tsv"), rows(f / "imdb-test.tsv")
words = CountVectorizer(binary=True, max_features=5000)
data = words.fit_transform(r[-1] for r in train), words.transform(r[-1] for r in test), [r[0] for r in train + test]
""",
    "libsvm": """
from sklearn.datasets import load_svmlight_file
data = load_svmlight_file(folder + "/words.libsvm")
""",
    "csv": """
import numpy
data = numpy.loadtxt(folder + "/digits.csv", delimiter=",", dtype=numpy.float32)
""",
}

IMPORTS = "import numpy, gzip, pathlib\ntry:\n    import sklearn.feature_extraction.text, sklearn.datasets\nexcept ImportError: pass\n"
MEASURE = """
import json, resource, sys, time
folder = sys.argv[1]
begun = time.perf_counter()
{body}
seconds = time.perf_counter() - begun
print(json.dumps(dict(seconds=seconds, peak_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000)))
"""


def run(command):
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def written(data, folder):
    """The formats of one's own, made of published files: MNIST as CSV, IMDB's words as libsvm."""
    import gzip

    (folder / "libsvm").mkdir()
    (folder / "csv").mkdir()
    if (data / "imdb").is_dir():
        numbers = {}
        with open(folder / "libsvm/words.libsvm", "w") as out:
            for line in open(data / "imdb/imdb-train.tsv"):
                stars, _, text = line.rstrip("\n").split("\t")
                words = sorted({numbers.setdefault(word, len(numbers) + 1) for word in text.lower().split()})
                out.write(stars + "".join(f" {word}:1" for word in words) + "\n")
    if (data / "mnist").is_dir():
        images = gzip.open(data / "mnist/t10k-images-idx3-ubyte.gz").read()[16:]
        labels = gzip.open(data / "mnist/t10k-labels-idx1-ubyte.gz").read()[8:]
        with open(folder / "csv/digits.csv", "w") as out:
            for k, label in enumerate(labels):
                out.write(",".join(map(str, images[784 * k : 784 * k + 784])) + f",{label}\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("--python", default="python3")
    parser.add_argument("--read", required=True, help="the example `read`, built")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        made = pathlib.Path(made)
        written(options.data, made)
        places = {
            "mnist": options.data / "mnist",
            "emnist-letters": options.data / "emnist",
            "cifar10-batch5": options.data / "cifar10",
            "reviews": options.data / "imdb",
            "libsvm": made / "libsvm",
            "csv": made / "csv",
        }
        print("| set | ours, s | Python, s | faster by | ours, MB | Python, MB | memory | examples/s gathered |")
        print("|---|---|---|---|---|---|---|---|")
        for name, folder in places.items():
            if not folder.is_dir() or not any(folder.iterdir()):
                continue
            ours, theirs = [], []
            for _ in range(options.rounds):
                ours.append(run([options.read, name, str(folder)]))
                body = IMPORTS + MEASURE.format(body=PEERS[name])
                theirs.append(run([options.python, "-c", body, str(folder)]))
            median = lambda runs, key: statistics.median(one[key] for one in runs)
            a, b = median(ours, "seconds"), median(theirs, "seconds")
            m, n = median(ours, "peak_mb"), median(theirs, "peak_mb")
            rate = median(ours, "gathered_examples_per_second")
            print(f"| {name} | {a:.2f} | {b:.2f} | {b / a:.1f} | {m:.0f} | {n:.0f} | {m / n:.2f} | {rate:,.0f} |", flush=True)


if __name__ == "__main__":
    main()
