"""scikit-learn's MLPClassifier: only its speed compares, as its units have no signs and no L1 penalty."""
import time

import numpy as np
import sklearn
from sklearn.neural_network import MLPClassifier

import workload
from workload import REPORT_STEPS, emit

ACTIVATIONS = {"rectifier": "relu", "tanh": "tanh"}


def train(options):
    meta = workload.meta(options)
    inputs, labels = workload.examples(options, meta, "train")
    # float32 throughout: MLPClassifier computes in the type of its inputs.
    order = workload.minibatches(options, meta).reshape(-1, options.batch)[: options.steps or 1000]
    parameters, _ = workload.network(options, "initial")
    network = MLPClassifier(
        hidden_layer_sizes=meta["layers"][1:-1], activation=ACTIVATIONS[options.activation], solver="sgd",
        learning_rate="constant", learning_rate_init=options.rate, momentum=0, nesterovs_momentum=False,
        alpha=0, batch_size=options.batch, shuffle=False, random_state=0)

    def fit(index, **first):
        network.partial_fit(np.float32(inputs[index]) / 255, labels[index], **first)

    # The first call makes the weights; only then can ours replace them.
    fit(order[0], classes=np.arange(meta["classes"]))
    for k, (weight, bias) in enumerate(zip(parameters[::2], parameters[1::2])):
        network.coefs_[k][...] = weight
        network.intercepts_[k][...] = bias
    workload.ready(f"scikit-learn {sklearn.__version__}")
    emit(note="no signs and no L1 penalty: compare the speed, not the loss")
    began = time.perf_counter()
    for first in range(0, len(order), REPORT_STEPS):
        part = order[first : first + REPORT_STEPS]
        fit(part.ravel())
        if first == 0 and len(part) == REPORT_STEPS:
            emit(steps=REPORT_STEPS, loss=float(network.loss_))
    emit(steps=len(order), seconds=time.perf_counter() - began)
