"""Networks that are saved and loaded: the same predictions, or a refusal."""

import pickle
import struct

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.datasets import load_digits, load_iris
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MaxAbsScaler, MinMaxScaler, OneHotEncoder, RobustScaler, StandardScaler

from rectifier import Preprocessing, RectifierClassifier, RectifierRegressor, load, save

X, Y = load_digits(return_X_y=True)
X = X / 16
FRAME, KINDS = load_iris(return_X_y=True, as_frame=True)
SMALL = dict(hidden_layer_sizes=(12, 7), max_iter=3, random_state=0)
pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


@pytest.fixture
def file(tmp_path):
    return tmp_path / "network.safetensors"


def again(estimator, file):
    save(estimator, file)
    return load(file)


@pytest.mark.parametrize(
    "activation",
    ["relu", "softplus", "centred-softplus", "tanh", "hard-tanh", "logistic", "absolute", "identity"],
)
@pytest.mark.parametrize("sign_mask", [False, True])
def test_networks_survive_to_the_bit(file, activation, sign_mask):
    classifier = RectifierClassifier(**SMALL, activation=activation, sign_mask=sign_mask).fit(X, Y)
    loaded = again(classifier, file)
    for a, b in zip(classifier.coefs_ + classifier.intercepts_, loaded.coefs_ + loaded.intercepts_):
        np.testing.assert_array_equal(a, b)
    np.testing.assert_array_equal(loaded.predict_proba(X), classifier.predict_proba(X))
    wanted = {"hidden_layer_sizes": (12, 7), "activation": activation, "sign_mask": sign_mask}
    assert wanted.items() <= loaded.get_params().items()
    assert (loaded.n_features_in_, loaded.n_outputs_, loaded.n_layers_) == (64, 10, 4)


def test_equal_networks_give_equal_files(file):
    RectifierClassifier(**SMALL).fit(X, Y).save(file)
    first = file.read_bytes()
    save(load(file), file)
    assert file.read_bytes() == first


@pytest.mark.parametrize(
    "labels",
    [
        np.array(["setosa", "naïve 数", ""]),
        np.array(["0", "1", "10"]),
        np.array(["a", "b", "c"], dtype=object),
        np.array([0, 1, 2]),
        np.array([-7, 3, 40], np.int8),
        np.array([-1.0, 0.0, 30.0]),
        np.array([False, True]),
        np.array(["no", "yes"]),
        np.array([-1, 1]),
    ],
    ids=str,
)
def test_classes_are_labels_of_their_type(file, labels):
    y = labels[KINDS.to_numpy() % len(labels)]
    classifier = RectifierClassifier(**SMALL).fit(FRAME, y)
    loaded = again(classifier, file)
    np.testing.assert_array_equal(loaded.classes_, classifier.classes_)
    assert [type(label) for label in loaded.classes_.tolist()] == [type(label) for label in classifier.classes_.tolist()]
    np.testing.assert_array_equal(loaded.predict(FRAME), classifier.predict(FRAME))
    np.testing.assert_array_equal(loaded.predict_proba(FRAME), classifier.predict_proba(FRAME))
    np.testing.assert_array_equal(loaded.decision_function(FRAME), classifier.decision_function(FRAME))
    np.testing.assert_array_equal(loaded.feature_names_in_, classifier.feature_names_in_)


def test_regressors_survive_to_the_bit(file):
    regressor = RectifierRegressor(**SMALL).fit(X, Y)
    np.testing.assert_array_equal(again(regressor, file).predict(X), regressor.predict(X))


def test_scaled_targets_survive_to_the_bit(file):
    scaled = TransformedTargetRegressor(RectifierRegressor(**SMALL), transformer=StandardScaler())
    for estimator in (scaled, make_pipeline(StandardScaler(), scaled)):
        estimator.fit(X, 1000 + 50 * Y)
        loaded = again(estimator, file)
        np.testing.assert_array_equal(loaded.predict(X), estimator.predict(X))
    network = loaded[-1]
    network.set_params(learning_rate_init=0.01).partial_fit(loaded[0].transform(X), 1000 + 50 * Y)
    assert abs(network.predict(loaded[0].transform(X)).mean() - 1225) < 50
    save(loaded, file)
    np.testing.assert_array_equal(load(file).predict(X), loaded.predict(X))


def gaps(values):
    values = np.array(values, np.float64)
    values[::7, 1] = np.nan
    return values


@pytest.mark.parametrize("frame", [True, False])
@pytest.mark.parametrize(
    "steps",
    [
        [StandardScaler()],
        [StandardScaler(with_mean=False)],
        [StandardScaler(with_std=False)],
        [RobustScaler()],
        ["passthrough", MaxAbsScaler()],
        [SimpleImputer(strategy="median"), StandardScaler()],
        [SimpleImputer(strategy="median")],
        [ColumnTransformer([("a", StandardScaler(), [2, 1]), ("b", "passthrough", [3])])],
        [
            ColumnTransformer(
                [("a", make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), [1])], remainder="passthrough"
            )
        ],
    ],
    ids=str,
)
def test_pipelines_of_numbers_survive_to_the_bit(file, steps, frame):
    has_gaps = "SimpleImputer" in str(steps)
    x = gaps(FRAME) if has_gaps else FRAME.to_numpy()
    x = pd.DataFrame(x, columns=FRAME.columns) if frame else x
    pipeline = make_pipeline(*steps, RectifierClassifier(**SMALL)).fit(x, KINDS)
    loaded = again(pipeline, file)
    np.testing.assert_array_equal(loaded.predict_proba(x), pipeline.predict_proba(x))
    if frame:
        mixed = x[x.columns[::-1]].assign(further="text")
        np.testing.assert_array_equal(loaded.predict_proba(mixed), pipeline.predict_proba(x))
    if not has_gaps:
        with pytest.raises(ValueError, match="contains NaN"):
            loaded.predict(pd.DataFrame(gaps(x), columns=FRAME.columns) if frame else gaps(x))
    again(loaded, file)
    np.testing.assert_array_equal(load(file).predict_proba(x), pipeline.predict_proba(x))


def islands():
    """A table with a column of categories, and whether its rows are of the first kind."""
    names = np.array(["Biscoe", "Dream", "Torgersen"])[np.arange(len(FRAME)) % 3]
    return FRAME.assign(island=names), np.where(KINDS == 0, "first", "other")


def tabular():
    return make_pipeline(
        ColumnTransformer(
            [("n", StandardScaler(), list(FRAME.columns)), ("c", OneHotEncoder(handle_unknown="ignore"), ["island"])],
            sparse_threshold=0,
        ),
        RectifierClassifier(**SMALL),
    )


def test_categories_survive_to_the_bit(file):
    x, y = islands()
    pipeline = tabular().fit(x, y)
    loaded = again(pipeline, file)
    strange = x.assign(island="Anvers")
    for rows in (x, strange):
        np.testing.assert_array_equal(loaded.predict_proba(rows), pipeline.predict_proba(rows))
    assert list(loaded[0].get_feature_names_out())[-2:] == ["island=Dream", "island=Torgersen"]
    copy = pickle.loads(pickle.dumps(loaded))
    np.testing.assert_array_equal(copy.predict_proba(x), pipeline.predict_proba(x))
    with pytest.raises(ValueError, match="exactly one column named 'island'"):
        loaded.predict(FRAME)


def test_pictures_and_texts_survive_to_the_bit(file):
    pictures = make_pipeline(Preprocessing.of_pictures(8, 8, maximum=16), RectifierClassifier(**SMALL)).fit(X * 16, Y)
    np.testing.assert_array_equal(again(pictures, file).predict_proba(X * 16), pictures.predict_proba(X * 16))
    with pytest.raises(ValueError, match="from 0 to 16"):
        load(file).predict(X * 17)
    texts = ["Good, very good!", "bad", "not GOOD", "so bad it hurts"]
    terms = Preprocessing({"of": "terms", "tokeniser": "words", "terms": ["good", "bad", "not"]})
    reviews = make_pipeline(terms, RectifierClassifier(**SMALL)).fit(texts, [1, 0, 0, 0])
    np.testing.assert_array_equal(again(reviews, file).predict_proba(texts), reviews.predict_proba(texts))
    sparse = make_pipeline(Preprocessing({"of": "sparse", "base": 1, "width": 64}), RectifierClassifier(**SMALL))
    sparse.fit(sp.csr_matrix(X), Y)
    np.testing.assert_array_equal(again(sparse, file).predict_proba(X), sparse.predict_proba(X))


def odd_category():
    x, y = islands()
    return tabular().fit(x.assign(island=np.where(x["island"] == "Dream", "NA", "Biscoe")), y)


@pytest.mark.parametrize(
    "make, text",
    [
        (lambda: RectifierClassifier(**SMALL).fit(X, np.eye(10, dtype=int)[Y]), "Several labels"),
        (lambda: RectifierRegressor(**SMALL).fit(X, X[:, 20:22]), "one number"),
        (lambda: RectifierRegressor(**SMALL).fit(X, Y[:, None].astype(float)), "one dimension"),
        (lambda: make_pipeline(MinMaxScaler(), RectifierClassifier(**SMALL)).fit(X, Y), "MinMaxScaler.* cannot be saved"),
        (lambda: make_pipeline(StandardScaler(), RobustScaler(), RectifierClassifier(**SMALL)).fit(X, Y), "it follows"),
        (lambda: make_pipeline(SimpleImputer(), RectifierClassifier(**SMALL)).fit(X, Y), "median"),
        (lambda: TransformedTargetRegressor(RectifierRegressor(**SMALL), func=np.log1p, inverse_func=np.expm1).fit(X, Y),
         "single StandardScaler"),
        (odd_category, "'NA' of the column 'island'"),
        (lambda: RectifierClassifier(**SMALL).fit(FRAME.rename(columns={"petal width (cm)": " petal"}), KINDS), "spaces"),
        (lambda: StandardScaler().fit(X), "cannot be saved"),
        (lambda: RectifierClassifier(), "not fitted"),
    ],
)  # fmt: skip
def test_what_cannot_be_stated_is_refused_by_a_sentence(file, make, text):
    with pytest.raises(ValueError, match=text):
        save(make(), file)
    assert not file.exists() and not list(file.parent.iterdir())


def test_paths_are_checked(tmp_path):
    classifier = RectifierClassifier(**SMALL).fit(X, Y)
    with pytest.raises(ValueError, match="must end in '.safetensors'"):
        classifier.save(tmp_path / "network.bpk")
    with pytest.raises(ValueError, match="no file best.safetensors"):
        load(tmp_path)
    with pytest.raises(ValueError, match="is not a .safetensors file"):
        load(tmp_path / "best.bpk")
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "absent.safetensors")


def test_damaged_files_are_refused(file):
    RectifierClassifier(**SMALL).fit(FRAME, KINDS).save(file)
    whole = file.read_bytes()
    (length,) = struct.unpack("<Q", whole[:8])
    damaged = [whole[:cut] for cut in (0, 5, 8, 100, 8 + length, len(whole) - 1)]
    damaged += [struct.pack("<Q", size) + whole[8:] for size in (0, length - 1, 1 << 40, (1 << 64) - 1)]
    damaged += [whole.replace(b"rectifier", b"gelu-line"), whole.replace(b"[4,12]", b"[9,12]"), b"PK" + whole]
    damaged += [whole.replace(b'\\"integers\\"', b'\\"unknown!\\"'), whole[:-4] + struct.pack("<f", np.nan)]
    damaged += [whole.replace(b'"F32"', b'"I32"', 1), whole + b"more", pickle.dumps(print)]
    for content in damaged:
        assert content != whole
        file.write_bytes(content)
        with pytest.raises(ValueError, match="network.safetensors: .*; "):
            load(file)
    random = np.random.default_rng(0)
    for _ in range(200):
        content = bytearray(whole)
        content[random.integers(0, 8 + length)] = random.integers(0, 256)
        file.write_bytes(content)
        try:
            load(file)
        except ValueError:
            pass


def test_a_loaded_network_goes_on_learning(file):
    loaded = again(RectifierClassifier(**SMALL).fit(X, Y), file)
    before = loaded.score(X, Y)
    for _ in range(5):
        loaded.partial_fit(X, Y)
    assert loaded.score(X, Y) > before
