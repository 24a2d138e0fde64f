

def predict_probabilities(rows):
    """The probabilities of the classes, [rows, classes], in the order of CLASSES."""
    logits = network(rows)
    exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
    return exponentials / exponentials.sum(axis=1, keepdims=True)


def predict(rows):
    """The most probable class of each row."""
    return [CLASSES[k] for k in predict_probabilities(rows).argmax(axis=1)]


def table(rows):
    """The predictions as rows of a table, with a header."""
    yield ["class"] + ["probability of " + str(name) for name in CLASSES]
    for probabilities in predict_probabilities(rows):
        yield [CLASSES[probabilities.argmax()]] + [repr(float(p)) for p in probabilities]
