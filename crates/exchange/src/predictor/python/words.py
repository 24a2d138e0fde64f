

FILES = "a table with the column of texts, or " + ("a file for each text" if WHOLE_FILES else "a text on each line")
COLUMN = {term: column for column, term in enumerate(TERMS)}
NO_TEXT = ("", "na", "n/a", "#n/a", "<na>", "nan", "null", "none", "?")
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
    """The texts of a file: of a table, known by its ending or by a column of training in its first line, those in that
    column; otherwise a text on each line, or the whole file if each file was a text in training."""
    first = next(csv.reader([file.readline()], delimiter=delimiter), [])
    file.seek(0)
    names = [name.strip().lower() for name in first]
    columns = [names.index(name.lower()) for name in TEXT_COLUMNS if name.lower() in names]
    if columns and (not JOINED or len(columns) == len(TEXT_COLUMNS)):
        rows = csv.reader(file, delimiter=delimiter)
        next(rows)
        texts = ([row[k] for k in columns if k < len(row) and row[k].strip().lower() not in NO_TEXT] for row in rows if row)
        return (" ".join(parts if JOINED else parts[:1]) for parts in texts)
    if TEXT_COLUMNS and str(file.name).lower().endswith((".csv", ".tsv")):
        raise ValueError("the table needs the column %s, as in training" % " and ".join(map(repr, TEXT_COLUMNS)))
    return iter([file.read()]) if WHOLE_FILES else (line.rstrip("\r\n") for line in file)
