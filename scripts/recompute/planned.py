"""Plans and outcomes: which runs a cell has, and the numbers of a run."""

import itertools
import json
import tomllib

# Settings that every outcome states, with the values that they have where a plan is silent.
DEFAULTS = {
    "model.activation": "rectifier",
    "model.softplus_alpha": 1.0,
    "pretraining.decoder": "untied",
    "pretraining.rescaling": "none",
    "training.backend": "flex",
    "training.batch_size": 10,
    "training.engine": "auto",
    "training.patience": 0,
    "training.seed": 1,
}
# Settings without effect on a result, and the folder of the data, which outcomes do not have.
IGNORED = {"data.dir", "training.checkpoint_seconds", "pretraining.code_gib"}


def flat(table, above=""):
    """Nested tables as one dictionary of dotted keys."""
    found = {}
    for key, value in table.items():
        found |= flat(value, f"{above}{key}.") if isinstance(value, dict) else {above + key: value}
    return found


def same(a, b):
    return json.dumps(comparable(a)) == json.dumps(comparable(b))


def comparable(value):
    if isinstance(value, list):
        return [comparable(each) for each in value]
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else value


class Run:
    """One outcome file."""

    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            self.outcome = json.load(file)
        self.id = self.outcome["id"]
        self.settings = {key: value for key, value in flat(self.outcome["config"]).items() if key not in IGNORED}
        self.finished = self.outcome["end"].get("finished")

    def is_of(self, wanted):
        """Whether this is the run of the settings `wanted`, defaults for those that are not there."""
        return all(key in self.settings and same(self.settings[key], value) for key, value in wanted.items()) and all(
            key in wanted or (key in DEFAULTS and same(DEFAULTS[key], value)) for key, value in self.settings.items()
        )

    def number(self, name):
        """The number called `name`, fractions in percent; None if the run lacks it."""
        if name.startswith("setting:"):
            return self.settings.get(name.removeprefix("setting:"))
        if not self.finished:
            return None
        result, selected, measures = (self.finished[part] for part in ("result", "selected", "measures"))
        of_numbers = result.get("test_mae") is not None
        if of_numbers and name in ("test_error", "validation_error", "train_error", "last_test_error"):
            return None
        units = self.outcome["run"]["layers"][1:-1]
        last = result.get("last")
        match name:
            case "test_error" | "validation_error" | "baseline_error":
                return None if result.get(name) is None else 100 * result[name]
            case "train_error":
                return 100 * selected["train_error"]
            case "train_nll" | "validation_nll":
                return selected[name]
            case "last_test_error":
                return last and 100 * last["test_error"]
            case "last_test_nll":
                return last and last["test_nll"]
            case "sparsity" | "last_sparsity":
                zeros = result["sparsity"] if name == "sparsity" else last and last["sparsity"]
                if not units or zeros is None:
                    return None
                return 100 * sum(share * count for share, count in zip(zeros, units, strict=True)) / sum(units)
            case "dead":
                return 100 * sum(result["dead_units"]) / sum(units) if units else None
        if name in measures:
            return measures[name][0] if measures[name] else None
        if name in result and not isinstance(result[name], (list, dict, str)):
            return result[name]
        stem, _, k = name.rpartition(".")
        values = [100 * share for share in result["sparsity"]] if stem == "sparsity" else measures.get(stem, [])
        return values[int(k) - 1] if k.isdigit() and int(k) <= len(values) else None

    def mistakes(self):
        """The misclassified test rows; None if they were not recorded."""
        rows = self.finished["mistakes"]
        return set(rows) if rows or self.finished["result"]["test_error"] == 0 else None

    def test_set(self):
        run = self.outcome["run"]
        return json.dumps([run["dataset"], run["checksums"], run["examples"]["test"]])

    def still_improving(self):
        result = self.finished["result"]
        return result["stopped"] == "epochs" and result["selected_epoch"] == result["epochs"]


class Point:
    """A point of a grid: settings by seed for the runs that choose and for those that are reported."""

    def __init__(self, grid, choosing, reported):
        self.grid, self.choosing, self.reported = grid, choosing, reported


class Cell:
    """A cell of a plan at a scale; `points` is empty for a cell with drawn settings."""

    def __init__(self, name, plan, scale, cell, points):
        self.name, self.points = name, points
        self.paper = cell.get("paper", {})
        self.not_comparable = cell.get("not_comparable") or scale.get("not_comparable")
        self.choose_by = plan.get("choose_by", "validation_error")


def read_plan(path):
    with open(path, "rb") as file:
        return tomllib.load(file)


def cells(plan, scale_name):
    """The cells of a plan. Drawn settings come from a random stream of the program and are not drawn again here."""
    scale = plan["scale"].get(scale_name, {})
    found = []
    for cell in plan.get("cell", []):
        if scale_name in cell.get("not_at", []):
            continue
        if "draw" in cell:
            draws = range(1, scale.get("draws", 0) + 1)
            found += [Cell(f"{cell['name']}/{k}", plan, scale, cell, []) for k in draws]
            continue
        for varied in combinations(cell.get("vary", {}), scale):
            values = [value if isinstance(value, str) else toml(value) for value in varied.values()]
            name = cell["name"] + (f"/{','.join(values)}" if values else "")
            found.append(Cell(name, plan, scale, cell, points(plan, scale, cell, varied)))
    return found


def points(plan, scale, cell, varied):
    repeat = plan.get("repeat", "training.seed")
    grid = combinations(cell.get("grid", {}), scale)

    def settings(point, seed):
        all_of = plan.get("settings", {}) | scale.get("settings", {}) | cell.get("settings", {})
        all_of |= {key: value for key, value in scale.get("replace", {}).items() if key in all_of}
        for key, value in scale.get("each", {}).items():
            if isinstance(all_of.get(key), list):
                all_of[key] = [value] * len(all_of[key])
        wanted = flat(all_of | varied | point | {repeat: seed})
        return {key: value for key, value in wanted.items() if key not in IGNORED}

    def runs(point, seeds):
        return [(seed, settings(point, seed)) for seed in seeds]

    choosing = scale.get("choose_on", []) if len(grid) > 1 else []
    return [Point(point, runs(point, choosing), runs(point, scale["seeds"])) for point in grid]


def combinations(lists, scale):
    """One value for each key, in every way; keys in alphabetical order, the last one changing fastest."""
    keys = sorted(lists)
    values = [scale.get("values", {}).get(key, lists[key]) for key in keys]
    return [dict(zip(keys, each, strict=True)) for each in itertools.product(*values)]


def toml(value):
    """A value as TOML writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        text = f"{value:.17f}".rstrip("0") if 0 < abs(value) < 1e-4 else repr(value)
        return repr(value) if float(text) != value or "e" in text else text
    if isinstance(value, list):
        return "[" + ", ".join(toml(each) for each in value) + "]"
    return f'"{value}"' if isinstance(value, str) else str(value)


class Outcomes:
    """All outcomes of a folder, found by their settings."""

    def __init__(self, folder):
        self.by_seed = {}
        for path in sorted(folder.glob("*.json")):
            run = Run(path)
            self.by_seed.setdefault(run.settings.get("training.seed"), []).append(run)
        self.found = {}

    def of(self, wanted):
        """The run of the settings `wanted`; None if it is missing."""
        key = json.dumps({name: comparable(value) for name, value in wanted.items()}, sort_keys=True)
        if key not in self.found:
            seed = wanted.get("training.seed", DEFAULTS["training.seed"])
            runs = [run for run in self.by_seed.get(seed, []) if run.is_of(wanted)]
            if len(runs) > 1:
                raise SystemExit(f"several outcomes have the same settings: {', '.join(run.id for run in runs)}")
            self.found[key] = runs[0] if runs else None
        return self.found[key]
