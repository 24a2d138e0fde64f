#!/usr/bin/env python3
"""Measures Rectifier beside the peers that are installed, and writes docs/benchmarks.md. README.md says how to read it.

    python3 benchmarks/run.py --python env/bin/python --data-dir FOLDER_OF_MNIST [--rows tanh words] [--quick]
"""
import argparse
import datetime
import itertools
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from page import EPOCH, GFLOPS, STEPS, page

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "benchmarks/results"
MODULES = {"torch": "torch", "torch-compiled": "torch", "jax": "jax", "sklearn": "sklearn"}
STEPS_TOLERANCE, EPOCH_TOLERANCE = 1e-4, 0.03
# What forbids wider vector instructions: to Rectifier, PyTorch (its own kernels, oneDNN and MKL), XLA, NumPy's OpenBLAS.
FORBID_WIDER = {
    "avx2": {"RECTIFIER_INSTRUCTION_SET": "avx2", "ATEN_CPU_CAPABILITY": "avx2", "ONEDNN_MAX_CPU_ISA": "AVX2",
             "MKL_ENABLE_INSTRUCTIONS": "AVX2", "XLA_FLAGS": "--xla_cpu_max_isa=AVX2", "OPENBLAS_CORETYPE": "Haswell"},
    "portable": {"RECTIFIER_INSTRUCTION_SET": "portable", "ATEN_CPU_CAPABILITY": "default",
                 "ONEDNN_MAX_CPU_ISA": "SSE41", "MKL_ENABLE_INSTRUCTIONS": "SSE4_2",
                 "XLA_FLAGS": "--xla_cpu_max_isa=SSE4_2", "OPENBLAS_CORETYPE": "Nehalem"},
}


def training(title, rate, l1=0.001, batch=10, epochs=1, report=(1,), activation="rectifier", copies=1, peers=MODULES):
    return {"task": "train", "title": f"{title}, minibatch {batch}, rate {rate}, L1 {l1}", "rate": rate, "l1": l1,
            "batch": batch, "epochs": epochs, "report": report, "activation": activation, "copies": copies,
            "peers": peers}


ROWS = {
    "rectifier": training("Training rectifiers", 0.1, epochs=3, report=(1, 3)),
    "rectifier-0.01": training("Training rectifiers", 0.01, epochs=2, report=(2,)),
    "side-by-side": training("Two runs side by side, a core each, speeds added", 0.1, epochs=3, report=(1, 3), copies=2),
    "tanh": training("Training tanh units", 0.01, l1=0.0, activation="tanh", epochs=2, report=(1, 2)),
    "tanh-100": training("Training tanh units", 0.01, l1=0.0, batch=100, activation="tanh", epochs=2, report=(1, 2)),
    "rectifier-100": training("Training rectifiers", 0.1, batch=100, epochs=2, report=(1, 2)),
    "autodiff": training("Burn's autodiff on flex (training.engine=autodiff)", 0.1, peers=["ours-autodiff"]),
    "autoencoder": {"task": "autoencoder", "title": "A denoising autoencoder, 784-1000-784, minibatch 10, rate 0.01",
                    "rate": 0.01, "l1": 0.0, "batch": 10, "peers": ["torch", "torch-compiled", "jax"]},
    "words": {"task": "words", "title": "Bags of words, 5,000 x 5,000, 0.6 % not zero, minibatch 10",
              "peers": ["torch"]},
    "inference": {"task": "inference", "title": "Inference with a trained rectifier network",
                  "peers": ["torch", "torch-compiled", "jax"]},
    "steps": {"task": "steps", "title": "Training steps alone, without the Learner, minibatch 10, rate 0.1, L1 0.001",
              "rate": 0.1, "l1": 0.001, "batch": 10, "peers": []},
    "ceilings": {"task": "ceilings", "title": "What the machine can do at most", "peers": []},
}


class Failed(Exception):
    pass


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--python", default=sys.executable, help="the Python that has the peers")
    parser.add_argument("--data-dir", help="folder with MNIST's files; default: train's cache, filled by download")
    parser.add_argument("--rows", nargs="+", choices=ROWS, default=list(ROWS))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--instruction-set", choices=FORBID_WIDER,
                        help="forbids wider vector instructions to all libraries; default: the widest of the processor")
    parser.add_argument("--release", action="store_true", help="cargo's release profile, not the one that users get")
    parser.add_argument("--quick", action="store_true",
                        help="one epoch, and peers on 5,000 examples: shows that all runs; prints the page only")
    parser.add_argument("--work", type=Path, default=ROOT / "artifacts/benchmarks", help="for generated files")
    return parser.parse_args()


def build(options):
    """The executables by name."""
    command = ["cargo", "build", "-p", "train", "-p", "kernels", "--bins", "--examples"]
    command += ["--message-format", "json-render-diagnostics"] + ["--release"] * options.release
    out = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout
    messages = [json.loads(line) for line in out.splitlines()]
    return {m["target"]["name"]: m["executable"] for m in messages if m.get("executable")}


def prepare(options, programs):
    """The workload folder, with a record trained for it."""
    source = ["--data-dir", str(Path(options.data_dir).resolve())] if options.data_dir else []
    trained = options.work / ("trained-quick" if options.quick else "trained")
    if not (trained / "best.safetensors").exists():
        subprocess.run([programs["train"], "--config", "configs/mnist-rectifier.toml", "--run-dir", trained, *source,
                        "--epochs", "1" if options.quick else "5"], cwd=ROOT, check=True)
    folder = options.work / ("workload-quick" if options.quick else "workload")
    part = ["--train", "5000"] if options.quick else []
    subprocess.run([programs["workload"], folder, "--trained", trained, *source, *part], cwd=ROOT, check=True)
    return folder, source


def installed(python):
    check = "import sys, importlib.util as u; print(*[m for m in sys.argv[1:] if u.find_spec(m)])"
    found = subprocess.run([python, "-c", check, *MODULES.values()], stdout=subprocess.PIPE, text=True, check=True)
    return [peer for peer, module in MODULES.items() if module in found.stdout.split()]


def stream(command, threads, forbid):
    """(seconds since the program was ready, line) for each JSON line; forbid: further environment variables."""
    environment = os.environ | {"RAYON_NUM_THREADS": str(threads)} | forbid
    process = subprocess.Popen([str(word) for word in command], cwd=ROOT, env=environment, text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    lines, began, last = [], time.perf_counter(), ""
    for text in process.stdout:
        now = time.perf_counter()
        try:
            line = dict(json.loads(text))
        except (ValueError, TypeError):
            # `train` names its run folder when the data is loaded.
            began, last = (now if "run folder" in text else began), text.strip() or last
            continue
        began = now if line.get("ready") else began
        lines.append((now - began, line))
    if process.wait():
        raise Failed(f"{' '.join(Path(word).name for word in map(str, command[:2]))}: {last}")
    return lines


class Bench:
    def __init__(self, options):
        self.options, self.programs = options, build(options)
        self.folder, self.source = prepare(options, self.programs)
        self.examples = json.loads((self.folder / "meta.json").read_text())["train"]
        self.peers, self.versions = installed(options.python), {}
        # Code compiled for other instruction sets must not be found in PyTorch's cache.
        cache = options.work / f"torchinductor-{options.instruction_set or 'widest'}"
        self.forbid = FORBID_WIDER.get(options.instruction_set, {}) | {"TORCHINDUCTOR_CACHE_DIR": str(cache.resolve())}
        ((_, line),) = stream([self.programs["ceilings"], 1], 1, self.forbid)
        self.instruction_set = line["instruction_set"]

    def command(self, who, row, threads, scratch):
        epochs = 1 if self.options.quick else row.get("epochs", 1)
        peer = [self.options.python, ROOT / "benchmarks/peers.py", who]
        if row["task"] == "ceilings":
            return [self.programs["ceilings"], threads]
        if row["task"] != "train":
            command = [*([self.programs["ours"]] if who == "ours" else peer), row["task"], self.folder]
            command += ["--threads", threads]
            return command + [f"--{key}={row[key]}" for key in ("rate", "l1", "batch") if key in row]
        if who in MODULES:
            settings = [f"--{key}={row[key]}" for key in ("rate", "l1", "batch", "activation")]
            return [*peer, "train", self.folder, "--threads", threads, "--epochs", epochs, *settings]
        settings = {"training.learning_rate": row["rate"], "training.l1": row["l1"],
                    "training.batch_size": row["batch"], "model.activation": row["activation"],
                    "training.engine": "autodiff" if who == "ours-autodiff" else "auto"}
        changes = [word for key, value in settings.items() for word in ("--set", f"{key}={value}")]
        return [self.programs["train"], "--config", "configs/mnist-paper.toml", *changes, "--renderer", "json",
                "--run-dir", Path(scratch) / "run", "--epochs", epochs, *self.source]

    def run(self, who, row, threads, cpu=None):
        if cpu is not None:
            os.sched_setaffinity(0, {cpu})  # of this worker thread; the program inherits it
        with tempfile.TemporaryDirectory() as scratch:
            lines = stream(self.command(who, row, threads, scratch), threads, self.forbid)
        self.versions |= {who: line["version"] for _, line in lines if "version" in line}
        return [(seconds, line) for seconds, line in lines if "ready" not in line]

    def measure(self, who, row):
        """({label: {metric: value}}, {losses}) of one run, or of several at once."""
        threads = self.options.threads
        if row["task"] == "train" and row["copies"] > 1:
            cpus = sorted(os.sched_getaffinity(0))[: row["copies"]]
            with ThreadPoolExecutor(len(cpus)) as pool:
                all_lines = list(pool.map(lambda cpu: self.run(who, row, 1, cpu), cpus))
            speeds = [self.speeds(who, row, lines) for lines in all_lines]
            return {who: {metric: sum(s[metric] for s in speeds) for metric in speeds[0]}}, losses(who, all_lines[0])
        if row["task"] == "steps":
            return {who: {f"{key}, epoch {line['epoch']}, threads: {n}": line[key]
                          for n in dict.fromkeys([1, threads]) for _, line in self.run(who, row, n)
                          for key in ("examples_per_second", "mb_per_step", "gb_per_second")}}, {}
        if row["task"] == "inference":
            found = {}
            for n in dict.fromkeys([1, threads]):
                for key, value in itertools.chain(*(line.items() for _, line in self.run(who, row, n))):
                    found[f"{key}, threads: {n}"] = value
            return {who: found}, {}
        lines = self.run(who, row, threads)
        if row["task"] == "words":
            return {f"{who} {line['variant']}": {"steps per second": 1 / line["seconds_per_step"]}
                    for _, line in lines}, {}
        if row["task"] == "ceilings":
            return {who: {f"{key}, threads: {line['threads']}": line[key]
                          for _, line in lines for key in line if key not in ("threads", "instruction_set")}}, {}
        return {who: self.speeds(who, row, lines)}, losses(who, lines)

    def speeds(self, who, row, lines):
        """Examples per second of the epochs to report, validation included as on both sides."""
        whole_set = row["task"] == "train" and who.startswith("ours")
        examples = 50_000 if whole_set else self.examples
        ends = [0.0] + [seconds for seconds, line in lines if "epoch" in line]
        report = (1,) if self.options.quick else row.get("report", (1,))
        if who == "sklearn":
            timed = next(line for _, line in lines if "seconds" in line)
            return {f"examples/s, epoch {e}": timed["steps"] * row["batch"] / timed["seconds"] for e in report}
        return {f"examples/s, epoch {e}": examples / (ends[e] - ends[e - 1]) for e in report}

    def row(self, name):
        row, notes = ROWS[name], []
        if row.get("copies", 1) > 1 and not hasattr(os, "sched_setaffinity"):
            return {"notes": ["not measured: this system cannot give a run its own core"]}
        absent = [peer for peer in row["peers"] if peer in MODULES and peer not in self.peers]
        notes += [f"{peer} is not installed" for peer in absent]
        samples, lost = {}, {}
        competitors = ["ours"] + [peer for peer in row["peers"] if peer not in absent]
        for number in range(self.options.rounds):
            if row.get("activation") == "tanh":
                # Dense steps are held against the arithmetic that the machine could do in the same minutes.
                ((_, line),) = stream([self.programs["ceilings"], self.options.threads], 1, self.forbid)[-1:]
                samples.setdefault(GFLOPS, {}).setdefault("the machine", []).append(line["gflops"])
            for who in list(competitors):
                try:
                    found, of_losses = self.measure(who, row)
                except Failed as failure:
                    competitors.remove(who)
                    notes.append(f"{who} failed: {failure}")
                    continue
                lost |= {who: of_losses} if of_losses else {}
                for label, metrics in found.items():
                    for metric, value in metrics.items():
                        samples.setdefault(metric, {}).setdefault(label, []).append(value)
                print(f"{name}, round {number + 1}: {found} {of_losses}", file=sys.stderr, flush=True)
        if self.options.quick and row["task"] == "train" and row["peers"] != ["ours-autodiff"]:
            notes.append("--quick: the validation pass weighs ten times as much in the peers' epochs; compare nothing")
        notes += disagreements(lost, whole=not (self.options.quick and row["task"] == "train"))
        return {"rounds": self.options.rounds, "threads": self.options.threads, "samples": samples, "losses": lost,
                "notes": notes, "forbidden": self.options.instruction_set is not None, "profile": "release" if self.options.release else "dev"}


def losses(who, lines):
    if who == "sklearn":  # neither signs nor a penalty: another cost
        return {}
    fields = [line for _, line in lines]
    found = {STEPS: line["loss"] for line in fields if line.get("steps") == 200}
    return found | {EPOCH: line.get("loss", line.get("train_loss")) for line in fields if line.get("epoch") == 1}


def disagreements(lost, whole):
    notes = []
    early = {who: of[STEPS] for who, of in lost.items() if STEPS in of}
    if early and not max(early.values()) <= (1 + STEPS_TOLERANCE) * min(early.values()):
        notes.append(f"DISAGREEMENT over the first 200 minibatches: {early}")
    epochs = {who: of[EPOCH] for who, of in lost.items() if EPOCH in of}
    ours = epochs.get("ours")
    for who, loss in epochs.items():
        if whole and ours is not None and not abs(loss - ours) <= EPOCH_TOLERANCE * ours:
            notes.append(f"DISAGREEMENT in epoch 1: {who} {loss}, ours {ours}")
    return notes


def machine(versions):
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    cpu = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), platform.processor())
    first = lambda *command: subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True).stdout.strip()
    return {"cpu": cpu, "cores": os.cpu_count(), "system": platform.system(), "rustc": first("rustc", "--version"),
            "commit": first("git", "describe", "--always", "--dirty"), "versions": versions}


def newest():
    """The latest results of each instruction set, from narrow to wide."""
    of = lambda name: [json.loads(path.read_text()) for path in sorted(RESULTS.glob(f"*-{name}.json"))[-1:]]
    return [results for name in ("portable", "neon", "avx2", "avx512") for results in of(name)]


def main():
    options = arguments()
    options.work = options.work.resolve()
    bench, today = Bench(options), datetime.date.today().isoformat()
    kept = options.work / "quick.json" if options.quick else RESULTS / f"{today}-{bench.instruction_set}.json"
    # Rows measured earlier on the same day stay, so that one can be repeated alone.
    titles = {name: row["title"] for name, row in ROWS.items()}
    results = json.loads(kept.read_text()) if kept.exists() and not options.quick else {"rows": {}, "machine": {}}
    for name in options.rows:
        results["rows"][name] = bench.row(name)
        versions = results["machine"].get("versions", {}) | bench.versions
        results |= {"date": today, "instruction_set": bench.instruction_set, "machine": machine(versions)}
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps(results, indent=1) + "\n")
    if options.quick:
        print(page([results], titles))
    else:
        (ROOT / "docs/benchmarks.md").write_text(page(newest(), titles))
    return any("DISAGREEMENT" in note or "failed" in note for row in results["rows"].values() for note in row["notes"])


if __name__ == "__main__":
    sys.exit(main())
