"""scikit-learn's own checks. They need pandas, and SCIPY_ARRAY_API=1 in the environment."""

import os

import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

os.environ.setdefault("SCIPY_ARRAY_API", "1")

from rectifier import DenoisingAutoencoder, RectifierClassifier, RectifierRegressor  # noqa: E402

REPEATED = (
    "an example with a weight of 2 takes one step twice as long, and a repeated example takes two steps, "
    "in a different order; scikit-learn expects its own estimators of gradient descent to fail here too"
)
EXPECTED = {
    "check_sample_weight_equivalence_on_dense_data": REPEATED,
    "check_sample_weight_equivalence_on_sparse_data": REPEATED,
}


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@parametrize_with_checks(
    [
        RectifierClassifier(random_state=0),
        RectifierRegressor(random_state=0),
        DenoisingAutoencoder(random_state=0),
        DenoisingAutoencoder(decoder="tied", reconstruction="linear-quadratic", learning_rate_init=1e-6, random_state=0),
    ],
    expected_failed_checks=lambda estimator: EXPECTED,
)
def test_check_estimator(estimator, check):
    check(estimator)
