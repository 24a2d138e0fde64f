"""Networks of rectifiers that train fast on CPUs, as scikit-learn estimators.

Learning is stochastic gradient descent (SGD). Zeros are skipped: those of sparse inputs, and those of hidden layers.
"""

from importlib.metadata import version

from ._autoencoder import DenoisingAutoencoder
from ._classifier import RectifierClassifier
from ._preprocessing import Preprocessing
from ._record import load, save
from ._regressor import RectifierRegressor

__all__ = ["DenoisingAutoencoder", "Preprocessing", "RectifierClassifier", "RectifierRegressor", "load", "save"]
__version__ = version("rectifier")
