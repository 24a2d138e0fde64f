

FILES = "a line for each picture, with the stored values of its pixels, plane by plane"


def encoded(row):
    """The inputs of a picture: the stored values of its pixels, [planes, rows, columns], or in one row."""
    planes = np.asarray(row, float).reshape(SHAPE)
    means, deviations = np.array(MEANS)[:, None, None], np.array(DEVIATIONS)[:, None, None]
    # A plane that is the same in all training pictures has the deviation 0 and the scaled value 0.
    scaled = np.where(deviations > 0, (planes - means) / np.where(deviations > 0, deviations, 1.0), 0.0)
    return scaled.reshape(-1)


def examples(file, delimiter):
    """The pictures of a file."""
    for fields in csv.reader(file, delimiter=delimiter):
        if fields:
            yield [float(field) for field in fields]
