"""Comparisons of two cells, and of two differences between cells."""

import re

import formulas
import numpy as np
from agreement import check_verdict
from document import NUMBER
from results import matching

# The program's bootstrap has 2,000 resamples: each end of an interval has a standard error of 3 % of half its width.
BOOTSTRAP = 0.12


class Compared:
    """A comparison, recomputed."""

    def __init__(self, asked, results):
        names = [(asked["a"], 1), (asked["b"], -1)]
        if "minus" in asked:
            names += [(asked["minus"]["a"], -1), (asked["minus"]["b"], 1)]
        found = [(matching(name, results), sign) for name, sign in names]
        self.terms = [(cells[0], sign) for cells, sign in found if len(cells) == 1]
        self.metric, self.test = asked["metric"], asked["test"]
        by_seed = [cell.by_seed(self.metric) for cell, _ in self.terms]
        complete = len(self.terms) == len(names)
        self.seeds = [seed for seed in by_seed[0] if all(seed in other for other in by_seed)] if complete else []
        signed = list(zip(by_seed, [sign for _, sign in self.terms], strict=True))
        self.values = [sum(sign * of[seed] for of, sign in signed) for seed in self.seeds]
        self.untested = next((cell.not_judged() for cell, _ in self.terms if cell.not_judged()), None)
        self.runs = [[dict(cell.runs)[seed] for cell, _ in self.terms] for seed in self.seeds]
        self.p, self.over_both = formulas.paired_p(self.values), None
        if self.metric == "test_error" and len(self.values) > 1 and self.same_examples():
            self.p, self.over_both = formulas.two_way(self.differences())
            self.over_both = [100 * end for end in self.over_both]

    def same_examples(self):
        runs = [run for runs in self.runs for run in runs]
        return len({run.test_set() for run in runs}) == 1 and all(run.mistakes() is not None for run in runs)

    def differences(self):
        """For each seed and test example, the difference in mistakes."""
        table = np.zeros((len(self.runs), self.runs[0][0].outcome["run"]["examples"]["test"]))
        for row, runs in zip(table, self.runs, strict=True):
            for run, (_, sign) in zip(runs, self.terms, strict=True):
                row[list(run.mistakes())] += sign
        return table

    def paper(self):
        numbers = [cell.cell.paper.get(self.metric) for cell, _ in self.terms]
        return None if None in numbers else sum(sign * n for n, (_, sign) in zip(numbers, self.terms, strict=True))


def check_comparisons(check, report, plan, results):
    asked = plan.get("comparison", [])
    compared = [Compared(each, results) for each in asked]
    tested = [each for each in compared if not (each.values and each.untested)]
    corrected = dict(
        zip(map(id, tested), formulas.holm([each.p if each.values else None for each in tested]), strict=True)
    )
    for question, found in zip(asked, compared, strict=True):
        where, text = f"{report.plan}: '{question['question']}'", report.answers.get(question["question"], "")
        if not found.values:
            check.text(where, text[:8], "Not run:")
            continue
        check_comparison(check, where, text, found, corrected.get(id(found)), plan.get("tolerance", {}))


def check_comparison(check, where, text, found, corrected, tolerance):
    average = float(np.mean(found.values))
    sign = -1 if average < 0 else 1

    def turned(interval):
        return interval if sign > 0 else [-interval[1], -interval[0]]

    def p_value(name, pattern, expected):
        said = re.search(pattern + r" p (=|<) ([\d.]*\d)", text)
        if not said or expected is None:
            return check.text(f"{where}, {name}", said[0] if said else None, expected)
        if said[1] == "<":
            return check.text(f"{where}, {name}", said[0], said[0] if expected < float(said[2]) else expected)
        return check.value(f"{where}, {name}", said[2], expected)

    size = re.search(rf"({NUMBER})(?: points| s)? (lower|higher) than", text)
    if size:
        check.value(f"{where}, size", size[1], abs(average))
        check.text(f"{where}, direction", size[2], "lower" if average < 0 else "higher")
    else:
        check.value(f"{where}, size", "0", average, slack=1e-9)
    count = re.search(r"; (\d+) (?:pair|seed)s?\)", text)
    check.text(f"{where}, pairs", count and count[1], str(len(found.values)))
    if len(found.values) > 1:
        seeds = re.search(rf"95 % ({NUMBER} to {NUMBER}) over seeds", text)
        check.interval(f"{where}, over seeds", seeds[1] if seeds else "", turned(formulas.t_interval(found.values)))
        both = re.search(rf"({NUMBER} to {NUMBER}) over seeds and test examples", text)
        expected = found.over_both and turned(found.over_both)
        check.interval(f"{where}, over seeds and examples", both[1] if both else "–", expected, slack=BOOTSTRAP)
    if found.untested:
        check.text(where, "No p-value" in text, True)
    elif found.p is not None:
        p_value("p", r"(?:test examples|over seeds)", found.p)
        p_value("Holm", "after Holm", corrected)
        shown = "a difference is not shown" not in text
        check.text(f"{where}, shown", shown, corrected < formulas.LEVEL)
    check_further(check, where, text, found, p_value)
    if found.paper() is not None and not found.untested:
        said = re.search(r"In the paper (.*?): (.*)\.$", text)
        complete = all(cell.total == len(found.values) for cell, _ in found.terms)
        verdict = formulas.verdict(found.values, found.paper(), tolerance.get(found.metric)) if complete else ("", None)
        check_verdict(check, f"{where}, verdict", said[2] if said else "", verdict)


def check_further(check, where, text, found, p_value):
    if found.test == "mcnemar" and found.same_examples():
        only = [[len(a.mistakes() - b.mistakes()), len(b.mistakes() - a.mistakes())] for a, b, *_ in found.runs]
        said = re.search(rf"alone: ({NUMBER}) test examples; by .*? alone: ({NUMBER})", text)
        for name, k in (("first alone", 1), ("second alone", 2)):
            check.value(f"{where}, {name}", said[k] if said else "", sum(row[k - 1] for row in only))
        if not found.untested:
            p_value("McNemar", "McNemar", formulas.mcnemar_p(found.differences().sum(axis=0).astype(int)))
    elif found.test == "paired" and not found.untested and len(found.values) > 5:
        p_value("Wilcoxon", "Wilcoxon's test over seeds:", formulas.wilcoxon_p(found.values))
