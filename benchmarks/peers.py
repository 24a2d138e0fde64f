#!/usr/bin/env python3
"""The same training and inference in PyTorch, JAX or scikit-learn, timed by whoever reads the output.

    python peers.py torch|torch-compiled|jax|sklearn train|autoencoder|inference|words FOLDER [options]

Prints one JSON object per line, each as soon as it is known. README.md has the lines and the files of FOLDER.
"""
import argparse
import ctypes
import importlib
import os
from pathlib import Path

PEERS = ["torch", "torch-compiled", "jax", "sklearn"]
TASKS = ["train", "autoencoder", "inference", "words"]
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3  # glibc's malloc.h


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("peer", choices=PEERS)
    parser.add_argument("task", choices=TASKS)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--threads", type=int, default=len(allowed_cpus()))
    parser.add_argument("--epochs", type=int, help="default: all of FOLDER's")
    parser.add_argument("--batch", type=int, default=10)
    parser.add_argument("--rate", type=float, default=0.1)
    parser.add_argument("--l1", type=float, default=0.0)
    parser.add_argument("--activation", choices=["rectifier", "tanh"], default="rectifier")
    parser.add_argument("--steps", type=int, help="minibatches of words (200) and of sklearn (1000)")
    return parser.parse_args()


def allowed_cpus():
    if hasattr(os, "sched_getaffinity"):
        return sorted(os.sched_getaffinity(0))
    return list(range(os.cpu_count()))


def limit_threads(count):
    """Must come before NumPy, PyTorch or JAX is imported: each sizes its thread pools only once."""
    for name in ["OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"]:
        os.environ[name] = str(count)
    # JAX takes its number of threads from the CPUs it may use.
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, allowed_cpus()[:count])
    eigen = "true" if count > 1 else "false"
    given = os.environ.get("XLA_FLAGS", "")
    os.environ["XLA_FLAGS"] = f"{given} --xla_cpu_multi_thread_eigen={eigen}"
    os.environ["JAX_PLATFORMS"] = "cpu"
    os.environ["CUDA_VISIBLE_DEVICES"] = ""


def keep_freed_memory():
    """Gradients are megabytes: glibc would give them back to the kernel after each step, and the page faults
    took up to 40 % of an eager step. The allocators that PyTorch's tuning guide recommends keep them, too."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt:
        mallopt(M_TRIM_THRESHOLD, 2**31 - 1)
        mallopt(M_MMAP_THRESHOLD, 32 * 2**20)


def main():
    options = arguments()
    limit_threads(options.threads)
    keep_freed_memory()
    peer = importlib.import_module("peer_" + options.peer.removesuffix("-compiled"))
    task = getattr(peer, options.task, None)
    if task is None:
        raise SystemExit(f"{options.peer} has no {options.task}")
    task(options)


if __name__ == "__main__":
    main()
