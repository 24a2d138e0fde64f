/* Replaces the logits by the probabilities of the classes. */
static void softmax(double *logits)
{
    double largest = logits[0], sum = 0.0;
    for (size_t k = 1; k < OUTPUTS; k++)
        largest = fmax(largest, logits[k]);
    for (size_t k = 0; k < OUTPUTS; k++)
        sum += logits[k] = exp(logits[k] - largest);
    for (size_t k = 0; k < OUTPUTS; k++)
        logits[k] /= sum;
}

