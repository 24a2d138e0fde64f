

FILES = "a line for each example, with the inputs of the network"


def encoded(row):
    """The inputs of the network: the numbers of a row."""
    values = np.asarray(row, float)
    if values.shape != (INPUTS,):
        raise ValueError("a row has the shape %s, not (%d,)" % (values.shape, INPUTS))
    return values


def examples(file, delimiter):
    """The rows of a file."""
    for fields in csv.reader(file, delimiter=delimiter):
        if fields:
            yield [float(field) for field in fields]
