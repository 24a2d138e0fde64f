"""Collects in data.json what the report states, from `train report` and results/*.json. scripts/paper/make runs it."""

import csv
import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts" / "recompute"))
from document import Report, tables  # noqa: E402  (what Markdown says is read in one place)


def studies(program, work):
    """What `train report` says of each plan at the scale desk: the Markdown and the rows of the list of runs."""
    subprocess.run([program, "report", "all", "--runs", "results", "--out", work], cwd=ROOT, check=True, stdout=2)
    found = {}
    for path in sorted(work.glob("*-desk.md")):
        name = path.stem.removesuffix("-desk")
        report = Report(name, "desk", path.read_text(encoding="utf-8"))
        facts = next(line for line in report.lines if line.startswith("Plan `"))
        done, planned = re.search(r": (\d+) of (\d+) runs\.", facts).groups()
        with open(path.with_suffix(".csv"), newline="", encoding="utf-8") as file:
            rows = [row for row in csv.DictReader(file) if row["state"] == "finished"]
        found[name] = {
            "about": report.lines[2],
            "done": int(done),
            "planned": int(planned),
            "tables": dict(tables(report.lines)),
            "answers": report.answers,
            "points": points(rows),
        }
    return found


def points(rows):
    """Exact zeros and test error of each reported run that has both."""
    reported = [row for row in rows if row["role"] == "reported" and row["sparsity"] and row["test_error"]]
    return [
        {"cell": row["cell"].partition("/")[0], "x": float(row["sparsity"]), "y": float(row["test_error"])}
        for row in reported
    ]


def claims(program, work):
    """The claims as the program writes them: a sentence that counts the verdicts, and a table for each theme."""
    document = work / "claims.md"
    document.write_text("<!-- report claims -->\n<!-- end -->\n", encoding="utf-8")
    subprocess.run([program, "report", "--runs", "results", "--update", document], cwd=ROOT, check=True, stdout=2)
    lines = document.read_text(encoding="utf-8").splitlines()
    return {
        "counts": next(line for line in lines if re.match(r"\d+ claims:", line)),
        "tables": {theme: rows for theme, rows in tables(Report("claims", "desk", "\n".join(lines)).lines)},
    }


def runs():
    """How many runs there are, and what they cost."""
    outcomes = [json.loads(path.read_text(encoding="utf-8")) for path in sorted((ROOT / "results").glob("*.json"))]
    finished = [outcome["end"]["finished"]["result"] for outcome in outcomes if "finished" in outcome["end"]]
    seconds = sum(result["training_seconds"] for result in finished)
    pretraining = [result["pretraining_seconds"] for result in finished if result.get("pretraining_seconds")]
    return {
        "all": len(outcomes),
        "finished": len(finished),
        "diverged": len(outcomes) - len(finished),
        "training_hours": round(seconds / 3600, 1),
        "pretraining_hours": round(sum(pretraining) / 3600, 1),
        "with_pretraining_seconds": len(pretraining),
        "versions": sorted({outcome["run"]["version"] for outcome in outcomes}),
        "burn": sorted({outcome["run"]["burn"] for outcome in outcomes}),
        "devices": sorted({outcome["run"]["device"] for outcome in outcomes}),
    }


def commit():
    found = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return found.stdout.strip() or "unknown"


def main():
    program, work = Path(sys.argv[1]), Path(sys.argv[2])
    data = {"studies": studies(program, work), "claims": claims(program, work), "runs": runs(), "commit": commit()}
    (work / "data.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main()
