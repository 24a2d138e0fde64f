"""The program `train` as functions of Python."""

import csv
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
import onnxruntime


class Program:
    """The program at `path`, run in the folder `work`."""

    def __init__(self, path, work):
        self.path, self.work = pathlib.Path(path).resolve(), pathlib.Path(work)

    def __call__(self, *arguments):
        """Standard output of the program with `arguments`."""
        command = [str(self.path), *map(str, arguments)]
        done = subprocess.run(command, cwd=self.work, capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"{' '.join(command)} ended with code {done.returncode}:\n{done.stderr}")
        return done.stdout

    def train(self, run, folder, format, *options):
        """The result of a run on `folder`."""
        self("--data-dir", folder, "--format", format, "--run-dir", run, "--renderer", "plain", *options)
        return self.result(run)

    def result(self, run):
        return json.loads((self.work / run / "result.json").read_text())

    def classes(self, run):
        """The names of the classes that the network of a run tells apart."""
        return json.loads((self.work / run / "run.json").read_text())["classes"]

    def predict(self, run, file):
        """The answers for the rows of `file`: names of classes and probabilities `[rows, classes]`, or numbers `[rows]`."""
        with tempfile.NamedTemporaryFile(suffix=".csv") as to:
            self("predict", run, file, "--format", "csv", "--output", to.name)
            with open(to.name, newline="", encoding="utf-8") as lines:
                header, *rows = csv.reader(lines)
        if header[2] != "class":
            return np.array([float(row[2]) for row in rows])
        return [row[2] for row in rows], np.array([list(map(float, row[3:])) for row in rows])

    def export(self, run, format, file):
        self("export", run, "--to", format, "--out", file)
        return self.work / file


def table(file):
    """The rows of a CSV file as dictionaries."""
    with open(file, newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def is_missing(field):
    return field.strip().lower() in {"", "na", "n/a", "#n/a", "<na>", "nan", "null", "none", "?"}


def onnx_answers(model, rows):
    """The classes and probabilities, or the numbers, that ONNX Runtime finds for the rows of a table."""
    session = onnxruntime.InferenceSession(str(model), providers=["CPUExecutionProvider"])
    network = json.loads(session.get_modelmeta().custom_metadata_map["network"])
    inputs = [list(columns_inputs(network["preprocessing"]["columns"], row)) for row in rows]
    kind = np.float64 if session.get_inputs()[0].type == "tensor(double)" else np.float32
    names = [output.name for output in session.get_outputs()]
    found = dict(zip(names, session.run(names, {"input": np.array(inputs, kind)})))
    if "prediction" in found:
        return found["prediction"][:, 0]
    return [network["classes"][best] for best in found["probabilities"].argmax(1)], found["probabilities"]


def columns_inputs(columns, row):
    """The inputs of a row in its own units: a number or NaN, and 1 or 0 for each category."""
    for column in columns:
        field = row[column["name"]]
        if column["kind"] == "number":
            yield float("nan") if is_missing(field) else float(field)
            continue
        category = "(missing)" if is_missing(field) else field
        yield from (float(category == known) for known in column["categories"])
        if column.get("other"):
            yield float(category not in column["categories"])


def python_answers(file, table):
    """What the exported Python file finds for a table, called as a user would call it."""
    ask = (
        "import csv, json, runpy, sys\n"
        "network = runpy.run_path(sys.argv[1])\n"
        "rows = list(csv.DictReader(open(sys.argv[2], newline='', encoding='utf-8')))\n"
        "found = [x if isinstance(x, str) else float(x) for x in network['predict'](rows)]\n"
        "more = network.get('predict_probabilities')\n"
        "print(json.dumps([found, more(rows).tolist() if more else None]))"
    )
    done = subprocess.run([sys.executable, "-c", ask, str(file), str(table)], check=True, capture_output=True, text=True)
    found, probabilities = json.loads(done.stdout)
    return np.array(found) if probabilities is None else (found, np.array(probabilities))


MAIN = """
#include <stdio.h>
#include <stdlib.h>
static const char *const names[] = {%s};
static const char *const rows[][sizeof names / sizeof *names] = {%s};
int main(void)
{
    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
        double inputs[INPUTS] = {0}, outputs[OUTPUTS];
        for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
            const char *field = rows[r][k];
            const int number = input(names[k]);
            if (number >= 0) {
                inputs[number] = field == NULL ? NAN : strtod(field, NULL);
                continue;
            }
#ifdef TEXTS
            if (category(names[k], field) >= 0)
                inputs[category(names[k], field)] = 1;
#endif
        }
        predict(inputs, outputs);
        for (size_t k = 0; k < OUTPUTS; k++)
            printf("%%.9g%%c", outputs[k], k + 1 < OUTPUTS ? ',' : '\\n');
    }
}
"""


def c_answers(file, rows, classes):
    """What the exported C file finds for the rows of a table, compiled with a `main` that holds the rows."""
    quoted = lambda text: "NULL" if is_missing(text) else '"' + "".join(f"\\{byte:03o}" for byte in text.encode()) + '"'
    source = file.read_text()
    body = MAIN % (
        ", ".join(map(quoted, rows[0])),
        ", ".join("{" + ", ".join(map(quoted, row.values())) + "}" for row in rows),
    )
    whole, program = file.with_name("whole.c"), file.with_name("whole")
    whole.write_text(source + body)
    texts = ["-DTEXTS"] if "int category(" in source else []
    subprocess.run(["cc", "-std=c99", "-O2", *texts, whole, "-o", program, "-lm"], check=True)
    lines = subprocess.run([program], check=True, capture_output=True, text=True).stdout.split()
    outputs = np.array([list(map(float, line.split(","))) for line in lines])
    return ([classes[best] for best in outputs.argmax(1)], outputs) if classes else outputs[:, 0]
