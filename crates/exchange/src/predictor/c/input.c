/* The index of the input called name, or -1. */
int input(const char *name)
{
    for (int k = 0; k < INPUTS; k++)
        if (strcmp(input_names[k], name) == 0)
            return k;
    return -1;
}

