

FILES = "a table in libsvm format, in which a label may precede the columns of each line"


def encoded(row):
    """The inputs of a row: a dictionary from the indices of columns to values, or a sequence of all values."""
    if not hasattr(row, "items"):
        values = np.asarray(row, float)
        if values.shape != (INPUTS,):
            raise ValueError("a row has the shape %s, not (%d,)" % (values.shape, INPUTS))
        return values
    inputs = np.zeros(INPUTS)
    for index, value in row.items():
        if not 0 <= index - FIRST_COLUMN < INPUTS:
            raise ValueError("a row has column %d; columns are %d to %d" % (index, FIRST_COLUMN, FIRST_COLUMN + INPUTS - 1))
        inputs[index - FIRST_COLUMN] = value
    return inputs


def examples(file, delimiter):
    """The rows of a file, as dictionaries. Columns behind those of training are left out, and counted."""
    beyond = 0
    for line, text in enumerate(file, 1):
        words = text.split("#")[0].split()
        if not words:
            continue
        if ":" not in words[0]:
            label = words.pop(0)
            try:
                label == "?" or float(label)
            except ValueError:
                raise ValueError("line %d: %r is neither a label nor a pair index:value" % (line, label)) from None
        try:
            row = {int(index): float(value) for index, value in (word.split(":") for word in words)}
        except ValueError:
            raise ValueError("line %d: write each line as label index:value index:value ..." % line) from None
        if row and min(row) < FIRST_COLUMN:
            raise ValueError("line %d has column %d; number the columns from %d" % (line, min(row), FIRST_COLUMN))
        known = {index: value for index, value in row.items() if index - FIRST_COLUMN < INPUTS}
        beyond += len(known) < len(row)
        yield known
    if beyond:
        last = FIRST_COLUMN + INPUTS - 1
        print("notice: columns behind %d, the last of training, are passed over; examples with such columns: %d" % (last, beyond), file=sys.stderr)
