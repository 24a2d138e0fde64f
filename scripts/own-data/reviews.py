"""Reviews: predictions for the raw texts, and the networks that come back from other formats."""

import csv
import gzip
import lzma

import numpy as np

csv.field_size_limit(1 << 24)


def reviews(program, folder):
    """Failures, and lines of figures, of each corpus in `folder`: NAME.tsv, or NAME-train.tsv and NAME-test.tsv, perhaps
    packed as .gz or .xz."""
    opened = {".gz": gzip.open, ".xz": lzma.open, ".tsv": open}
    corpora = {}
    for file in sorted(folder.iterdir()):
        name = file.name.partition(".tsv")[0]
        if ".tsv" in file.name and file.suffix in opened:
            which, _, part = name.rpartition("-") if name.endswith(("-train", "-test")) else (name, "", "all")
            corpora.setdefault(which, {})[part] = opened[file.suffix](file, "rt", encoding="utf-8", newline="").read()
    failures = [f for name, texts in corpora.items() for f in corpus(program, name, texts)]
    return failures + [f"{folder} has no .tsv file of reviews"] * int(not corpora)


def parted(texts):
    """The training and the test file of a corpus: those that it has, or its last tenth for the test."""
    if "test" in texts:
        return texts["train"], texts["test"]
    lines = texts["all"].splitlines(keepends=True)
    header = [] if lines[0][0].isdigit() else lines[:1]
    cut = len(lines) - len(lines) // 10
    return "".join(lines[:cut]), "".join(header + lines[cut:])


def corpus(program, name, texts):
    folder = program.work / name
    folder.mkdir()
    files = [folder / f"{name}-train.tsv", folder / f"{name}-test.tsv"]
    for file, text in zip(files, parted(texts)):
        file.write_text(text, encoding="utf-8", newline="")
    run = f"{name}-run"
    result = program.train(run, folder, "reviews", "--epochs", 2, "--set", "model.hidden=[100]")
    answers = program.predict(run, files[1])
    labels = [row[0] for row in csv.reader(open(files[1], newline="", encoding="utf-8"), "excel-tab", quoting=csv.QUOTE_NONE)]
    labels = labels[len(labels) - len(answers[0]) :]
    same = lambda class_, label: class_ == label or float(class_) == float(label)
    wrong = np.mean([not same(class_, label) for class_, label in zip(answers[0], labels)])
    names = {label: k for k, label in enumerate(program.classes(run))}
    truth = np.array([next(k for class_, k in names.items() if same(class_, label)) for label in labels])
    nll = -np.log(answers[1][np.arange(len(truth)), truth]).mean()
    print(f"{name}: {len(truth)} test texts, error {wrong:.4%} by predict and {result['test_error']:.4%} by the run; "
          f"nll {nll:.6f} and {result['test_nll']:.6f}")
    failures = []
    if abs(wrong - result["test_error"]) > 1e-9 or abs(nll - result["test_nll"]) > 1e-5:
        failures.append(f"{name}: predict and the run differ about the test texts")
    for format in ["onnx", "safetensors", "npz"]:
        back = f"{name}-{format}"
        program.export(run, format, f"{name}.{format}")
        program("import", f"{name}.{format}", "--data-dir", folder, "--set", "data.format=reviews", "--run-dir", back)
        again = program.predict(back, files[1])
        if again[0] != answers[0] or not np.array_equal(again[1], answers[1]):
            failures.append(f"{name}: the network that came back from {format} answers differently")
        if program.result(back)["test_error"] != result["test_error"]:
            failures.append(f"{name}: the network that came back from {format} has another test error")
    return failures
