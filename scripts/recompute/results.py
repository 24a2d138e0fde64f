"""The runs of a cell: the chosen point, and the numbers of the reported runs."""

import formulas
import numpy as np
from planned import toml


class Result:
    """A cell with its runs, its chosen point and the numbers of the reported runs."""

    def __init__(self, cell, outcomes, tolerance, scale):
        self.cell, self.tolerance, self.smoke = cell, tolerance, scale == "smoke"
        self.choosing = [[outcomes.of(settings) for _, settings in point.choosing] for point in cell.points]
        self.reported = [[(seed, outcomes.of(s)) for seed, s in point.reported] for point in cell.points]
        self.waiting = any(run is None for runs in self.choosing for run in runs)
        self.means = [mean([number_of(run, cell.choose_by) for run in runs]) for runs in self.choosing]
        self.chosen = self.choose(self.means) if len(cell.points) > 1 and not self.waiting else None
        if len(cell.points) == 1:
            self.chosen = 0
        self.runs = self.reported[self.chosen] if self.chosen is not None else []
        self.total = len(cell.points[0].reported) if cell.points else 1

    @staticmethod
    def choose(values):
        known = [(value, k) for k, value in enumerate(values) if value is not None]
        return min(known)[1] if known else None

    def needed(self):
        """The settings of the runs that the cell needs, as far as is known today."""
        point = self.chosen if self.chosen is not None else 0 if self.waiting else None
        choosing = [run for point in self.cell.points for run in point.choosing]
        return choosing + (self.cell.points[point].reported if point is not None else [])

    def by_seed(self, metric):
        values = {seed: number_of(run, metric) for seed, run in self.runs}
        return {seed: value for seed, value in values.items() if value is not None}

    def values(self, metric):
        return list(self.by_seed(metric).values())

    def diverged(self):
        return sum(run is not None and not run.finished for _, run in self.runs)

    def not_judged(self):
        return self.cell.not_comparable or ("smoke" if self.smoke else None)

    def verdict(self, metric):
        paper, values = self.cell.paper.get(metric), self.values(metric)
        if paper is None:
            return "", None
        if self.not_judged():
            return "not comparable", None
        missing = self.total - sum(run is not None for _, run in self.runs)
        if self.chosen is not None and not missing and self.diverged():
            return "undecided", "diverged"
        if len(values) < self.total or not values:
            return "not run", None
        return formulas.verdict(values, paper, self.tolerance.get(metric))

    def point_text(self, k):
        grid = self.cell.points[k].grid
        last = [key.rsplit(".")[-1] for key in grid]
        names = [name if last.count(name) == 1 else key for key, name in zip(grid, last, strict=True)]
        return ", ".join(f"{name} {toml(value)}" for name, value in zip(names, grid.values(), strict=True))

    def edges(self):
        """The numeric settings of the grid whose chosen value is the smallest or the largest one."""
        for key, value in self.cell.points[self.chosen].grid.items():
            others = [point.grid[key] for point in self.cell.points]
            if isinstance(value, (int, float)) and min(others) < max(others) and value in (min(others), max(others)):
                yield f"edge of the grid: a better {key.rsplit('.')[-1]} may lie beyond {toml(value)}"

    def limits(self):
        if self.chosen is None or self.smoke:
            return []
        finished = [run for _, run in self.runs if run and run.finished]
        last = sum(run.still_improving() for run in finished)
        improving = "still improving: the last epoch of the budget was the best one in"
        return [*self.edges(), *([f"{improving} {last} of {len(finished)} runs"] if last else [])]


def number_of(run, metric):
    value = run.number(metric) if run and run.finished else None
    return value if value is not None and np.isfinite(value) else None


def mean(values):
    return None if not values or None in values else float(np.mean(values))


def possible(metric, interval):
    """An interval without the values that a number cannot have."""
    percent = metric.endswith("_error") or metric in ("dead", "last_sparsity") or metric.startswith("sparsity")
    positive = metric.endswith(("_seconds", "_nll", "_rmse", "_mae"))
    if interval is None or not (percent or positive):
        return interval
    return [min(max(end, 0), 100 if percent else np.inf) for end in interval]


def matching(pattern, results):
    family = pattern.removesuffix("/*")
    return [each for each in results if each.cell.name == family or each.cell.name.startswith(f"{family}/")]
