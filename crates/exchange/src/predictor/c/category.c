/* The index of the input to set to 1 for a field of a column of text, which is missing if it is NULL or empty; the other
 * inputs of the column are 0. All of them are if the result is -1. */
int category(const char *column, const char *text)
{
    const char *sought = text == NULL || *text == '\0' ? "(missing)" : text;
    int other = -1;
    for (size_t k = 0; k < sizeof categories / sizeof *categories; k++) {
        if (strcmp(categories[k].column, column) != 0)
            continue;
        if (categories[k].text == NULL)
            other = categories[k].input;
        else if (strcmp(categories[k].text, sought) == 0)
            return categories[k].input;
    }
    return other;
}

