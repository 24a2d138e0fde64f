"""What a user of the package may write, for `mypy --strict`."""

import numpy as np
from numpy.typing import NDArray

from rectifier import RectifierClassifier, RectifierRegressor


def learn(x: NDArray[np.float32], y: NDArray[np.int64]) -> RectifierClassifier:
    def stop(classifier: RectifierClassifier) -> bool:
        return classifier.loss_ < 0.01

    classifier = RectifierClassifier((20, 10), l1_activation=1e-4, class_weight="balanced", max_iter=5, callback=stop)
    return classifier.fit(x, y, sample_weight=np.ones(len(y)))


x = np.random.default_rng(0).normal(size=(100, 5)).astype(np.float32)
classifier = learn(x, (x[:, 0] > 0).astype(np.int64))
probabilities: NDArray[np.float32] = classifier.predict_proba(x)
sparsity: list[float] = classifier.sparsity_
dead: list[int] = classifier.dead_units_
weights: list[NDArray[np.float32]] = classifier.coefs_
regressor = RectifierRegressor(hidden_layer_sizes=20, max_iter=5).partial_fit(x, x[:, 0])
print(probabilities.shape, len(sparsity), len(dead), len(weights), regressor.predict(x).shape)
