int main(void)
{
    double outputs[OUTPUTS];
    predict(test_inputs, outputs);
    for (size_t k = 0; k < OUTPUTS; k++)
        if (!(fabs(outputs[k] - test_outputs[k]) <= 1e-5 * fmax(1.0, fabs(test_outputs[k]))))
            return 1;
    return 0;
}
