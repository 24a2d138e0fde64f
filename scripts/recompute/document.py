"""What docs/results.md says: the reports between its comments, their tables, remarks and answers."""

import html
import re


class Report:
    """The report of a plan at a scale, as the document has it."""

    def __init__(self, plan, scale, text):
        self.plan, self.scale = plan, scale
        lines = [html.unescape(line).replace("\\*", "*") for line in text.splitlines()]
        self.tables = {title: rows[1:] for title, rows in tables(lines)}
        self.answers = dict(re.fullmatch(r"- \*\*(.*?)\*\* (.*)", line).groups() for line in lines if line[:2] == "- ")
        self.lines = lines


def reports(path):
    """The whole reports of the document, in order."""
    found = re.findall(r"<!-- report (\S+) (\S+) -->\n(.*?)<!-- end -->", path.read_text(encoding="utf-8"), re.DOTALL)
    return [Report(*each) for each in found]


def tables(lines):
    """The title of each table with its rows, each a list of fields; the first one is the header."""
    title = None
    rows = None
    for line in [*lines, ""]:
        if match := re.fullmatch(r"\*\*(.*)\*\*", line):
            title = match[1]
        elif line.startswith("|"):
            fields = [field.strip().replace("\\|", "|") for field in re.split(r"(?<!\\)\|", line)[1:-1]]
            rows = [*(rows or []), fields]
        elif rows:
            yield title, [rows[0], *rows[2:]]
            rows = None


def number(text):
    """The number that a text states, with the size of a unit in its last place."""
    plain = text.replace("−", "-").replace(",", "").removeprefix("+")
    decimals = len(plain.partition(".")[2])
    return float(plain), 10.0**-decimals


NUMBER = r"[−+]?\d[\d,]*(?:\.\d+)?"
