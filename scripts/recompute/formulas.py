"""The statistics of docs/verdicts.md, by SciPy."""

import math

import numpy as np
from scipy import stats

LEVEL = 0.05
RESAMPLES = 20_000


def deviation(values):
    return float(np.std(values, ddof=1)) if len(values) > 1 else None


def t_interval(values):
    if len(values) < 2:
        return None
    error = stats.sem(values)
    if error == 0:
        return [float(np.mean(values))] * 2
    return list(stats.t.interval(0.95, len(values) - 1, np.mean(values), error))


def prediction_interval(values):
    n = len(values)
    half = stats.t.ppf(0.975, n - 1) * deviation(values) * math.sqrt(1 + 1 / n)
    return np.mean(values) - half, np.mean(values) + half


def equivalent(values, target, tolerance):
    """Two one-sided t tests, each against one edge of the tolerance."""
    if deviation(values) == 0:
        return abs(np.mean(values) - target) < tolerance
    below = stats.ttest_1samp(values, target + tolerance, alternative="less").pvalue
    above = stats.ttest_1samp(values, target - tolerance, alternative="greater").pvalue
    return max(below, above) < LEVEL


def verdict(values, paper, tolerance):
    """The verdict as a word, with the difference or the numbers of runs that would decide."""
    if len(values) < 3:
        return "undecided", ("at least", 3)
    low, high = prediction_interval(values)
    difference = float(np.mean(values) - paper)
    if tolerance is not None and equivalent(values, paper, tolerance):
        return "reproduced", None
    narrow = len(values) >= 5 if tolerance is None else (high - low) / 2 <= 2 * tolerance
    if low <= paper <= high and narrow:
        return "compatible", None
    if not low <= paper <= high and (tolerance is None or abs(difference) > tolerance + 1e-9 * abs(paper)):
        return "contradicts", difference
    if tolerance is None:
        return "undecided", ("about", 5)
    return "undecided", deciding(difference, deviation(values), tolerance)


def deciding(difference, spread, tolerance):
    """The smallest number of runs with which one of the other verdicts has a probability of 0.8."""
    for n in range(3, 1001):
        narrow = stats.t.ppf(0.975, n - 1) * spread * math.sqrt(1 + 1 / n) <= 2 * tolerance
        if narrow or equivalence_power(n, difference, spread, tolerance) >= 0.8:
            return "about", n
        if abs(difference) > tolerance and exclusion_power(n, difference, spread) >= 0.8:
            return "about", n
    for n in range(3, 1001):
        if equivalence_power(n, 0, spread, tolerance) >= 0.8:
            return "at least", n
    return "more than", 1000


def equivalence_power(n, difference, spread, tolerance):
    """The power of two one-sided t tests, by the noncentral t distribution."""
    error, edge = spread / math.sqrt(n), stats.t.ppf(0.95, n - 1)
    sides = [stats.nct.sf(edge, n - 1, (tolerance - side * difference) / error) for side in (1, -1)]
    return max(0.0, sum(sides) - 1)


def exclusion_power(n, difference, spread):
    """The probability that the prediction interval excludes a number at a distance of `difference`."""
    limit = stats.t.ppf(0.975, n - 1) * math.sqrt(n + 1)
    return stats.nct.sf(limit, n - 1, math.sqrt(n) * abs(difference) / spread)


def paired_p(values):
    if len(values) < 2:
        return None
    if deviation(values) == 0:
        return float(np.mean(values) == 0)
    return float(stats.ttest_1samp(values, 0).pvalue)


def wilcoxon_p(values):
    """Wilcoxon's signed-rank test, without zeros: all signs for up to 20 differences, the normal law for more."""
    grain = 1e-9 * max(abs(value) for value in values)
    # Rounding to the grain joins what floating-point numbers part.
    values = [round(value / grain) for value in values] if grain else []
    values = np.array([value for value in values if abs(value) > 1])
    if not len(values):
        return 1.0
    doubled = np.rint(2 * stats.rankdata(np.abs(values) // 2)).astype(int)
    smaller = min(doubled[values > 0].sum(), doubled[values < 0].sum())
    if len(values) > 20:
        z = (doubled.sum() / 4 - smaller / 2 - 0.5) / math.sqrt((doubled / 2) @ (doubled / 2) / 4)
        return min(1.0, 2 * stats.norm.sf(max(z, 0)))
    return signs_p(doubled, smaller)


def mcnemar_p(nets):
    """McNemar's exact test where each test example tosses one coin for its sum over pairs of networks."""
    weights = np.abs([net for net in nets if net])
    return signs_p(weights, min(sum(net for net in nets if net > 0), -sum(net for net in nets if net < 0)))


def signs_p(weights, smaller):
    """Twice the probability that the weights whose coin falls on heads add up to `smaller` or less."""
    law = np.array([1.0])
    for weight, count in zip(*np.unique(weights, return_counts=True), strict=True):
        of_weight = np.zeros(weight * count + 1)
        of_weight[::weight] = stats.binom.pmf(np.arange(count + 1), count, 0.5)
        law = np.convolve(law, of_weight)
    return min(1.0, 2 * law[: int(smaller) + 1].sum())


def holm(p):
    """Holm's correction of the p-values `p`; None counts as a test and stays None."""
    known = sorted((value, k) for k, value in enumerate(p) if value is not None)
    adjusted, least = [None] * len(p), 0.0
    for rank, (value, k) in enumerate(known):
        least = min(1.0, max(least, value * (len(p) - rank)))
        adjusted[k] = least
    return adjusted


def two_way(table):
    """The p-value and the interval of the mean of `table` (seeds by examples) over other seeds and other examples.

    The variance is that of a two-way analysis of variance with one value per cell; the degrees of freedom are
    Satterthwaite's. The interval is a bootstrap over seeds and examples, stretched to that variance and the tails of t.
    """
    seeds, examples = table.shape
    mean, rows, columns = table.mean(), table.mean(axis=1), table.mean(axis=0)
    degrees = np.array([seeds - 1, examples - 1, (seeds - 1) * (examples - 1)])
    of_seeds = examples * ((rows - mean) ** 2).sum()
    of_examples = seeds * ((columns - mean) ** 2).sum()
    squares = np.array([of_seeds, of_examples, ((table - mean) ** 2).sum() - of_seeds - of_examples]) / degrees
    by_seed, by_example, rest = squares
    if by_seed > rest and by_example > rest:
        terms = squares * [1, 1, -1]
    elif by_seed > rest or by_example > rest:
        terms = squares * [by_seed > rest, by_example > rest, 0]
    else:
        terms = squares * [0, 0, 1]
    error = math.sqrt(max(terms.sum(), 0) / table.size)
    if error == 0:
        return float(mean == 0), [mean, mean]
    freedom = terms.sum() ** 2 / (terms**2 / degrees).sum()
    random = np.random.default_rng(0)
    used = table[:, np.any(table != 0, axis=0)]
    drawn = random.multinomial(seeds, [1 / seeds] * seeds, RESAMPLES) @ used
    resamples = np.array([row @ random.poisson(1, used.shape[1]) for row in drawn]) / table.size
    stretch = stats.t.ppf(0.975, freedom) / stats.norm.ppf(0.975) * error / np.std(resamples, ddof=1)
    ends = mean + stretch * (np.quantile(resamples, [0.025, 0.975]) - mean)
    return float(2 * stats.t.sf(abs(mean) / error, freedom)), list(ends)


def page_p(rows):
    """Page's one-sided test for a rise along each row."""
    exact = len(rows) <= 20 and len(rows[0]) <= 6
    ties = any(len(set(row)) < len(row) for row in rows)
    method = "exact" if exact and not ties else "asymptotic"
    return float(stats.page_trend_test(rows, method=method).pvalue), ties
