"""The step of a fleet in PyTorch: R rectifier networks 784-1000-1000-1000-10 side by side, minibatch 10, float32.

    python3 peer_torch.py 1 8 64 256

Three ways to write it: the gradients of autograd with batched products, eager and compiled into a CUDA graph, and by hand,
where the update is part of the product that makes the gradient (baddbmm_), replayed as a CUDA graph: the least that the
library needs for this work. Each line of JSON is one way at one size.
"""

import json
import os
import sys
import time

import torch

WIDTHS = [784, 1000, 1000, 1000, 10]
BATCH, EXAMPLES, STEPS, L1 = 10, 60_000, 20, 1e-5
SECONDS = float(os.environ.get("SECONDS", "4"))
torch.backends.cuda.matmul.allow_tf32 = False
DEVICE = "cuda"


class Fleet:
    """The tensors that a step reads and writes; all have the networks as their first dimension."""

    def __init__(self, size):
        torch.manual_seed(1)
        limits = [(6 / (a + b)) ** 0.5 for a, b in zip(WIDTHS, WIDTHS[1:])]
        shapes = list(zip(WIDTHS, WIDTHS[1:], limits))
        self.weights = [(torch.rand(size, a, b, device=DEVICE) * 2 - 1) * r for a, b, r in shapes]
        self.biases = [torch.zeros(size, 1, b, device=DEVICE) for _, b, _ in shapes]
        self.signs = [torch.where(torch.rand(size, 1, b, device=DEVICE) < 0.5, -1.0, 1.0) for b in WIDTHS[1:-1]]
        self.rates = (0.01 + 0.0001 * torch.arange(size, device=DEVICE)).reshape(-1, 1, 1)
        self.l1 = torch.full((size, 1, 1), L1, device=DEVICE)
        self.inputs = torch.rand(EXAMPLES, WIDTHS[0], device=DEVICE) * (torch.rand(EXAMPLES, WIDTHS[0], device=DEVICE) < 0.2)
        self.labels = torch.randint(0, 10, (EXAMPLES,), device=DEVICE)
        self.orders = torch.randint(0, EXAMPLES, (STEPS, size, BATCH), device=DEVICE)
        self.rows = self.orders[0].clone()
        self.sums = torch.zeros(size, 2 + 2 * len(self.signs), device=DEVICE)


def forward(weights, biases, signs, x):
    hidden = []
    for weight, bias, sign in zip(weights, biases, signs):
        x = torch.relu(torch.baddbmm(bias, x, weight)) * sign
        hidden.append(x)
    return hidden, torch.baddbmm(biases[-1], x, weights[-1])


def counted(hidden, logits, labels, nll):
    """What is measured on the way: nll, errors, and of each layer |h| and exact zeros; `[R, 8]`."""
    wrong = (logits.argmax(2) != labels).float().sum(1)
    magnitudes = [h.abs().sum((1, 2)) for h in hidden]
    zeros = [(h == 0).float().sum((1, 2)) for h in hidden]
    return torch.stack([nll, wrong, *magnitudes, *zeros], 1)


def by_autograd(fleet):
    def gradients(weights, biases, rows):
        x, labels = fleet.inputs[rows], fleet.labels[rows]
        hidden, logits = forward(weights, biases, fleet.signs, x)
        nll = -torch.log_softmax(logits, 2).gather(2, labels.unsqueeze(2)).sum((1, 2))
        penalty = sum((h.abs().sum((1, 2)) for h in hidden)) * fleet.l1.flatten()
        with torch.no_grad():
            sums = counted(hidden, logits, labels, nll)
        return ((nll + penalty) / BATCH).sum(), sums

    parameters = [p.requires_grad_() for p in fleet.weights + fleet.biases]
    layers = len(fleet.weights)

    def step():
        cost, sums = gradients(parameters[:layers], parameters[layers:], fleet.rows)
        made = torch.autograd.grad(cost, parameters)
        with torch.no_grad():
            for parameter, gradient in zip(parameters, made):
                parameter.addcmul_(fleet.rates, gradient, value=-1)
            fleet.sums.add_(sums)

    return step


def by_hand(fleet):
    @torch.no_grad()
    def step():
        x, labels = fleet.inputs[fleet.rows], fleet.labels[fleet.rows]
        hidden, logits = forward(fleet.weights, fleet.biases, fleet.signs, x)
        likelihood = torch.log_softmax(logits, 2)
        nll = -likelihood.gather(2, labels.unsqueeze(2)).sum((1, 2))
        fleet.sums.add_(counted(hidden, logits, labels, nll))
        delta = (likelihood.exp() - torch.nn.functional.one_hot(labels, 10)) / BATCH
        for k in reversed(range(len(fleet.weights))):
            below = hidden[k - 1] if k else x
            step = delta * fleet.rates
            if k:
                at_outputs = torch.bmm(delta, fleet.weights[k].transpose(1, 2))
                delta = (at_outputs + below.sign() * (fleet.l1 / BATCH)) * fleet.signs[k - 1] * (below != 0)
            fleet.weights[k].baddbmm_(below.transpose(1, 2), step, alpha=-1)
            fleet.biases[k].sub_(step.sum(1, keepdim=True))

    return step


def as_graph(step):
    stream = torch.cuda.Stream()
    stream.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(stream):
        for _ in range(3):
            step()
    torch.cuda.current_stream().wait_stream(stream)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        step()
    return graph.replay


WAYS = {
    "torch autograd, eager": by_autograd,
    "torch autograd, compiled": lambda fleet: as_graph(torch.compile(by_autograd(fleet), mode="default")),
    "torch by hand, eager": by_hand,
    "torch by hand, CUDA graph": lambda fleet: as_graph(by_hand(fleet)),
    "torch by hand, compiled": lambda fleet: as_graph(torch.compile(by_hand(fleet), mode="default")),
}


def measure(way, size):
    fleet = Fleet(size)
    begun = time.perf_counter()
    step = WAYS[way](fleet)
    for _ in range(3):
        step()
    torch.cuda.synchronize()
    first, begun, done = time.perf_counter() - begun, time.perf_counter(), 0
    while time.perf_counter() - begun < SECONDS:
        for rows in fleet.orders:
            fleet.rows.copy_(rows)
            step()
        fleet.sums.tolist()
        fleet.sums.zero_()
        done += STEPS
    seconds = (time.perf_counter() - begun) / done
    return {"peer": way, "networks": size, "first_seconds": round(first, 2),
            "milliseconds_per_step": round(seconds * 1e3, 4), "examples_per_second": round(size * BATCH / seconds)}


if __name__ == "__main__":
    print(json.dumps({"torch": torch.__version__, "device": torch.cuda.get_device_name()}), flush=True)
    for size in map(int, sys.argv[1:]):
        for way in WAYS:
            try:
                line = measure(way, size)
            except Exception as error:  # a peer that fails is a row that says so
                line = {"peer": way, "networks": size, "failed": f"{type(error).__name__}: {str(error)[:120]}"}
            print(json.dumps(line), flush=True)
            torch.cuda.empty_cache()
