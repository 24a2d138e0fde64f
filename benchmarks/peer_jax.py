"""JAX: the minibatches of an epoch as scans in compiled functions."""
import time
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np

import workload
from workload import REPORT_STEPS, VALIDATION_BATCH, emit

# Not jnp.maximum: its derivative at 0 is a half.
ACTIVATIONS = {"rectifier": jax.nn.relu, "tanh": jnp.tanh}


def arrays(tree):
    return jax.tree.map(jnp.asarray, tree)


def floats(inputs):
    return inputs.astype(jnp.float32) / 255


def forward(parameters, signs, activation, x):
    """Logits, and the outputs of the hidden layers."""
    hidden = []
    for k, sign in enumerate(signs):
        x = ACTIVATIONS[activation](x @ parameters[2 * k] + parameters[2 * k + 1])
        x = x if sign is None else x * sign
        hidden.append(x)
    return x @ parameters[-2] + parameters[-1], hidden


def penalty(l1, hidden):
    return l1 * sum(jnp.abs(h).sum() for h in hidden) / len(hidden[0]) if l1 else 0.0


def nll(logits, labels):
    """Of each example."""
    return -jnp.take_along_axis(jax.nn.log_softmax(logits), labels[:, None].astype(int), axis=1)[:, 0]


def trainer(loss, rate):
    """Many steps in one call: the parameters stay in place, and Python is out of the way."""
    # The examples are an argument: as a captured constant they would become part of the program.
    @partial(jax.jit, donate_argnums=0)
    def steps(parameters, data, batches):
        def step(parameters, batch):
            cost, gradients = jax.value_and_grad(loss)(parameters, data, batch)
            return jax.tree.map(lambda p, g: p - rate * g, parameters, gradients), cost

        return jax.lax.scan(step, parameters, batches)

    return steps


def chunks(batches):
    """Scans of REPORT_STEPS steps, so that the early line is early, and a shorter one for the rest."""
    count = len(jax.tree.leaves(batches)[0])
    return [jax.tree.map(lambda a: a[k : k + REPORT_STEPS], batches) for k in range(0, count, REPORT_STEPS)]


def warm(steps, parameters, data, batches):
    """Compiles the chunks' two lengths and runs each once, on copies: a call consumes its parameters."""
    scans = chunks(batches)
    for chunk in [scans[0], scans[-1]]:
        jax.block_until_ready(steps(jax.tree.map(jnp.copy, parameters), data, chunk))


def mean(costs):
    return float(np.concatenate(costs).mean(dtype=np.float64))


def run_epoch(steps, parameters, data, batches, report):
    costs = []
    for chunk in chunks(batches):
        parameters, cost = steps(parameters, data, chunk)
        costs.append(np.asarray(cost))
        if report and len(costs) == 1 and len(cost) == REPORT_STEPS:
            emit(steps=REPORT_STEPS, loss=mean(costs))
    return parameters, mean(costs)


def train(options):
    meta = workload.meta(options)
    data = arrays(workload.examples(options, meta, "train"))
    v_inputs, v_labels = workload.examples(options, meta, "validation")
    v_data = arrays((v_inputs.reshape(-1, VALIDATION_BATCH, meta["features"]),
                     v_labels.reshape(-1, VALIDATION_BATCH)))
    order = workload.minibatches(options, meta).astype(np.int32)
    parameters, signs = arrays(workload.network(options, "initial"))

    def loss(parameters, data, index):
        inputs, labels = data
        logits, hidden = forward(parameters, signs, options.activation, floats(inputs[index]))
        return nll(logits, labels[index]).mean() + penalty(options.l1, hidden)

    @jax.jit
    def judge(parameters, batches):
        def one(_, batch):
            logits, _ = forward(parameters, signs, options.activation, floats(batch[0]))
            return None, ((logits.argmax(1) != batch[1]).sum(), nll(logits, batch[1]).sum())

        wrong, nlls = jax.lax.scan(one, None, batches)[1]
        return wrong.sum() / v_labels.size, nlls.sum() / v_labels.size

    steps = trainer(loss, options.rate)
    warm(steps, parameters, data, order[0])
    jax.block_until_ready(judge(parameters, v_data))
    workload.ready(f"jax {jax.__version__}")
    for epoch, batches in enumerate(order, 1):
        parameters, cost = run_epoch(steps, parameters, data, batches, epoch == 1)
        error, validation_nll = judge(parameters, v_data)
        emit(epoch=epoch, loss=cost, validation_error=float(error), validation_nll=float(validation_nll))


def autoencoder(options):
    meta = workload.meta(options)
    inputs = jnp.asarray(workload.examples(options, meta, "train")[0])
    order = workload.minibatches(options, meta)[0].astype(np.int32)
    keep = workload.masks(options, meta)
    parameters = arrays(workload.autoencoder(options))

    def loss(parameters, inputs, batch):
        index, keep = batch
        clean = floats(inputs[index])
        h = jax.nn.relu((clean * keep) @ parameters[0] + parameters[1])
        reconstruction = jax.nn.softplus(h @ parameters[2] + parameters[3])
        return jnp.square(clean - reconstruction).sum() / len(clean) + penalty(options.l1, [h])

    steps = trainer(loss, options.rate)
    warm(steps, parameters, inputs, (order, keep))
    workload.ready(f"jax {jax.__version__}")
    _, cost = run_epoch(steps, parameters, inputs, (order, keep), True)
    emit(epoch=1, loss=cost)


def inference(options):
    meta = workload.meta(options)
    inputs = np.float32(workload.examples(options, meta, "validation")[0]) / 255
    parameters, signs = arrays(workload.network(options, "trained"))

    @jax.jit
    def predict(parameters, x):
        return forward(parameters, signs, options.activation, x)[0].argmax(1)

    singles, batches = np.split(inputs, len(inputs)), np.split(inputs, len(inputs) // VALIDATION_BATCH)
    jax.block_until_ready([predict(parameters, singles[0]), predict(parameters, batches[0])])
    workload.ready(f"jax {jax.__version__}")
    taken = []
    for k in range(200 + 2000):
        x = singles[k % len(singles)]
        began = time.perf_counter_ns()
        predict(parameters, x).item()
        taken.append(time.perf_counter_ns() - began)
    workload.report_latencies(taken[200:])
    rates = []
    for _ in range(5):
        began = time.perf_counter()
        jax.block_until_ready([predict(parameters, x) for x in batches])
        rates.append(len(inputs) / (time.perf_counter() - began))
    emit(batch_examples_per_second=float(np.median(rates)))
