"""Tables that others have published: the penguins of Palmer station, and scikit-learn's diabetes."""

import importlib.util
import pathlib
import shutil

import numpy as np
from program import c_answers, onnx_answers, python_answers, table

SEEDS = range(1, 6)
TOLERANCE = 1e-5


def penguins(program):
    """Failures, and a line of figures, of the table as its package has it: texts, missing values, a label in column 1."""
    package = importlib.util.find_spec("palmerpenguins").submodule_search_locations[0]
    folder = program.work / "penguins"
    folder.mkdir()
    file = folder / "penguins.csv"
    shutil.copy(pathlib.Path(package) / "data" / "penguins.csv", file)
    errors, failures = [], []
    for seed in SEEDS:
        run = f"penguins-{seed}"
        options = ["--label", "species", "--set", f"training.seed={seed}"]
        errors.append(program.train(run, folder, "csv", *options)["test_error"])
        failures += predictors(program, run, file)
    print(f"penguins: mean test error {np.mean(errors):.2%} of {len(errors)} seeds (" + ", ".join(f"{e:.2%}" for e in errors) + ")")
    return failures + [f"penguins: the mean test error is {np.mean(errors):.2%}"] * int(np.mean(errors) > 0.03)


def predictors(program, run, file):
    """Failures of the exported predictors of `run` to answer each row of the table `file` as `predict` does."""
    rows, expected = table(file), program.predict(run, file)
    classes = program.classes(run) if isinstance(expected, tuple) else None
    found = {
        "ONNX Runtime": onnx_answers(program.export(run, "onnx", f"{run}.onnx"), rows),
        "the Python file": python_answers(program.export(run, "python", f"{run}.py"), file),
        "the C file": c_answers(program.export(run, "c", f"{run}.c"), rows, classes),
    }
    failures = []
    for who, answers in found.items():
        gap, agree = compared(answers, expected)
        print(f"{run}: {len(rows)} rows, {who} differs from predict by at most {gap:.1e}")
        if not (agree and gap <= TOLERANCE):
            failures.append(f"{run}: {who} differs from predict by {gap:.1e}" + ("" if agree else " and in classes"))
    return failures


def compared(found, expected):
    """The largest difference of probabilities, or of numbers in parts of their spread, and whether all classes agree."""
    if isinstance(expected, tuple):
        gap = np.abs(found[1] - expected[1]).max() if found[1].shape == expected[1].shape else np.inf
        return gap, list(found[0]) == list(expected[0])
    return (np.abs(found - expected).max() / expected.std() if found.shape == expected.shape else np.inf), True


RATES = [0.0003, 0.001, 0.003, 0.01, 0.03, 0.1]
HIDDEN = (50, 50)
EPOCHS = 100


def diabetes(program):
    """Failures, and lines of figures, of scikit-learn's diabetes as regression, beside its MLPRegressor tuned alike."""
    from sklearn.datasets import load_diabetes

    frame = load_diabetes(scaled=False, as_frame=True).frame
    rmses, failures = {"ours": [], "sgd": [], "adam": [], "constant": []}, []
    for seed in SEEDS:
        order = np.random.default_rng(seed).permutation(len(frame))
        parts = {"train": order[:265], "validation": order[265:353], "test": order[353:]}
        parts = {part: frame.iloc[rows] for part, rows in parts.items()}
        folder = program.work / f"diabetes-{seed}"
        folder.mkdir()
        for part, rows in parts.items():
            rows.to_csv(folder / f"{part}.csv", index=False)
        best = None
        for rate in RATES:
            run = f"diabetes-{seed}-{rate}"
            settings = [f"training.seed={seed}", f"training.learning_rate={rate}", f"model.hidden={list(HIDDEN)}"]
            settings = [part for setting in settings for part in ("--set", setting)]
            result = program.train(run, folder, "csv", "--epochs", EPOCHS, *settings)
            best = min(filter(None, [best, (result["validation_rmse"], run, result)]), key=lambda tried: tried[0])
        _, run, result = best
        rmses["ours"].append(result["test_rmse"])
        rmses["constant"].append(result["constant_rmse"])
        answers = program.predict(run, folder / "test.csv")
        again = np.sqrt(np.mean((answers - parts["test"]["target"].to_numpy()) ** 2))
        if abs(again / result["test_rmse"] - 1) > TOLERANCE:
            failures.append(f"{run}: predict has an RMSE of {again}, the result {result['test_rmse']}")
        failures += predictors(program, run, folder / "test.csv")
        for solver in ["sgd", "adam"]:
            rmses[solver].append(scikit_learn(parts, solver, seed))
    means = {who: np.mean(values) for who, values in rmses.items()}
    print(f"diabetes: mean test RMSE of {len(SEEDS)} splits: ours {means['ours']:.2f}, MLPRegressor {means['sgd']:.2f} "
          f"(sgd) and {means['adam']:.2f} (adam), always the mean {means['constant']:.2f}")
    if means["ours"] > 1.05 * min(means["sgd"], means["adam"]):
        failures.append("diabetes: the RMSE is more than 5 % above that of MLPRegressor")
    if means["ours"] >= means["constant"]:
        failures.append("diabetes: the RMSE is not below that of the mean")
    return failures


def scikit_learn(parts, solver, seed):
    """The test RMSE of MLPRegressor with the rate and the epoch that have the lowest RMSE in validation, as ours has."""
    from sklearn.neural_network import MLPRegressor

    values = {part: (rows.drop(columns="target").to_numpy(float), rows["target"].to_numpy(float)) for part, rows in parts.items()}
    (x, y), best = values["train"], (np.inf, None)
    shift, scale = x.mean(0), x.std(0)
    rmse = lambda model, part: np.sqrt(np.mean((y.mean() + y.std() * model.predict((values[part][0] - shift) / scale) - values[part][1]) ** 2))
    for rate in RATES:
        model = MLPRegressor(hidden_layer_sizes=HIDDEN, solver=solver, momentum=0, alpha=0, batch_size=10, learning_rate_init=rate, random_state=seed)
        for _ in range(EPOCHS):
            model.partial_fit((x - shift) / scale, (y - y.mean()) / y.std())
            if not all(np.isfinite(weights).all() for weights in model.coefs_):
                break
            best = min(best, (rmse(model, "validation"), rmse(model, "test")))
    return best[1]
