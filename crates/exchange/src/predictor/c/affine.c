/* x W + b, with x[inputs], weight[inputs][units] and bias[units]. */
static void affine(const double *x, size_t inputs, const float *weight, const float *bias, size_t units, double *outputs)
{
    for (size_t k = 0; k < units; k++)
        outputs[k] = bias[k];
    for (size_t i = 0; i < inputs; i++)
        for (size_t k = 0; k < units; k++)
            outputs[k] += x[i] * weight[i * units + k];
}

