#!/usr/bin/env python3
"""The memory of the Python package: the peak of one large fit, and the growth over many small ones.

    python benchmarks/python_memory.py [--rows 1000000] [--fits 10000]

The large fit has ROWS x 100 float32, two classes and one epoch. Needs Linux, and the package rectifier.
"""

import argparse
import warnings
from pathlib import Path

import numpy as np

from rectifier import RectifierClassifier


def resident(field):
    """VmRSS, or its peak VmHWM since the last reset, in bytes."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(field))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--fits", type=int, default=10_000)
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    draw = np.random.default_rng(0)

    X = draw.standard_normal((options.rows, 100), dtype=np.float32)
    y = X[:, 0] > 0
    small = RectifierClassifier((100,), batch_size=100, max_iter=1, random_state=0)
    small.fit(X[:1000], y[:1000])
    for early_stopping in (False, True):
        before = resident("VmRSS")
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # resets the peak
        small.set_params(early_stopping=early_stopping).fit(X, y)
        peak = resident("VmHWM") - before
        print(
            f"fit of {X.shape[0]:,} x 100 float32, early_stopping={early_stopping}: the peak is {1 + peak / X.nbytes:.2f} times "
            f"the data ({peak / 1e6:.0f} MB beside {X.nbytes / 1e6:.0f} MB)"
        )

    X, y = X[:20].copy(), y[:20].copy()
    kept = []
    for fit in range(options.fits + 1):
        RectifierClassifier((5,), max_iter=1, random_state=fit, n_threads=1 + fit % 2).fit(X, y).predict(X)
        if fit % (options.fits // 5) == 0:
            kept.append(resident("VmRSS"))
            print(f"after {fit:,} small fits: {kept[-1] / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
