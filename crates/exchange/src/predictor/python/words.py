

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


def table_rows(file, delimiter):
    """The rows of a table. Between tabs, quotation marks are letters unless only reading them as quotes makes all rows
    equally long."""
    for quoting in [csv.QUOTE_NONE, csv.QUOTE_MINIMAL] if delimiter == "\t" else [csv.QUOTE_MINIMAL]:
        file.seek(0)
        rows = [row for row in csv.reader(file, delimiter=delimiter, quoting=quoting) if row]
        if quoting == csv.QUOTE_NONE:
            rows = [[re.sub(r'^"([^"]*)"$', r"\1", field.strip()) for field in row] for row in rows]
        if len({len(row) for row in rows}) < 2:
            break
    return rows


def joined(row, columns, together):
    """The text in these columns of a row: all of them together, or the first that is not empty."""
    parts = [row[k] for k in columns if k < len(row) and row[k].strip().lower() not in NO_TEXT]
    return " ".join(parts if together else parts[:1])


def examples(file, delimiter):
    """The texts of a file: of a table, known by its ending, by a column of training in its first line or by the number of
    its fields, those in that column; otherwise a text on each line, or the whole file if each file was a text in
    training."""
    is_table = str(file.name).lower().endswith((".csv", ".tsv"))
    if TEXT_FIELDS:
        rows = table_rows(file, delimiter)
        if all(len(row) == FIELDS for row in rows):
            return (joined(row, TEXT_FIELDS, True) for row in rows)
        if is_table and any(len(row) > 1 for row in rows):
            raise ValueError("the table needs %d fields in a row, as in training" % FIELDS)
    elif TEXT_COLUMNS:
        names = [name.strip().lower() for name in next(csv.reader([file.readline()], delimiter=delimiter), [])]
        columns = [names.index(name.lower()) for name in TEXT_COLUMNS if name.lower() in names]
        if columns and (not JOINED or len(columns) == len(TEXT_COLUMNS)):
            return (joined(row, columns, JOINED) for row in table_rows(file, delimiter)[1:])
        if is_table:
            raise ValueError("the table needs the column %s, as in training" % " and ".join(map(repr, TEXT_COLUMNS)))
    file.seek(0)
    return iter([file.read()]) if WHOLE_FILES else (line.rstrip("\r\n") for line in file)
