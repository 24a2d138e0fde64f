"""Pictures of fitted networks, by matplotlib."""

from __future__ import annotations

from importlib import import_module
from numbers import Integral
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.utils.validation import check_is_fitted


class _Plots:
    """Learning curves and filters of an estimator."""

    coefs_: list[NDArray[np.float32]]
    loss_curve_: list[float]
    validation_scores_: list[float] | None
    validation_loss_curve_: list[float] | None
    _signs: list[NDArray[np.float32]]

    def plot_learning_curve(self, ax: Any = None) -> Any:
        """Draws the loss of each epoch and, after early stopping, loss and score on the validation data.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, default=None
            Where to draw; None is a new figure.

        Returns
        -------
        matplotlib.axes.Axes
            The axes of the losses. Scores have axes of their own below.
        """
        plt = _matplotlib("plot_learning_curve", "matplotlib.pyplot")
        check_is_fitted(self)
        if not self.loss_curve_:
            raise ValueError("There is no learning curve: fit was interrupted in its first epoch.")
        lowest = ax = plt.subplots()[1] if ax is None else ax
        validation = self.validation_loss_curve_ or []
        below = bool(validation) and self.loss_curve_[-1] < validation[-1]
        _line(ax, self.loss_curve_, "loss", color="C0", va="top" if below else "bottom")
        if validation:
            _line(ax, validation, "validation loss", color="C1", va="bottom" if below else "top")
        if self.validation_scores_:
            divider = _matplotlib("plot_learning_curve", "mpl_toolkits.axes_grid1").make_axes_locatable(ax)
            lowest = divider.append_axes("bottom", size="100%", pad=0.15, sharex=ax)
            ax.tick_params(labelbottom=False)
            _line(lowest, self.validation_scores_, "validation score", color="C1", va="top")
            best = int(np.argmax(self.validation_scores_))
            lowest.plot(best + 1, self.validation_scores_[best], "o", color="C1")
            text = f"{self.validation_scores_[best]:.3f} in epoch {best + 1}"
            _name(lowest, best + 1, self.validation_scores_[best], text, color="C1", va="bottom")
        ax.set_xlim(0, 1.05 * len(self.loss_curve_))
        lowest.set_xlabel("epoch")
        return ax

    def show_filters(self, layer: int = 0, shape: tuple[int, int] | None = None, ax: Any = None) -> Any:
        """Draws the weights of each unit as a picture of the inputs: white is positive, grey zero, black negative.

        Each picture has its own scale. For layers above the first, the weights of all layers up to this one are
        multiplied, as if the units between them were linear.

        Parameters
        ----------
        layer : int, default=0
            0 is the first hidden layer, and the number of hidden layers is the output layer.
        shape : tuple of int, default=None
            Height and width of the pictures, whose rows follow one another in a row of ``X``; None is a square.
        ax : matplotlib.axes.Axes, default=None
            Where to draw; None is a new figure.

        Returns
        -------
        matplotlib.axes.Axes
            The axes with the pictures, in the order of the units, row by row.
        """
        plt = _matplotlib("show_filters", "matplotlib.pyplot")
        check_is_fitted(self)
        if not isinstance(layer, Integral) or not 0 <= layer < len(self.coefs_):
            raise ValueError(f"layer must be an integer from 0 to {len(self.coefs_) - 1}, got {layer!r}.")
        filters = self.coefs_[0]
        for signs, weight in zip(self._signs[:layer], self.coefs_[1:]):
            filters = (filters * signs if signs.size else filters) @ weight
        height, width = _picture_shape(shape, len(filters))
        largest = np.abs(filters).max(axis=0)
        pictures = (filters / np.where(largest == 0, 1, largest)).T.reshape(-1, height, width)
        ax = plt.subplots()[1] if ax is None else ax
        ax.imshow(_mosaic(pictures), cmap="gray", vmin=-1, vmax=1)
        ax.set_axis_off()
        return ax


def _matplotlib(caller: str, module: str) -> Any:
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(f'{caller} needs matplotlib; pip install "rectifier[plots]" installs it.') from error


def _line(ax: Any, curve: list[float], name: str, *, color: str, va: str) -> None:
    """A line over the epochs with its name at its right end."""
    ax.plot(range(1, len(curve) + 1), curve, color=color, marker="o" if len(curve) == 1 else "")
    _name(ax, len(curve), curve[-1], name, color=color, va=va)
    ax.margins(y=0.2)
    ax.ticklabel_format(style="plain", useOffset=False)
    ax.xaxis.get_major_locator().set_params(integer=True, min_n_ticks=1)
    ax.spines[["top", "right"]].set_visible(False)


def _name(ax: Any, x: float, y: float, text: str, *, color: str, va: str) -> None:
    """A text that ends above (`va` is "bottom") or below ("top") a point."""
    offset = (0, 6 if va == "bottom" else -6)
    ax.annotate(text, (x, y), xytext=offset, textcoords="offset points", ha="right", va=va, color=color)


def _picture_shape(shape: tuple[int, int] | None, n_features: int) -> tuple[int, int]:
    if shape is None:
        side = int(np.sqrt(n_features))
        if side * side != n_features:
            raise ValueError(
                f"The {n_features} columns of X are not the pixels of a square; if its rows are pictures, pass "
                "shape=(height, width)."
            )
        return side, side
    sizes: Any = tuple(shape) if isinstance(shape, (tuple, list)) else ()
    if len(sizes) != 2 or not all(isinstance(size, Integral) and int(size) > 0 for size in sizes):
        raise ValueError(f"shape must be (height, width), two integers from 1 on, got {shape!r}.")
    height, width = sizes
    if height * width != n_features:
        raise ValueError(f"shape={height, width} has {height * width} pixels, but X has {n_features} columns.")
    return height, width


def _mosaic(pictures: NDArray[np.float32]) -> NDArray[np.float32]:
    """Pictures `[units, height, width]` beside and below one another, with a pixel of NaN between them."""
    units, height, width = pictures.shape
    columns = int(np.ceil(np.sqrt(units)))
    rows = -(-units // columns)
    mosaic = np.full((rows * (height + 1) - 1, columns * (width + 1) - 1), np.nan, np.float32)
    for unit, picture in enumerate(pictures):
        top, left = unit // columns * (height + 1), unit % columns * (width + 1)
        mosaic[top : top + height, left : left + width] = picture
    return mosaic
