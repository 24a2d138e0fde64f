"""What a notebook shows of a fitted network."""

from __future__ import annotations

from html import escape
from typing import Any

import numpy as np


class _Page:
    """scikit-learn's diagram before a fit, and the layers with what was learned after it."""

    def _repr_html_inner(self) -> str:
        if getattr(self, "coefs_", None) is None:
            return super()._repr_html_inner()  # type: ignore[misc, no-any-return]
        return _page(self)

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, str]:
        bundle: dict[str, str] = super()._repr_mimebundle_(**kwargs)  # type: ignore[misc]
        if "text/html" in bundle:
            bundle["text/html"] = self._repr_html_inner()
        return bundle


def _page(network: Any) -> str:
    """Layers, units, zeros, dead units, epochs and loss, in the colours of the page around it."""
    lines = [_row("th", ["layer", "units", "exact zeros", "dead units"])]
    lines.append(_row("td", ["inputs", f"{network.n_features_in_:,}", "", ""]))
    zeros, dead = getattr(network, "sparsity_", []), getattr(network, "dead_units_", [])
    for k, weight in enumerate(network.coefs_[:-1]):
        cells = [f"hidden {k + 1}, {network.activation}", f"{weight.shape[1]:,}"]
        lines.append(_row("td", [*cells, f"{zeros[k]:.1%}", f"{dead[k]:,}"] if zeros else [*cells, "", ""]))
    output = f"outputs, {getattr(network, 'out_activation_', 'identity')}"
    lines.append(_row("td", [output, f"{network.coefs_[-1].shape[1]:,}", "", ""]))
    return (
        '<div style="color: inherit; background: none">'
        f'<p><code style="white-space: pre-wrap">{escape(repr(network))}</code></p>'
        f'<table style="color: inherit; border-collapse: collapse">{"".join(lines)}</table>'
        f"<p>{escape(_outcome(network))}</p></div>"
    )


def _row(tag: str, cells: list[str]) -> str:
    """A row whose first cell is a text and whose others are numbers."""
    style = "padding: 0.2em 1em 0.2em 0; border-bottom: 1px solid currentColor; text-align: "
    aligned = zip(cells, ["left", *["right"] * (len(cells) - 1)])
    row = "".join(f'<{tag} style="{style}{side}">{escape(cell)}</{tag}>' for cell, side in aligned)
    return f"<tr>{row}</tr>"


def _outcome(network: Any) -> str:
    """The number of epochs, the last loss and the best validation score."""
    if not network.loss_curve_:
        return "No epoch is complete."
    text = f"{network.n_iter_} epoch{'' if network.n_iter_ == 1 else 's'}, loss {network.loss_curve_[-1]:.4g}"
    scores = network.validation_scores_
    return text + (f", best validation score {max(scores):.4g} in epoch {np.argmax(scores) + 1}." if scores else ".")
