#!/usr/bin/env python3
"""Time and memory to predict and to train on tables of one's own, beside pandas and NumPy.

    python3 benchmarks/tables.py TRAIN --python PYTHON [--rows 1000000] [--train-rows 200000] [--rounds 3] [--work FOLDER]

TRAIN is the program of `cargo build -p train`; PYTHON has numpy and pandas. Tables of 50 columns of numbers and two classes
are made up in FOLDER. A network is trained for one epoch; then `train predict`, and read_csv with the same network in NumPy,
the table as a whole and in chunks of 65,536 rows, answer all rows in turn and write classes and probabilities as CSV. Each
is a process of its own. The imports of Python are in its CPU seconds, not in the others; peak memory is that of the process.
Writes benchmarks/results/DATE-tables.json and prints a Markdown table of medians.
"""

import argparse
import datetime
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from run import machine

COLUMNS = 50

MAKE = """
import sys
import numpy as np
folder, train_rows, rows = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
columns = int(sys.argv[4])
random = np.random.default_rng(1)
weights = random.normal(size=columns)
scale = 10.0 ** random.integers(-2, 4, columns)
header = ",".join(f"c{k}" for k in range(columns))
def write(name, count, label):
    with open(f"{folder}/{name}", "w") as file:
        file.write(header + ",label" * label + "\\n")
        for start in range(0, count, 10000):
            x = random.normal(size=(min(10000, count - start), columns))
            y = x @ weights + 0.5 * x[:, 0] * x[:, 1] > 0
            for row, one in zip(x * scale + scale, y):
                file.write(",".join("%.6g" % value for value in row) + (",yes" if one else ",no") * label + "\\n")
write("train/table.csv", train_rows, True)
write("new.csv", rows, False)
with open(f"{folder}/new.csv") as whole, open(f"{folder}/tenth.csv", "w") as tenth:
    tenth.writelines(line for _, line in zip(range(1 + rows // 10), whole))
"""

# The network of a safetensors file in NumPy, for all rows or chunk by chunk.
PEER = """
import json, struct, sys, time
import numpy as np, pandas as pd
network, table, out, chunk = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
begun = time.perf_counter()
bytes_ = open(network, "rb").read()
end = 8 + struct.unpack("<Q", bytes_[:8])[0]
header = json.loads(bytes_[8:end])
notes = json.loads(header.pop("__metadata__")["network"])
get = lambda name: np.frombuffer(bytes_[end:], np.float32)[header[name]["data_offsets"][0] // 4 : header[name]["data_offsets"][1] // 4].reshape(header[name]["shape"])
tensors = {name: get(name) for name in header}
columns = notes["preprocessing"]["columns"]
names = [column["name"] for column in columns]
mean, deviation = (np.array([column[key] for column in columns]) for key in ("mean", "deviation"))
seconds = dict(read=0.0, network=0.0, write=0.0)
def answer(frame, first):
    started = time.perf_counter()
    h = ((frame[names].to_numpy() - mean) / deviation).astype(np.float32)
    for k in range(len(notes["hidden"])):
        h = np.maximum(h @ tensors[f"hidden.{k}.affine.weight"] + tensors[f"hidden.{k}.affine.bias"], 0)
        h *= tensors.get(f"hidden.{k}.signs", 1)
    logits = h @ tensors["output.weight"] + tensors["output.bias"]
    p = np.exp(logits - logits.max(1, keepdims=True))
    p /= p.sum(1, keepdims=True)
    answered = time.perf_counter()
    written = pd.DataFrame(p, columns=notes["classes"])
    written.insert(0, "class", np.array(notes["classes"])[p.argmax(1)])
    written.to_csv(out, mode="a" if first else "w", header=not first, index=False)
    seconds["network"] += answered - started
    seconds["write"] += time.perf_counter() - answered
started = time.perf_counter()
if chunk:
    first = 0
    for frame in pd.read_csv(table, chunksize=chunk):
        seconds["read"] += time.perf_counter() - started
        answer(frame, first)
        first += len(frame)
        started = time.perf_counter()
else:
    frame = pd.read_csv(table)
    seconds["read"] = time.perf_counter() - started
    answer(frame, 0)
print(json.dumps(dict(seconds, whole=time.perf_counter() - begun)))
"""


def measured(command):
    """What a process needs, and its standard output. This process must stay small: its own peak would be counted."""
    begun = time.perf_counter()
    process = subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE, text=True)
    out = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{command[0]} ended with code {process.returncode}")
    return {"whole": seconds, "cpu": usage.ru_utime + usage.ru_stime, "peak MB": usage.ru_maxrss / 1000}, out


def training(program, folder):
    """Seconds until the line of the first epoch, seconds in all, and peak memory in MB of a training of one epoch."""
    command = [program, "--data-dir", folder / "train", "--format", "csv", "--epochs", "1", "--run-dir", folder / "run",
               "--renderer", "json"]
    begun, first = time.perf_counter(), None
    process = subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE, text=True)
    for line in process.stdout:
        if first is None and json.loads(line).get("epoch"):
            first = time.perf_counter() - begun
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"training ended with code {process.returncode}")
    return {"seconds to the first epoch": first, "seconds": time.perf_counter() - begun, "peak MB": usage.ru_maxrss / 1000}


def same(folder):
    """The fraction of rows whose class is the same in our answers and in those of NumPy."""
    with open(folder / "ours.csv") as ours, open(folder / "whole.csv") as theirs:
        next(ours), next(theirs)
        agree = [0, 0]
        for a, b in zip(ours, theirs):
            agree[a.split(",")[2] == b.split(",")[0]] += 1
    return agree[True] / sum(agree)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("train", type=Path)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--train-rows", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--work", type=Path, help="a folder for the tables, which stay there; default: a temporary one")
    parser.add_argument("--note", default="", help="what else the machine did")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = (options.work or Path(temporary)).resolve()
        (folder / "train").mkdir(parents=True, exist_ok=True)
        if not (folder / "tenth.csv").exists():
            subprocess.run([options.python, "-c", MAKE, folder, str(options.train_rows), str(options.rows), str(COLUMNS)], check=True)
        result = measure(options, folder)
    date = datetime.date.today().isoformat()
    command = f"benchmarks/tables.py TRAIN --rows {options.rows} --train-rows {options.train_rows} --rounds {options.rounds}"
    result |= {"date": date, "command": command, "note": options.note, "machine": machine({}), "rows": options.rows}
    print(page(result))
    (Path(__file__).parent / "results" / f"{date}-tables.json").write_text(json.dumps(result, indent=1) + "\n")


def measure(options, folder):
    program = options.train.resolve()
    shutil.rmtree(folder / "run", ignore_errors=True)
    trained = training(program, folder)
    measured([program, "export", folder / "run", "--to", "safetensors", "--out", folder / "network.safetensors"])
    ours = lambda table: measured([program, "predict", folder / "run", folder / table, "--format", "csv", "--output", folder / "ours.csv"])[0]
    def theirs(table, chunk, out):
        needed, text = measured([options.python, "-c", PEER, folder / "network.safetensors", folder / table, folder / out, chunk])
        return needed | json.loads(text.splitlines()[-1])
    samples = {"ours": [], "pandas, whole": [], "pandas, in chunks": []}
    for _ in range(options.rounds):
        samples["ours"].append(ours("new.csv"))
        for who, chunk, out in [("pandas, whole", 0, "whole.csv"), ("pandas, in chunks", 65536, "chunks.csv")]:
            samples[who].append(theirs("new.csv", chunk, out))
    agreement = same(folder)
    return {"training": trained, "samples": samples, "same classes": agreement,
            "peak MB of a tenth of the rows": ours("tenth.csv")["peak MB"]}


def page(result):
    median = lambda who, key: statistics.median(sample[key] for sample in result["samples"][who])
    lines = ["| | seconds | rows/s | beside ours | CPU seconds | of it reading | network | writing | peak MB |", "|---|---|---|---|---|---|---|---|---|"]
    for who, samples in result["samples"].items():
        seconds = median(who, "whole")
        parts = [f"{median(who, part):.2f}" if part in samples[0] else "" for part in ("read", "network", "write")]
        lines.append(f"| {who} | {seconds:.2f} | {result['rows'] / seconds:,.0f} | {seconds / median('ours', 'whole'):.2f} | {median(who, 'cpu'):.1f} | "
                     + " | ".join(parts) + f" | {median(who, 'peak MB'):,.0f} |")
    lines += ["", f"A tenth of the rows: peak {result['peak MB of a tenth of the rows']:.0f} MB. "
              f"The same class in {result['same classes']:.4%} of the rows.", f"Training: {result['training']}"]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
