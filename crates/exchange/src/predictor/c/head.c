/* A trained network in C99. It needs the mathematical library only: cc -std=c99 -O2 -c THIS_FILE
 *
 * predict(inputs, outputs) takes the user's own numbers, INPUTS of them, and writes OUTPUTS: the probabilities of the
 * classes, or one predicted number in its own units. Compiled with -DTEST, this file is a program that exits with 0 if
 * it reproduces an example. */

#include <math.h>
#include <stddef.h>
#include <string.h>

