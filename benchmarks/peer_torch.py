"""PyTorch, eager or compiled."""
import time

import numpy as np
import torch
import torch.nn.functional as F

import workload
from workload import REPORT_STEPS, VALIDATION_BATCH, emit

WARM_UP = 20
WORDS, WORDS_BATCH = 5000, 10
ACTIVATIONS = {"rectifier": F.relu, "tanh": torch.tanh}


def start(options):
    torch.set_num_threads(options.threads)
    torch.set_num_interop_threads(1)
    return options.peer == "torch-compiled"


def tensors(arrays):
    """nn.Linear's layout, [out, in], for the weights."""
    return [torch.from_numpy(a).t().contiguous() if a.ndim == 2 else torch.from_numpy(a) for a in arrays]


def network(options, name):
    parameters, signs = workload.network(options, name)
    return tensors(parameters), [None if s is None else torch.from_numpy(s) for s in signs]


def floats(inputs):
    return inputs.float() / 255


def forward(parameters, signs, activation, x):
    """Logits, and the outputs of the hidden layers."""
    hidden = []
    for k, sign in enumerate(signs):
        x = ACTIVATIONS[activation](F.linear(x, parameters[2 * k], parameters[2 * k + 1]))
        x = x if sign is None else x * sign
        hidden.append(x)
    return F.linear(x, parameters[-2], parameters[-1]), hidden


def penalty(l1, hidden):
    return l1 * sum(h.abs().sum() for h in hidden) / len(hidden[0]) if l1 else 0.0


def eager_step(parameters, loss, rate):
    # As fast as p.add_(p.grad, alpha=-rate), and what most people write.
    optimizer = torch.optim.SGD([p.requires_grad_() for p in parameters], lr=rate, foreach=True)

    def step(*batch):
        optimizer.zero_grad()
        cost = loss(parameters, *batch)
        cost.backward()
        optimizer.step()
        return cost.detach()

    return step


def compiled_step(parameters, loss, rate):
    # The update inside as well: 1.4 times as fast as compiling only forward and loss.
    @torch.compile(fullgraph=True)
    def step(parameters, *batch):
        gradients, cost = torch.func.grad_and_value(loss)(parameters, *batch)
        for p, gradient in zip(parameters, gradients):
            p.add_(gradient, alpha=-rate)
        return cost

    return lambda *batch: step(parameters, *batch)


def warm(step, parameters, batch):
    """Compiles and fills caches, then puts the weights back."""
    before = [p.detach().clone() for p in parameters]
    for _ in range(WARM_UP):
        step(*batch)
    with torch.no_grad():
        for p, old in zip(parameters, before):
            p.copy_(old)


def run_epoch(step, batches, report):
    """Mean cost; it stays a tensor, because .item() in each step would wait for it."""
    total, done = torch.zeros((), dtype=torch.float64), 0
    for batch in batches:
        total += step(*batch)
        done += 1
        if report and done == REPORT_STEPS:
            emit(steps=done, loss=total.item() / done)
    return total.item() / done


def train(options):
    compiled = start(options)
    meta = workload.meta(options)
    inputs, labels = map(torch.from_numpy, workload.examples(options, meta, "train"))
    v_inputs, v_labels = map(torch.from_numpy, workload.examples(options, meta, "validation"))
    labels, v_labels = labels.long(), v_labels.long()
    order = torch.from_numpy(workload.minibatches(options, meta))
    parameters, signs = network(options, "initial")

    def loss(parameters, inputs, labels):
        logits, hidden = forward(parameters, signs, options.activation, floats(inputs))
        return F.cross_entropy(logits, labels) + penalty(options.l1, hidden)

    def judge(parameters, inputs, labels):
        logits, _ = forward(parameters, signs, options.activation, floats(inputs))
        return (logits.argmax(1) != labels).sum(), F.cross_entropy(logits, labels, reduction="sum")

    if compiled:
        judge = torch.compile(judge, fullgraph=True)
    step = (compiled_step if compiled else eager_step)(parameters, loss, options.rate)
    v_batches = list(zip(v_inputs.split(VALIDATION_BATCH), v_labels.split(VALIDATION_BATCH)))
    warm(step, parameters, (inputs[order[0, 0]], labels[order[0, 0]]))
    with torch.inference_mode():
        judge(parameters, *v_batches[0])
    workload.ready(f"torch {torch.__version__}")
    for epoch, batches in enumerate(order, 1):
        cost = run_epoch(step, ((inputs[index], labels[index]) for index in batches), epoch == 1)
        with torch.inference_mode():
            wrong, nll = zip(*(judge(parameters, *batch) for batch in v_batches))
            count = len(v_labels)
            emit(epoch=epoch, loss=cost, validation_error=sum(wrong).item() / count,
                 validation_nll=sum(nll).item() / count)


def autoencoder(options):
    compiled = start(options)
    meta = workload.meta(options)
    inputs = torch.from_numpy(workload.examples(options, meta, "train")[0])
    order = torch.from_numpy(workload.minibatches(options, meta)[0])
    keep = torch.from_numpy(workload.masks(options, meta))
    parameters = tensors(workload.autoencoder(options))

    def loss(parameters, inputs, keep):
        clean = floats(inputs)
        h = F.relu(F.linear(clean * keep, parameters[0], parameters[1]))
        reconstruction = F.softplus(F.linear(h, parameters[2], parameters[3]))
        return (clean - reconstruction).square().sum() / len(clean) + penalty(options.l1, [h])

    step = (compiled_step if compiled else eager_step)(parameters, loss, options.rate)
    warm(step, parameters, (inputs[order[0]], keep[0]))
    workload.ready(f"torch {torch.__version__}")
    cost = run_epoch(step, ((inputs[index], k) for index, k in zip(order, keep)), True)
    emit(epoch=1, loss=cost)


@torch.inference_mode()
def inference(options):
    compiled = start(options)
    meta = workload.meta(options)
    inputs = floats(torch.from_numpy(workload.examples(options, meta, "validation")[0]))
    parameters, signs = network(options, "trained")

    def predict(x):
        return forward(parameters, signs, options.activation, x)[0].argmax(1)

    if compiled:
        # Not dynamic: one version for single examples, one for minibatches.
        predict = torch.compile(predict, fullgraph=True, dynamic=False)
    singles, batches = inputs.split(1), inputs.split(VALIDATION_BATCH)
    predict(batches[0]), predict(singles[0])
    workload.ready(f"torch {torch.__version__}")
    taken = []
    for k in range(200 + 2000):
        x = singles[k % len(singles)]
        began = time.perf_counter_ns()
        predict(x).item()
        taken.append(time.perf_counter_ns() - began)
    workload.report_latencies(taken[200:])
    rates = []
    for _ in range(5):
        began = time.perf_counter()
        torch.cat([predict(x) for x in batches])
        rates.append(len(inputs) / (time.perf_counter() - began))
    emit(batch_examples_per_second=float(np.median(rates)))


def dense_words(weight, bias, gradient, rate):
    """Forward and update of x W + b as if the words were any other inputs."""
    def step(words, starts):
        counts = torch.diff(starts, append=torch.tensor([len(words)]))
        x = torch.zeros(len(starts), len(weight))
        x[torch.repeat_interleave(counts), words] = 1
        z = torch.addmm(bias, x, weight)
        weight.addmm_(x.t(), gradient, alpha=-rate)  # the update without a temporary of the size of W
        bias.sub_(gradient.sum(0), alpha=rate)
        return z

    return torch.no_grad()(step)


def embedding_bag_words(weight, bias, gradient, rate):
    """Only the rows of W whose words occur are read and written."""
    optimizer = torch.optim.SGD([weight.requires_grad_(), bias.requires_grad_()], lr=rate)

    def step(words, starts):
        optimizer.zero_grad()
        z = F.embedding_bag(words, weight, starts, mode="sum", sparse=True) + bias
        z.backward(gradient)
        optimizer.step()
        return z

    return step


def words(options):
    if start(options):
        raise SystemExit("words is for eager torch")
    words, offsets = map(torch.from_numpy, workload.bags(options))
    batches = (len(offsets) - 1) // WORDS_BATCH
    workload.ready(f"torch {torch.__version__}")
    for name, variant in [("dense", dense_words), ("embedding_bag", embedding_bag_words)]:
        torch.manual_seed(1)
        weight, bias = torch.randn(WORDS, WORDS) * 0.01, torch.zeros(WORDS)
        step = variant(weight, bias, torch.randn(WORDS_BATCH, WORDS) * 1e-3, options.rate)
        taken = []
        for k in range(WARM_UP + (options.steps or 200)):
            first = k % batches * WORDS_BATCH
            edges = offsets[first : first + WORDS_BATCH + 1]
            began = time.perf_counter()
            step(words[edges[0] : edges[-1]], edges[:-1] - edges[0])
            taken.append(time.perf_counter() - began)
        emit(variant=name, seconds_per_step=float(np.median(taken[WARM_UP:])))
