

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
    """The rows of a file, as dictionaries."""
    for line in file:
        fields = [field.split(":") for field in line.split("#")[0].split()]
        if fields:
            yield {int(field[0]): float(field[1]) for field in fields if len(field) == 2}
