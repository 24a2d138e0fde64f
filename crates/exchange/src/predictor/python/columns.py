

FILES = "a table in CSV format with the columns of COLUMNS, by name, in any order"
SPACES = "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
WORDS = {"", "na", "n/a", "#n/a", "<na>", "nan", "null", "none", "?"}
NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")


def is_missing(value):
    if isinstance(value, str):
        return value.strip(SPACES).lower() in WORDS
    return value is None or value != value


def number_of(name, value):
    """The finite number in a field of the column called name."""
    if isinstance(value, str) and not NUMBER.fullmatch(value.strip(SPACES)):
        raise ValueError("the column %r holds %r, which is not a number" % (name, value))
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
    number = column["fill"] if missing else number_of(column["name"], value)
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
    else:
        names = ["column %d" % (k + 1) for k in range(UNNAMED)]
    for fields in table:
        if fields:
            if len(fields) > len(names):
                raise ValueError("line %d has %d fields, not %d" % (table.line_num, len(fields), len(names)))
            yield dict(zip(names, fields))
