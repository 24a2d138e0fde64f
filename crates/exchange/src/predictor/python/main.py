

def main():
    parser = argparse.ArgumentParser(description="Prints the predictions for a file as CSV.")
    parser.add_argument("examples", help="the file: " + FILES)
    parser.add_argument("--delimiter", default=",", help="what separates the fields of a table (default: a comma)")
    options = parser.parse_args()
    try:
        with open(options.examples, encoding="utf-8-sig", newline="") as file:
            rows = list(examples(file, options.delimiter))
        csv.writer(sys.stdout).writerows(table(rows))
    except (OSError, ValueError, csv.Error) as error:
        sys.exit("%s: %s" % (options.examples, error))


if __name__ == "__main__":
    main()
