"""Comparing what is written with what was recomputed."""

import re

from document import NUMBER, number


class Check:
    """The numbers compared so far, and the disagreements."""

    def __init__(self):
        self.compared, self.wrong, self.left_out = 0, [], 0

    def text(self, where, written, expected):
        self.compared += 1
        if written != expected:
            self.wrong.append(f"{where}: '{written}' is written, '{expected}' was recomputed")

    def value(self, where, written, expected, slack=0.0):
        """Compares a number as text with a recomputed one; None stands for a missing number."""
        self.compared += 1
        if expected is None or not re.fullmatch(NUMBER, written):
            if expected is not None or written not in ("–", ""):
                self.wrong.append(f"{where}: '{written}' is written, {expected} was recomputed")
            return
        stated, unit = number(written)
        if abs(stated - expected) > 0.501 * unit + slack:
            self.wrong.append(f"{where}: {written} is written, {expected:.8g} was recomputed")

    def interval(self, where, written, expected, slack=0.0):
        ends = re.fullmatch(f"({NUMBER}) to ({NUMBER})", written)
        if not ends:
            self.text(where, written, "–" if expected is None else expected)
            return
        if expected is None:
            self.text(where, written, "no interval")
            return
        for end, text, value in zip(("low", "high"), ends.groups(), expected, strict=True):
            self.value(f"{where}, {end} end", text, value, slack * (expected[1] - expected[0]) / 2)


def check_verdict(check, where, written, verdict):
    name, more = verdict
    said = re.fullmatch(r"(?:[✓≈✗?] )?([a-z ]+?)(?: \((.*)\))?", written) if written else None
    check.text(where, said[1] if said else "", name)
    if not said or said[1] != name or not said[2]:
        return
    if name == "contradicts":
        check.value(f"{where}, difference", said[2], more)
    elif more != "diverged":
        runs = re.fullmatch(rf"(about|at least|more than) ({NUMBER}) runs would decide", said[2])
        check.text(f"{where}, runs that would decide", runs[1] if runs else said[2], more[0])
        if runs:  # the program approximates the noncentral t
            check.value(f"{where}, runs that would decide", runs[2], more[1], slack=max(1, 0.1 * more[1]))
