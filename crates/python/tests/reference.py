"""Gradient descent with momentum and penalties in float64, written as the formulas say."""

import numpy as np

ACTIVATIONS = {
    "rectifier": (lambda z: np.maximum(z, 0), lambda z: 1.0 * (z > 0)),
    "softplus": (lambda z: np.logaddexp(z, 0), lambda z: 1 / (1 + np.exp(-z))),
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "logistic": (lambda z: 1 / (1 + np.exp(-z)), lambda z: np.exp(-z) / (1 + np.exp(-z)) ** 2),
    "absolute": (np.abs, np.sign),
    "linear": (lambda z: z, np.ones_like),
}


class Reference:
    """A network with hidden layers of `activation` whose outputs are costed by softmax and classes, by logistic outputs
    and labels, or by half the squared error. The cost of a minibatch of n examples is

        1/n (sum of factor * cost of the example + alpha/2 * sum of squared weights + l1 * sum of |hidden outputs|).
    """

    def __init__(self, weights, biases, activation, cost, *, momentum=0.0, alpha=0.0, l1=0.0):
        self.parameters = [np.array(p, np.float64) for p in (*weights, *biases)]
        self.velocities = [np.zeros_like(p) for p in self.parameters]
        self.layers = len(weights)
        self.function, self.slope = ACTIVATIONS[activation]
        self.cost_of, self.momentum, self.alpha, self.l1 = cost, momentum, alpha, l1
        # The smallest magnitude of a pre-activation of a hidden unit that any step has met.
        self.nearest = np.inf

    def _passes(self, x):
        """Pre-activations of all layers, and inputs of all layers."""
        weights, biases = self.parameters[: self.layers], self.parameters[self.layers :]
        zs, inputs = [], [np.asarray(x, np.float64)]
        for k, (w, b) in enumerate(zip(weights, biases)):
            zs.append(inputs[-1] @ w + b)
            if k + 1 < self.layers:
                inputs.append(self.function(zs[-1]))
        return zs, inputs

    def _costs(self, z, y):
        """The cost of each example, and its derivative with respect to the outputs z."""
        if self.cost_of == "softmax":
            log_p = z - np.logaddexp.reduce(z, axis=1, keepdims=True)
            aims = np.eye(z.shape[1])[y]
            return -(aims * log_p).sum(axis=1), np.exp(log_p) - aims
        if self.cost_of == "logistic":
            return (np.logaddexp(z, 0) - y * z).sum(axis=1), 1 / (1 + np.exp(-z)) - y
        return ((z - y) ** 2 / 2).sum(axis=1), z - y

    def cost(self, x, y, factors):
        zs, inputs = self._passes(x)
        penalty = self.alpha / 2 * sum((w**2).sum() for w in self.parameters[: self.layers])
        penalty += self.l1 * sum(np.abs(h).sum() for h in inputs[1:])
        return (factors @ self._costs(zs[-1], y)[0] + penalty) / len(x)

    def gradient(self, x, y, factors):
        zs, inputs = self._passes(x)
        self.nearest = min([self.nearest, *(np.abs(z).min() for z in zs[:-1])])
        delta = factors[:, None] * self._costs(zs[-1], y)[1] / len(x)
        of_weights, of_biases = [], []
        for k in reversed(range(self.layers)):
            weight = self.parameters[k]
            of_weights.insert(0, inputs[k].T @ delta + self.alpha / len(x) * weight)
            of_biases.insert(0, delta.sum(axis=0))
            if k > 0:
                delta = (delta @ weight.T + self.l1 / len(x) * np.sign(inputs[k])) * self.slope(zs[k - 1])
        return of_weights + of_biases

    def step(self, x, y, factors, rate):
        for p, v, g in zip(self.parameters, self.velocities, self.gradient(x, y, factors)):
            v *= self.momentum
            v -= rate * g
            p += v

    def differences(self, x, y, factors, width=1e-6):
        """The gradient by central differences of the cost."""
        found = []
        for p in self.parameters:
            g = np.empty_like(p)
            for at in np.ndindex(*p.shape):
                kept = p[at]
                costs = []
                for p[at] in (kept + width, kept - width):
                    costs.append(self.cost(x, y, factors))
                p[at] = kept
                g[at] = (costs[0] - costs[1]) / (2 * width)
            found.append(g)
        return found
