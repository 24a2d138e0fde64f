"""The step of a fleet in JAX: R rectifier networks 784-1000-1000-1000-10 by vmap, twenty steps a jitted scan, float32.

    python3 peer_jax.py 1 8 64 256
"""

import json
import os
import sys
import time

os.environ.setdefault("XLA_PYTHON_CLIENT_MEM_FRACTION", "0.85")
import jax
import jax.numpy as jnp

jax.config.update("jax_default_matmul_precision", "highest")
WIDTHS = [784, 1000, 1000, 1000, 10]
BATCH, EXAMPLES, STEPS, L1 = 10, 60_000, 20, 1e-5
SECONDS = float(os.environ.get("SECONDS", "4"))


def network(key):
    keys = jax.random.split(key, len(WIDTHS))
    maps = []
    for k, (a, b) in enumerate(zip(WIDTHS, WIDTHS[1:])):
        limit = (6 / (a + b)) ** 0.5
        maps.append((jax.random.uniform(keys[k], (a, b), minval=-limit, maxval=limit), jnp.zeros(b)))
    signs = [jnp.where(jax.random.bernoulli(key, shape=(b,)), 1.0, -1.0) for b in WIDTHS[1:-1]]
    return maps, signs


def cost(maps, signs, l1, x, labels):
    hidden = []
    for (weight, bias), sign in zip(maps, signs):
        x = jax.nn.relu(x @ weight + bias) * sign
        hidden.append(x)
    logits = x @ maps[-1][0] + maps[-1][1]
    nll = -jnp.take_along_axis(jax.nn.log_softmax(logits), labels[:, None], 1).sum()
    magnitudes = jnp.stack([jnp.abs(h).sum() for h in hidden])
    zeros = jnp.stack([(h == 0).sum().astype(jnp.float32) for h in hidden])
    wrong = (logits.argmax(1) != labels).sum().astype(jnp.float32)
    sums = jnp.concatenate([jnp.stack([nll, wrong]), magnitudes, zeros])
    return (nll + l1 * magnitudes.sum()) / BATCH, sums


def learn(maps, signs, rate, l1, x, labels):
    gradients, sums = jax.grad(cost, has_aux=True)(maps, signs, l1, x, labels)
    return jax.tree.map(lambda p, g: p - rate * g, maps, gradients), sums


def chunk(maps, signs, rates, l1, inputs, labels, orders):
    def step(maps, rows):
        maps, sums = jax.vmap(learn)(maps, signs, rates, l1, inputs[rows], labels[rows])
        return maps, sums

    maps, sums = jax.lax.scan(step, maps, orders)
    return maps, sums.sum(0)


def measure(size):
    key = jax.random.key(1)
    maps, signs = jax.jit(jax.vmap(network))(jax.random.split(key, size))
    inputs = jax.random.uniform(key, (EXAMPLES, WIDTHS[0])) * jax.random.bernoulli(key, 0.2, (EXAMPLES, WIDTHS[0]))
    labels = jax.random.randint(key, (EXAMPLES,), 0, 10)
    orders = jax.random.randint(key, (STEPS, size, BATCH), 0, EXAMPLES)
    rates, l1 = 0.01 + 0.0001 * jnp.arange(size), jnp.full(size, L1)
    run = jax.jit(chunk, donate_argnums=0)
    begun = time.perf_counter()
    maps, sums = run(maps, signs, rates, l1, inputs, labels, orders)
    sums.block_until_ready()
    first, begun, done = time.perf_counter() - begun, time.perf_counter(), 0
    while time.perf_counter() - begun < SECONDS:
        maps, sums = run(maps, signs, rates, l1, inputs, labels, orders)
        jax.device_get(sums)
        done += STEPS
    seconds = (time.perf_counter() - begun) / done
    return {"peer": "jax vmap, jitted scan", "networks": size, "first_seconds": round(first, 2),
            "milliseconds_per_step": round(seconds * 1e3, 4), "examples_per_second": round(size * BATCH / seconds)}


if __name__ == "__main__":
    print(json.dumps({"jax": jax.__version__, "device": str(jax.devices()[0])}), flush=True)
    for size in map(int, sys.argv[1:]):
        try:
            line = measure(size)
        except Exception as error:  # a peer that fails is a row that says so
            line = {"peer": "jax vmap, jitted scan", "networks": size, "failed": f"{type(error).__name__}: {str(error)[:120]}"}
        print(json.dumps(line), flush=True)
