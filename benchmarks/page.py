"""docs/benchmarks.md, made of the numbers that run.py collected."""
from statistics import median

STEPS, EPOCH, GFLOPS = "first 200 minibatches", "epoch 1", "arithmetic, GFLOP/s"
# A dense step of 784-1000-1000-1000-10: products forward, backward (not into the inputs) and in the update.
WEIGHTS = 784 * 1000 + 2 * 1000 * 1000 + 1000 * 10
FLOP_PER_EXAMPLE = 6 * WEIGHTS - 2 * 784 * 1000


def figure(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def table(samples):
    lines = ["| what | library | median | min | max | ours is faster by |", "|---|---|---|---|---|---|"]
    for metric, labels in samples.items():
        ours = next((values for label, values in labels.items() if label.split()[0] == "ours"), None)
        for label, values in labels.items():
            ratio = ""
            if ours and values is not ours:
                ratio = median(ours) / median(values)
                ratio = f"{1 / ratio if '_us' in metric else ratio:.2f}"
            spread = " | ".join(figure(f(values)) for f in (median, min, max))
            lines.append(f"| {metric} | {label} | {spread} | {ratio} |")
    return lines


def sparse_shares(rows):
    """How near a sparse step comes to reading and writing only the weights that it must."""
    steps, ceilings = rows.get("steps", {}).get("samples", {}), rows["ceilings"].get("samples", {})
    found = []
    for n in dict.fromkeys([1, rows["ceilings"].get("threads")]):
        moved = steps.get(f"gb_per_second, epoch 3, threads: {n}")
        limits = [(what, ceilings.get(f"{key}_gb_per_s, threads: {n}"))
                  for key, what in (("rows", "rows far apart"), ("read", "11 MB in order"))]
        of = [f"{median(moved['ours']) / median(limit['ours']):.0%} of reading {what}"
              for what, limit in limits if moved and limit]
        found += [f"{' and '.join(of)} with threads: {n}"] if of else []
    text = ("Sparse steps of the third epoch move weights (a weight that a minibatch uses is read forward, and read and "
            "written backward) at ")
    return ["", text + ", ".join(found) + "."] if found else []


def dense_share(samples):
    """How near a dense row comes to the arithmetic measured in the same rounds; validation and checkpoint included."""
    limits = samples.get(GFLOPS, {}).get("the machine")
    ours = samples.get("examples/s, epoch 2", {}).get("ours")
    if not (limits and ours):
        return []
    share = median(speed * FLOP_PER_EXAMPLE / 1e9 / limit for speed, limit in zip(ours, limits))
    return ["", f"Counting zero inputs as work, the second epoch, with its validation and checkpoint, reaches {share:.0%} of the "
            "arithmetic that the machine did in the same rounds."]


NAMES = {"portable": "the target's own instructions", "neon": "NEON", "avx2": "AVX2", "avx512": "AVX-512"}


def page(all_results, titles):
    """docs/benchmarks.md: the results of each instruction set, with its rows in the order of titles."""
    lines = ["# Speed beside other libraries", "",
             "Written by `benchmarks/run.py`. Medians over rounds in which the libraries take turns; "
             "`benchmarks/README.md` says what makes it fair. Figures of different instruction sets, machines or days "
             "must not be compared with one another."]
    return "\n".join([*lines, *(line for results in all_results for line in section(results, titles))]) + "\n"


def section(results, titles):
    m, rows = results["machine"], results["rows"]
    versions = ", ".join(dict.fromkeys(version for _, version in sorted(m["versions"].items())))
    forbidden = any(row.get("forbidden") for row in rows.values())
    lines = ["", f"## With {NAMES[results['instruction_set']]}", "",
             f"{results['date']}: {m['cpu']}, {m['cores']} cores, {m['system']}, {m['rustc']}, commit {m['commit']}; "
             f"{versions}." + " The processor has wider vectors, which were forbidden to all libraries; JAX uses "
             "them in its matrix products all the same." * forbidden]
    for name in [name for name in titles if name in rows]:
        row = rows[name]
        lines += ["", f"### {titles[name]}", ""]
        if "samples" in row:
            options = f" --instruction-set {results['instruction_set']}" * row.get("forbidden", False)
            options += " --release" * (row["profile"] == "release")
            lines += [f"`python3 benchmarks/run.py --python PYTHON --rows {name} --rounds {row['rounds']} "
                      f"--threads {row['threads']}{options}`", "", *table(row["samples"])]
        for when in (STEPS, EPOCH):
            of = ", ".join(f"{who} {lost[when]:.7g}" for who, lost in row.get("losses", {}).items() if when in lost)
            lines += ["", f"Mean loss, {when}: {of}."] if of else []
        lines += sparse_shares(rows) if name == "ceilings" else dense_share(row.get("samples", {}))
        lines += [""] * bool(row["notes"]) + [f"* {note}" for note in row["notes"]]
    return lines
