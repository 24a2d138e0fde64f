"""Frames of pandas and polars."""

import numpy as np
import pytest
from sklearn.compose import make_column_transformer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from rectifier import RectifierClassifier, RectifierRegressor

NUMBERS = np.random.default_rng(0).normal(size=(60, 3))
NAMES = ["width", "height", "depth"]
KINDS = np.where(NUMBERS[:, 0] > 0, "wide", "narrow")
pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


@pytest.fixture(params=["pandas", "polars"])
def frames(request):
    return pytest.importorskip(request.param, reason=f"{request.param} is not installed")


def table(frames, **columns):
    return frames.DataFrame({name: NUMBERS[:, k] for k, name in enumerate(NAMES)} | columns)


def classifier():
    return RectifierClassifier((5,), max_iter=3, random_state=0)


def test_a_frame_is_its_numbers(frames):
    frame, kinds = table(frames), frames.Series(KINDS)
    weights = frames.Series(np.arange(60.0))
    ours = classifier().fit(frame, kinds, sample_weight=weights)
    theirs = classifier().fit(NUMBERS, KINDS, sample_weight=np.arange(60.0))
    np.testing.assert_array_equal(ours.predict_proba(frame), theirs.predict_proba(NUMBERS))
    np.testing.assert_array_equal(ours.predict(frame), theirs.predict(NUMBERS))
    assert ours.score(frame, kinds) == theirs.score(NUMBERS, KINDS)
    assert list(ours.feature_names_in_) == NAMES and ours.n_features_in_ == 3


def test_targets_may_be_a_frame(frames):
    aims = NUMBERS[:, :2] * 2
    regressor = RectifierRegressor((5,), max_iter=2, random_state=0)
    ours = regressor.fit(table(frames), frames.DataFrame({"a": aims[:, 0], "b": aims[:, 1]})).predict(table(frames))
    np.testing.assert_array_equal(ours, regressor.fit(NUMBERS, aims).predict(NUMBERS))
    labels = (aims > 0).astype(int)
    labelled = classifier().fit(table(frames), frames.DataFrame({"a": labels[:, 0], "b": labels[:, 1]}))
    assert labelled.predict(table(frames)).shape == labels.shape


def test_the_names_of_columns_are_checked(frames):
    fitted = classifier().fit(table(frames), KINDS)
    with pytest.raises(ValueError, match="same order"):
        fitted.predict(table(frames)[NAMES[::-1]])
    with pytest.raises(ValueError, match="depth"):
        fitted.predict(table(frames)[NAMES[:2]])
    with pytest.raises(ValueError, match="same order"):
        fitted.partial_fit(table(frames)[NAMES[::-1]], KINDS)
    with pytest.warns(UserWarning, match="feature names"):
        fitted.predict(NUMBERS)


def test_a_column_of_strings_is_refused_by_its_name(frames):
    frame = table(frames, kind=KINDS)
    with pytest.raises(ValueError, match=f"Column 'kind' of X holds strings such as '{KINDS[0]}'; encode it"):
        classifier().fit(frame, KINDS)
    with pytest.raises(ValueError, match="Column 'kind' of X"):
        RectifierRegressor().fit(frame, NUMBERS[:, 0])
    with pytest.raises(ValueError, match="Column 'width' of X"):
        classifier().fit(table(frames), KINDS).predict(table(frames, width=KINDS))


def test_a_category_is_refused_by_its_name(frames):
    categories = "category" if frames.__name__ == "pandas" else frames.Categorical
    column = frames.Series(KINDS)
    column = column.astype(categories) if frames.__name__ == "pandas" else column.cast(categories)
    with pytest.raises(ValueError, match="Column 'kind' of X"):
        classifier().fit(table(frames, kind=column), KINDS)


def test_missing_values_are_not_taken_for_strings(frames):
    with pytest.raises(ValueError, match="NaN"):
        classifier().fit(table(frames, mass=[None, *np.ones(59)]), KINDS)


def test_frames_pass_through_a_pipeline(frames):
    scaler = StandardScaler().set_output(transform=frames.__name__)
    pipeline = make_pipeline(scaler, classifier()).fit(table(frames), KINDS)
    assert list(pipeline[-1].feature_names_in_) == NAMES
    assert pipeline.predict(table(frames)).shape == (60,)
    encoder = make_column_transformer((OneHotEncoder(), ["kind"]), remainder="passthrough")
    assert make_pipeline(encoder, classifier()).fit(table(frames, kind=KINDS), KINDS).score(
        table(frames, kind=KINDS), KINDS
    ) > 0.5
