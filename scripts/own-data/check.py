"""Checks what the program makes of data that others have published as files of their own.

    check.py TRAIN [--reviews FOLDER]...

* The table of penguins, as the package palmerpenguins has it: a mean test error of 5 seeds of at most 3 %. ONNX Runtime,
  the exported Python file and the exported C file answer every row as `train predict` does: the same class, and the same
  probabilities to 1e-5.
* scikit-learn's diabetes, as regression: an RMSE within 5 % of that of MLPRegressor of the same sizes, whose rate and epoch
  are chosen alike on the same validation data, and below that of always answering the mean.
* With --reviews, each corpus in the folder: `train predict` of the raw test texts has the error and the nll of the run, and
  a network that was exported as ONNX, safetensors or npz and imported again answers each text alike.
"""

import argparse
import pathlib
import sys
import tempfile

from program import Program
from reviews import reviews
from tables import diabetes, penguins


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("train", type=pathlib.Path)
    parser.add_argument("--reviews", type=pathlib.Path, action="append", default=[], metavar="FOLDER")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        program = Program(options.train, work)
        failures = penguins(program) + diabetes(program)
        for folder in options.reviews:
            failures += reviews(program, folder)
    print("\n".join(failures) if failures else "all agree")
    sys.exit(bool(failures))


if __name__ == "__main__":
    main()
