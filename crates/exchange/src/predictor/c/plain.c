/* The inputs of the network, in 32 bits as in training. */
static void own_to_row(const double *inputs, double *row)
{
    for (size_t k = 0; k < ROW; k++)
        row[k] = (float)inputs[k];
}

