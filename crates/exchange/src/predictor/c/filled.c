/* The inputs of the network, in 32 bits as in training: a source below INPUTS is the number of that index in deviations
 * from its mean; any other is whether the number of index source - INPUTS is missing. */
static void own_to_row(const double *inputs, double *row)
{
    for (size_t k = 0; k < ROW; k++) {
        const int own = sources[k] % INPUTS, missing = isnan(inputs[own]);
        const double number = missing ? fills[own] : inputs[own];
        row[k] = sources[k] < INPUTS ? (float)((number - means[own]) / deviations[own]) : missing != 0;
    }
}

