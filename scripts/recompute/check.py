"""Holds docs/results.md against results/*.json and configs/paper/*.toml. scripts/recompute/check runs it."""

import re
import sys
from pathlib import Path

import formulas
import numpy as np
from agreement import Check, check_verdict
from comparisons import check_comparisons
from document import NUMBER, reports
from planned import Outcomes, cells, read_plan
from results import Result, matching, mean, number_of, possible

ROOT = Path(__file__).parents[2]


def check_choice(check, where, written, result):
    if len(result.cell.points) < 2:
        return check.text(where, written, "")
    if result.chosen is None:
        return check.text(where, written, "not chosen yet")
    others = [None if k == result.chosen else value for k, value in enumerate(result.means)]
    chosen, following = result.chosen, result.choose(others)
    said = re.fullmatch(
        rf"(.*?) \(({NUMBER})\)(?:, next (.*?) \(({NUMBER})\))?(?:; alone, (\d+) of (\d+) seeds choose otherwise)?",
        written,
    )
    if not said:
        return check.text(where, written, f"{result.point_text(chosen)} ({result.means[chosen]:.4f})")
    check.text(where, said[1], result.point_text(chosen))
    check.value(f"{where}, mean", said[2], result.means[chosen])
    check.text(f"{where}, runner-up", said[3], None if following is None else result.point_text(following))
    if said[3] and following is not None:
        check.value(f"{where}, mean of the runner-up", said[4], result.means[following])
    seeds = len(result.choosing[chosen])
    by_seed = [[number_of(runs[k], result.cell.choose_by) for runs in result.choosing] for k in range(seeds)]
    otherwise = str(sum(result.choose(values) != chosen for values in by_seed))
    check.text(f"{where}, alone", (said[5], said[6]), (otherwise, str(seeds)) if seeds > 1 else (None, None))


def check_table(check, report, table, rows, columns):
    written = report.tables.get(table["title"])
    if written is None or len(written) != len(rows):
        check.text(f"{report.plan}: table '{table['title']}'", f"{len(written or [])} rows", f"{len(rows)} rows")
        return
    grid = any(len(row.cell.points) > 1 for row in rows)
    for fields, result in zip(written, rows, strict=True):
        where = f"{report.plan}: {result.cell.name}"
        fields = iter(fields)
        check.text(f"{where}, name", next(fields), result.cell.name)
        finished = sum(run is not None and bool(run.finished) for _, run in result.runs)
        diverged = f", {result.diverged()} diverged" if result.diverged() else ""
        check.text(f"{where}, runs", next(fields), f"{finished} of {result.total}{diverged}")
        if grid:
            check_choice(check, f"{where}, choice", next(fields), result)
        for metric in columns:
            check_number(check, f"{where}, {metric}", fields, result, metric, any(metric in r.cell.paper for r in rows))
    check_remarks(check, report, rows, columns)


def check_number(check, where, fields, result, metric, with_paper):
    values = result.values(metric)
    stated = next(fields).split(" ± ")
    check.value(f"{where}, mean", stated[0], mean(values))
    if len(stated) > 1 or len(values) > 1:
        check.value(f"{where}, deviation", stated[-1], formulas.deviation(values))
    expected = possible(metric, formulas.t_interval(values)) if values else None
    interval = next(fields)
    if len(values) == 1:
        check.text(f"{where}, interval", interval, "no interval (1 run)")
    else:
        check.interval(f"{where}, interval", interval, expected)
    if with_paper:
        check.value(f"{where}, paper", next(fields), result.cell.paper.get(metric))
        check_verdict(check, f"{where}, verdict", next(fields), result.verdict(metric))


def check_remarks(check, report, rows, columns):
    """Every edge of a grid and every cell that was still improving is stated, and no other."""
    remarks = {}
    for result in rows:
        for limit in result.limits():
            remarks.setdefault(limit, []).append(result.cell.name)
    for limit, names in remarks.items():
        line = f"{', '.join(dict.fromkeys(names))}: {limit}."
        check.text(f"{report.plan}: remark", line if line in report.lines else "no such line", line)


def check_figure(check, report, figure, results):
    if figure["kind"] == "scatter":
        return
    written = report.tables.get(figure["title"], [])
    ours = [row for row in written if row[1] != "the paper" and not row[1].endswith(", the paper")]
    metric, x = figure["y"], figure.get("x", "")
    expected = []
    for series in figure["series"]:
        members = [result for pattern in series["cells"] for result in matching(pattern, results)]
        drawn = [result for result in members if result.values(metric)]
        if figure["kind"] == "line":
            drawn = sorted([each for each in drawn if each.values(x)], key=lambda each: mean(each.values(x)))
        expected += [(series["label"], result) for result in drawn]
    check.text(f"{report.plan}: '{figure['title']}', points", len(ours), len(expected))
    for row, (label, result) in zip(ours, expected, strict=False):
        where = f"{report.plan}: '{figure['title']}', {label}, {result.cell.name}"
        check.text(where, row[:2], [label, result.cell.name])
        if figure["kind"] == "line":
            check.value(f"{where}, x", row[2], mean(result.values(x)), slack=1e-3 * abs(mean(result.values(x))))
        values = result.values(metric)
        check.value(f"{where}, mean", row[3], mean(values))
        if len(values) > 1:
            check.interval(f"{where}, interval", row[4], possible(metric, formulas.t_interval(values)))


def check_trends(check, report, plan, results):
    for asked in plan.get("trend", []):
        text = report.answers.get(asked["question"], "")
        where = f"{report.plan}: '{asked['question']}'"
        members = [cell for pattern in asked["cells"] for cell in matching(pattern, results)]
        columns = [cell.by_seed(asked["metric"]) for cell in members]
        seeds = [seed for seed in columns[0] if all(seed in column for column in columns)]
        if not seeds:
            check.text(where, text[:8], "Not run:")
            continue
        rows = [[column[seed] for column in columns] for seed in seeds]
        for cell, average in zip(members, np.mean(rows, axis=0), strict=True):
            said = re.search(rf"[:,] {re.escape(cell.cell.name)} ({NUMBER})[,.]", text)
            check.value(f"{where}, {cell.cell.name}", said[1].rstrip(".,") if said else "", average)
        said = re.search(r"over seeds: p (=|<) ([\d.]+), one-sided", text)
        if said and not any(cell.not_judged() for cell in members):
            p, ties = formulas.page_p([row[::-1] if asked["direction"] == "falling" else row for row in rows])
            if ties:
                check.left_out += 1  # SciPy has no exact distribution with ties
            elif said[1] == "<":
                check.text(where, said[0], said[0] if p < float(said[2]) else p)
            else:
                check.value(f"{where}, p", said[2], p)


def check_effects(check, report, plan, results):
    """The effects of deviations from the paper: a difference of two means, and the means."""
    written = report.tables.get("Where it differs from the paper", [])
    for row, deviation in zip(written, plan.get("deviation", []), strict=True):
        effect = deviation.get("effect")
        if not effect:
            continue
        where = f"{report.plan}: effect of '{deviation['ours']}'"
        means = [mean(matching(effect[side], results)[0].values(effect["metric"])) for side in ("paper", "ours")]
        said = re.search(rf" ({NUMBER})(?: points)?: ({NUMBER}) of .* against ({NUMBER}) of ", row[3])
        if None in means or not said:
            check.text(where, row[3], "not measured at this scale yet")
            continue
        for text, value in zip(said.groups(), [means[0] - means[1], *means], strict=True):
            check.value(where, text, value)


def check_report(check, report, outcomes):
    plan = read_plan(ROOT / "configs/paper" / f"{report.plan}.toml")
    tolerance = plan.get("tolerance", {})
    results = [Result(cell, outcomes, tolerance, report.scale) for cell in cells(plan, report.scale)]
    needed = {str(sorted(settings.items())): outcomes.of(settings) for r in results for _, settings in r.needed()}
    drawn = sum(not result.cell.points for result in results)
    check.left_out += drawn
    line = next(line for line in report.lines if line.startswith("Plan `"))
    ended = sum(run is not None for run in needed.values())
    said = re.search(r": (\d+) of (\d+) runs\.", line)
    check.text(f"{report.plan}: all runs", int(said[2]), len(needed) + drawn)
    if not drawn:
        check.text(f"{report.plan}: ended runs", int(said[1]), ended)
    for table in plan.get("table", []) or default_table(plan, results):
        patterns = table.get("cells", [])
        rows = [row for pattern in patterns for row in matching(pattern, results)] if patterns else results
        check_table(check, report, table, rows, table["columns"])
    for figure in plan.get("figure", []):
        check_figure(check, report, figure, results)
    check_comparisons(check, report, plan, results)
    check_trends(check, report, plan, results)
    check_effects(check, report, plan, results)


def default_table(plan, results):
    if not results:
        return []
    rmse = plan.get("choose_by") == "validation_rmse"
    return [{"title": "All cells", "columns": ["test_rmse" if rmse else "test_error", "sparsity"]}]


def main():
    check, outcomes = Check(), Outcomes(ROOT / "results")
    for report in reports(ROOT / "docs/results.md"):
        before, wrong = check.compared, len(check.wrong)
        check_report(check, report, outcomes)
        print(f"{report.plan:<24} {check.compared - before:>5} compared, {len(check.wrong) - wrong} disagree")
    for wrong in check.wrong:
        print(wrong)
    print(f"{check.compared} numbers and words compared, {len(check.wrong)} disagree; {check.left_out} left out")
    return 1 if check.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
