

def main():
    parser = argparse.ArgumentParser(description="Prints the predictions for a file as CSV.")
    parser.add_argument("examples", help="the file: " + FILES)
    parser.add_argument("--delimiter", help="what separates the fields of a table (default: the tab, semicolon, bar or comma of the first line)")
    options = parser.parse_args()
    csv.field_size_limit(2**31 - 1)
    try:
        with open(options.examples, "rb") as file:
            encoding = "utf-16" if file.read(2) in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
        with open(options.examples, encoding=encoding, newline="") as file:
            first = file.readline()
            file.seek(0)
            delimiter = options.delimiter or DELIMITER or next((mark for mark in "\t;|" if mark in first), ",")
            if not first:
                raise ValueError("the file is empty")
            if len(delimiter) != 1:
                raise ValueError("--delimiter is %r, not one character" % delimiter)
            rows = list(examples(file, delimiter))
            if not rows:
                raise ValueError("the file holds no examples")
        csv.writer(sys.stdout).writerows(table(rows))
    except UnicodeError:
        sys.exit("%s: the file is no text in UTF-8 or UTF-16; give %s" % (options.examples, FILES))
    except (OSError, ValueError, csv.Error) as error:
        sys.exit("%s: %s" % (options.examples, error))


if __name__ == "__main__":
    main()
