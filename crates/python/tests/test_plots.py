"""Learning curves, filters, and what a notebook shows of an estimator."""

import re
import sys
from html.parser import HTMLParser

import numpy as np
import pytest
import sklearn
from sklearn.datasets import load_digits
from sklearn.exceptions import NotFittedError

from rectifier import RectifierClassifier, RectifierRegressor

X, Y = load_digits(return_X_y=True)
X = X[:300] / 16
Y = Y[:300]
pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


@pytest.fixture
def axes():
    matplotlib = pytest.importorskip("matplotlib", reason="plots need matplotlib")
    matplotlib.use("Agg")
    from matplotlib import pyplot

    yield lambda: pyplot.subplots()[1]
    pyplot.close("all")


def fitted(**settings):
    return RectifierClassifier((9, 4), max_iter=5, random_state=0, **settings).fit(X, Y)


def test_a_learning_curve_is_the_loss_of_each_epoch(axes):
    classifier = fitted()
    ax = classifier.plot_learning_curve()
    (line,) = ax.lines
    np.testing.assert_array_equal(line.get_xdata(), [1, 2, 3, 4, 5])
    np.testing.assert_array_equal(line.get_ydata(), classifier.loss_curve_)
    assert [text.get_text() for text in ax.texts] == ["loss"]
    assert ax.get_xlabel() == "epoch" and len(ax.figure.axes) == 1


def test_a_learning_curve_shows_validation_and_its_best_epoch(axes):
    classifier, ax = fitted(early_stopping=True), axes()
    assert classifier.plot_learning_curve(ax) is ax
    np.testing.assert_array_equal(ax.lines[1].get_ydata(), classifier.validation_loss_curve_)
    assert [text.get_text() for text in ax.texts] == ["loss", "validation loss"]
    below = ax.figure.axes[1]
    np.testing.assert_array_equal(below.lines[0].get_ydata(), classifier.validation_scores_)
    best = int(np.argmax(classifier.validation_scores_)) + 1
    assert below.lines[1].get_xdata() == [best]
    shown = [text.get_text() for text in below.texts]
    assert shown == ["validation score", f"{classifier.best_validation_score_:.3f} in epoch {best}"]


def test_ticks_of_a_learning_curve_are_plain(axes):
    regressor = RectifierRegressor((5,), max_iter=1, random_state=0).fit(X, Y / 1e8)
    ax = regressor.plot_learning_curve()
    ax.figure.canvas.draw()
    assert ax.yaxis.get_offset_text().get_text() == ""
    assert all(float(tick) % 1 == 0 for tick in ax.get_xticks())


def test_filters_are_the_weights_of_the_units(axes):
    classifier = fitted()
    image = classifier.show_filters().images[0].get_array()
    assert image.shape == (3 * 9 - 1, 3 * 9 - 1)  # 9 units, 8x8 pixels each
    weights = classifier.coefs_[0][:, 4].reshape(8, 8)
    np.testing.assert_allclose(image[9:17, 9:17], weights / np.abs(weights).max(), rtol=1e-6)
    assert np.ma.is_masked(image[8, 0])


@pytest.mark.parametrize("sign_mask", [False, True])
def test_filters_of_higher_layers_pass_through_those_below(axes, sign_mask):
    classifier = fitted(sign_mask=sign_mask)
    signs = np.where(np.arange(9) % 2 == 1, -1, 1) if sign_mask else np.ones(9)
    weights = ((classifier.coefs_[0] * signs) @ classifier.coefs_[1])[:, 0].reshape(4, 16)
    image = classifier.show_filters(1, shape=(4, 16), ax=axes()).images[0].get_array()
    np.testing.assert_allclose(image[:4, :16], weights / np.abs(weights).max(), rtol=1e-5)


def test_filters_of_zeros_are_grey(axes):
    classifier = fitted()
    classifier.coefs_ = [np.zeros_like(classifier.coefs_[0]), *classifier.coefs_[1:]]
    assert np.all(classifier.show_filters().images[0].get_array()[:8, :8] == 0)


@pytest.mark.parametrize(
    "settings, text",
    [
        ({"layer": 3}, "integer from 0 to 2"),
        ({"layer": -1}, "integer from 0 to 2"),
        ({"shape": (8, 9)}, "has 72 pixels, but X has 64 columns"),
        ({"shape": 8}, "two integers"),
        ({"shape": (8.0, 8)}, "two integers"),
    ],
)
def test_wrong_filters_are_refused_by_a_sentence(axes, settings, text):
    with pytest.raises(ValueError, match=re.escape(text)):
        fitted().show_filters(**settings)


def test_inputs_that_are_no_pictures_have_no_filters(axes):
    with pytest.raises(ValueError, match="63 columns of X are not the pixels of a square"):
        RectifierClassifier((5,), max_iter=1).fit(X[:, 1:], Y).show_filters()


@pytest.mark.parametrize("plot", ["plot_learning_curve", "show_filters"])
def test_plots_need_a_fit_and_matplotlib(axes, plot, monkeypatch):
    with pytest.raises(NotFittedError):
        getattr(RectifierClassifier(), plot)()
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
    with pytest.raises(ModuleNotFoundError, match=rf'{plot} needs matplotlib; pip install "rectifier\[plots\]"'):
        getattr(fitted(), plot)()


def interrupted():
    """A network whose first epoch was never complete."""

    def stop(*_):
        raise KeyboardInterrupt

    classifier = RectifierClassifier()
    classifier._epoch = stop
    with pytest.raises(KeyboardInterrupt):
        classifier.fit(X, Y)
    del classifier._epoch
    return classifier


def test_without_an_epoch_there_is_no_learning_curve(axes):
    with pytest.raises(ValueError, match="first epoch"):
        interrupted().plot_learning_curve()


def cells(html):
    """The texts between the tags of a page, which must be balanced and without scripts."""
    found, opened = [], []

    class Reader(HTMLParser):
        def handle_starttag(self, tag, attributes):
            assert tag != "script"
            opened.append(tag)

        def handle_endtag(self, tag):
            assert opened.pop() == tag

        def handle_data(self, data):
            found.append(data)

    Reader(convert_charrefs=True).feed(html)
    assert not opened
    return found


def test_a_notebook_shows_what_was_learned():
    classifier = fitted(early_stopping=True)
    shown = cells(classifier._repr_html_())
    assert shown[0] == repr(classifier)
    start = shown.index("hidden 1, relu")
    zeros, dead = classifier.sparsity_[0], classifier.dead_units_[0]
    assert shown[start + 1 : start + 4] == ["9", f"{zeros:.1%}", str(dead)]
    assert shown[shown.index("outputs, softmax") + 1] == "10"
    best = classifier.best_validation_score_
    assert shown[-1].startswith(f"5 epochs, loss {classifier.loss_:.4g}, best validation score {best:.4g} in epoch ")
    assert classifier._repr_mimebundle_()["text/html"] == classifier._repr_html_()


def test_a_notebook_shows_regressors_and_fits_without_an_epoch():
    regressor = RectifierRegressor((3,), max_iter=1, random_state=0).fit(X, Y)
    assert cells(regressor._repr_html_())[-1] == f"1 epoch, loss {regressor.loss_:.4g}."
    assert cells(interrupted()._repr_html_())[-1] == "No epoch is complete."


def test_a_notebook_shows_no_markup_of_parameters():
    classifier = fitted().set_params(callback="<script>alert(1)</script>")
    html = classifier._repr_html_()
    assert "<script" not in html and "<script>alert(1)</script>" in cells(html)[0]


def test_scikit_learn_shows_what_is_not_fitted():
    assert "sk-container" in RectifierClassifier()._repr_html_()
    assert "sk-container" in RectifierClassifier()._repr_mimebundle_()["text/html"]
    with sklearn.config_context(display="text"):
        assert "text/html" not in fitted()._repr_mimebundle_()
        assert not hasattr(fitted(), "_repr_html_")
