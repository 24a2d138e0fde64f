

FILES = "on each line the terms of a text, with spaces between them"
COLUMN = {term: column for column, term in enumerate(TERMS)}


def encoded(row):
    """The inputs of a text whose terms are given: for each term of TERMS 1 if it is among them, else 0."""
    inputs = np.zeros(len(TERMS))
    inputs[[COLUMN[term] for term in row if term in COLUMN]] = 1.0
    return inputs


def examples(file, delimiter):
    """The terms of each text of a file."""
    return (line.split() for line in file)
