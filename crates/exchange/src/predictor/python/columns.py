

FILES = "a table in CSV format with the columns of COLUMNS, by name, in any order"
SPACES = "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
WORDS = {"", "na", "n/a", "#n/a", "<na>", "nan", "null", "none", "?"}
NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")


def is_missing(value):
    if isinstance(value, str):
        return value.strip(SPACES).lower() in WORDS
    return value is None or value != value


def plain(text, decimal, thousands, before, after, brackets):
    """The number in text, which is written in this notation, as in -1234.5; another text if it is no number."""
    if brackets and text.endswith(")") and "(" in text:
        front, _, inner = text[:-1].partition("(")
        inner = plain(front + inner.strip(SPACES), decimal, thousands, before, after, False)
        return "-" + inner if inner[:1] in "0123456789." and inner else "no number"
    sign = "-" if text[:1] in ("-", "\u2212") else ""
    text = text[1:] if text[:1] in ("-", "\u2212", "+") else text
    if not (text.startswith(before) and text.endswith(after)):
        return "no number"
    text = text[len(before):].strip(SPACES)
    if before and not sign and text[:1] in ("-", "\u2212"):
        sign, text = "-", text[1:]
    text = text[:len(text) - len(after)].strip(SPACES)
    if text[:1] not in "0123456789" + decimal:
        return "no number"
    whole, mark, rest = text.partition(decimal)
    groups = re.split("[" + re.escape(thousands) + "]", whole) if thousands else [whole]
    if len(groups) > 1 and not (1 <= len(groups[0]) <= 3 and groups[0][0] != "0" and all(len(g) == 3 for g in groups[1:])):
        return "no number"
    return sign + "".join(groups) + ("." if mark else "") + ("x" if "." in rest else "") + rest


def number_of(column, value):
    """The finite number in a field of a column."""
    name = column["name"]
    if isinstance(value, str):
        text = plain(value.strip(SPACES), *column.get("notation", (".", "", "", "", False)))
        if not NUMBER.fullmatch(text):
            raise ValueError("the column %r holds %r, which is not a number as in training" % (name, value))
        value = text
    number = float(value)
    if not np.isfinite(number):
        raise ValueError("the column %r holds %r, which is not finite" % (name, value))
    return number


def field_inputs(column, value):
    """The inputs of one field: a text, a number, or a missing value (None, NaN, or a word such as "NA")."""
    missing = is_missing(value)
    if "categories" in column:
        text = MISSING if missing else str(value).strip(SPACES)
        row = [float(text == category) for category in column["categories"]]
        return row + [float(1.0 not in row)] if column["other"] else row
    missing = missing or (isinstance(value, str) and value.strip(SPACES) in column.get("missing", []))
    if missing and column["fill"] is None:
        raise ValueError("the column %r lacks a value, and nothing replaces missing values" % column["name"])
    number = column["fill"] if missing else number_of(column, value)
    scaled = (number - column["mean"]) / column["deviation"] if column["deviation"] > 0 else 0.0
    return [scaled, float(missing)] if column["indicator"] else [scaled]


def encoded(row):
    """The inputs of a row: a dictionary by the names in COLUMNS, or a sequence in the order of COLUMNS."""
    if not hasattr(row, "keys"):
        if len(row) != len(COLUMNS):
            raise ValueError("a row has %d fields, but there are %d columns" % (len(row), len(COLUMNS)))
        return [x for column, value in zip(COLUMNS, row) for x in field_inputs(column, value)]
    for column in COLUMNS:
        if column["name"] not in row:
            raise ValueError("a row has no field for the column %r" % column["name"])
    return [x for column in COLUMNS for x in field_inputs(column, row[column["name"]])]


def examples(file, delimiter):
    """The rows of a table, as dictionaries."""
    table = csv.reader(file, delimiter=delimiter)
    if UNNAMED is None:
        names = [name.strip(SPACES) for name in next(table, [])]
        for column in COLUMNS:
            if names.count(column["name"]) != 1:
                raise ValueError("the first line names %d columns %r, not 1" % (names.count(column["name"]), column["name"]))
    else:
        names = ["column %d" % (k + 1) for k in range(UNNAMED)]
    for fields in table:
        if fields:
            if len(fields) > len(names):
                raise ValueError("line %d has %d fields, not %d" % (table.line_num, len(fields), len(names)))
            yield dict(zip(names, fields))
