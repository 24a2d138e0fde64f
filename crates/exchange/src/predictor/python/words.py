

FILES = "a text on each line"
COLUMN = {term: column for column, term in enumerate(TERMS)}
BREAK = re.compile("<[bB][rR][ /]*>")
WORD = re.compile("[%s][%s%s]*" % (BEGINS, BEGINS, CONTINUES))


def tokens(text):
    """The terms of a text: words and numbers in lower case, with composed accents."""
    composed = [unicodedata.normalize("NFC", word.replace("\u2019", "'")) for word in WORD.findall(BREAK.sub(" ", text))]
    return [unicodedata.normalize("NFC", word.replace("\u0130", "i").lower()) for word in composed]


def encoded(row):
    """The inputs of a text: for each term 1 if the text contains it, else 0."""
    inputs = np.zeros(len(TERMS))
    inputs[[COLUMN[token] for token in tokens(row) if token in COLUMN]] = 1.0
    return inputs


def examples(file, delimiter):
    """The texts of a file."""
    return (line.rstrip("\r\n") for line in file)
