//! `[data]`: the examples to train and test on.

use super::setting::{Choice, Kind, Number, Setting, UNBOUNDED, choice, choices, table};
use super::{is_default, is_zero, names};
use data::{
    Choices, Colour, Format, Ground, Header, NistpChoices, Order, Perturbations, PictureChoices, Range, ReviewChoices,
    Scaling, Subset, TableChoices, Task,
};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use toml::Value;

table! {
    /// The settings of `[data]`.
    pub struct DataConfig {
        /// The data set; `train data list` lists all data sets. Not read if data.format is set.
        dataset: String = "digits".to_owned(), Kind::Text("the name of a data set");
        /// The folder of the data set's files. By default, a cache folder, filled by downloads.
        #[serde(skip_serializing_if = "Option::is_none")]
        dir: Option<PathBuf> = None, Kind::Text("the path of a folder"), example: Some("\"photos\"");
        /// The format of your own data in data.dir. If it is not set, data.dataset says which data are used.
        #[serde(skip_serializing_if = "Option::is_none")]
        format: Option<Format> = None, Kind::Choice(formats), example: Some("\"images\"");
        /// The subset of the training examples to learn from; fraction and per-class draw it from the seed. By default,
        /// all examples are used. The validation and test sets stay whole.
        #[serde(skip_serializing_if = "Option::is_none")]
        subset: Option<Subset> = None, Kind::OneOf(SUBSET), example: Some("{ per-class = 10 }"),
            read_by: Some("all data sets but nistp and nistp36");
        /// The probability with which each image of each split is replaced by its negative, drawn once from the seed.
        #[serde(skip_serializing_if = "is_zero")]
        invert: f64 = 0.0, Kind::Number(Number::UpTo(1.0)), read_by: Some("data sets of stored images");
        /// The range to which the bytes of stored images are scaled. By default, that of the paper: [-1, 1] for NORB,
        /// [0, 1] for others.
        #[serde(skip_serializing_if = "Option::is_none")]
        range: Option<Range> = None, Kind::Choice(ranges), example: Some("\"symmetric\""),
            read_by: Some("data sets of stored images");
        /// The vocabulary and the splits of reviews.
        #[serde(skip_serializing_if = "is_default")]
        reviews: ReviewChoices = ReviewChoices::default(), Kind::Table(REVIEWS), read_by: Some(REVIEW_DATA);
        /// How your own pictures become inputs.
        #[serde(skip_serializing_if = "is_default")]
        pictures: PictureChoices = PictureChoices::default(), Kind::Table(PICTURES), read_by: Some(PICTURE_DATA);
        /// The columns of your own table.
        #[serde(skip_serializing_if = "is_default")]
        table: TableChoices = TableChoices::default(), Kind::Table(TABLE), read_by: Some(TABLE_DATA);
        /// How many characters are drawn, and how they are perturbed.
        #[serde(skip_serializing_if = "is_default")]
        nistp: NistpChoices = NistpChoices::default(), Kind::Table(NISTP), read_by: Some(NISTP_DATA);
    }
}

impl DataConfig {
    /// The choices for data sets that are counted, split or generated while loading.
    #[must_use]
    pub fn choices(&self) -> Choices {
        Choices {
            reviews: self.reviews.clone(),
            nistp: self.nistp.clone(),
            table: self.table.clone(),
            pictures: self.pictures.clone(),
        }
    }
}

/// The data sets that read the settings in [`REVIEWS`].
pub(super) const REVIEW_DATA: &str = "data sets of reviews (imdb, or data.format = \"reviews\")";
/// The data that read [`PICTURES`].
pub(super) const PICTURE_DATA: &str = "your own pictures (data.format = \"images\" or \"idx\")";
/// The data that read [`TABLE`].
pub(super) const TABLE_DATA: &str = "your own tables (data.format = \"csv\")";
/// The data sets that read the settings in [`NISTP`].
pub(super) const NISTP_DATA: &str = "the data sets nistp and nistp36";

/// The forms of [`Subset`].
const SUBSET: &[Setting] = &[
    Setting {
        name: "fraction",
        sentence: "The fraction of each class, rounded, but at least one example.",
        kind: Kind::Number(Number::PositiveUpTo(1.0)),
        example: Some("0.01"),
        ..Setting::PLAIN
    },
    Setting {
        name: "per-class",
        sentence: "The number of examples of each class.",
        kind: Kind::Whole(1, UNBOUNDED),
        example: Some("10"),
        ..Setting::PLAIN
    },
    Setting {
        name: "first",
        sentence: "The number of examples from the beginning, in stored order.",
        kind: Kind::Whole(1, UNBOUNDED),
        example: Some("100"),
        ..Setting::PLAIN
    },
];

/// The settings of [`ReviewChoices`].
const REVIEWS: &[Setting] = &[
    Setting {
        name: "vocabulary",
        sentence: "The number of inputs: the most frequent terms of the training texts (section 4.2: 5,000).",
        kind: Kind::Whole(1, 1_000_000),
        default: || Value::try_from(ReviewChoices::default().vocabulary).ok(),
        ..Setting::PLAIN
    },
    Setting {
        name: "fold",
        sentence: "Which of ten folds of the labelled training reviews, drawn from the seed, is the validation set. By \
                   default, fold 0.",
        kind: Kind::Whole(0, 9),
        example: Some("0"),
        ..Setting::PLAIN
    },
    Setting {
        name: "labelled",
        sentence: "The number of reviews whose labels are used in training and validation; the others serve \
                   pre-training only. By default, all labels are used.",
        kind: Kind::Whole(10, UNBOUNDED),
        example: Some("10000"),
        also: &["labeled"],
        ..Setting::PLAIN
    },
    Setting {
        name: "test",
        sentence: "The number of test reviews. By default, all of the data's own test set, or else a tenth of the \
                   reviews.",
        kind: Kind::Whole(1, UNBOUNDED),
        example: Some("1000"),
        ..Setting::PLAIN
    },
];

/// The settings of [`PictureChoices`].
const PICTURES: &[Setting] = &[
    Setting {
        name: "resize",
        sentence: "The size, in pixels, into which every picture is fitted: each keeps its aspect ratio and is centred \
                   on the background. By default, all pictures must have one size, and large ones are shrunk.",
        kind: Kind::Text("a width and a height such as \"28x28\""),
        example: Some("\"28x28\""),
        ..Setting::PLAIN
    },
    Setting {
        name: "ground",
        sentence: "The background under transparent pixels and around pictures of a different aspect ratio. By \
                   default, it is guessed from the pictures.",
        kind: Kind::Choice(grounds),
        example: Some("\"white\""),
        ..Setting::PLAIN
    },
    Setting {
        name: "colour",
        sentence: "The colour channels of each picture. By default, three if any picture is in colour, or else one.",
        kind: Kind::Choice(colours),
        example: Some("\"grey\""),
        also: &["color"],
        ..Setting::PLAIN
    },
    Setting {
        name: "scaling",
        sentence: "How the values of the pixels are scaled.",
        kind: Kind::Choice(scalings),
        default: || Value::try_from(Scaling::default()).ok(),
        ..Setting::PLAIN
    },
    Setting {
        name: "order",
        sentence: "The order of the pixels in idx files.",
        kind: Kind::Choice(orders),
        default: || Value::try_from(Order::default()).ok(),
        ..Setting::PLAIN
    },
];

/// The settings of [`TableChoices`].
const TABLE: &[Setting] = &[
    Setting {
        name: "label",
        sentence: "The column of labels, or of the numbers to predict, by its name or its number from 1. By default, \
                   the column called label, class, target or y, or else the last one.",
        kind: Kind::Text(COLUMN),
        example: Some("\"species\""),
        ..Setting::PLAIN
    },
    Setting {
        name: "drop",
        sentence: "Columns that are not inputs.",
        kind: Kind::List { of: &Kind::Text(COLUMN), entries: (0, MAX_COLUMNS) },
        default: || Some(Value::Array(Vec::new())),
        ..Setting::PLAIN
    },
    Setting {
        name: "only",
        sentence: "The only columns that are inputs. An empty list means all columns.",
        kind: Kind::List { of: &Kind::Text(COLUMN), entries: (0, MAX_COLUMNS) },
        default: || Some(Value::Array(Vec::new())),
        ..Setting::PLAIN
    },
    Setting {
        name: "group",
        sentence: "A column that groups rows: all rows with the same value, such as those of one patient, are in the \
                   same split. It is not an input.",
        kind: Kind::Text(COLUMN),
        example: Some("\"patient\""),
        ..Setting::PLAIN
    },
    Setting {
        name: "header",
        sentence: "Whether the first line names the columns. By default, the first line is compared with the others.",
        kind: Kind::Choice(headers),
        example: Some("\"yes\""),
        ..Setting::PLAIN
    },
    Setting {
        name: "task",
        sentence: "Whether the label is a class or a number to predict. By default, texts are classes, and so are \
                   numbers with few distinct values.",
        kind: Kind::Choice(tasks),
        example: Some("\"regression\""),
        ..Setting::PLAIN
    },
];

/// The largest number of columns in a list.
const MAX_COLUMNS: usize = 100_000;

const COLUMN: &str = "the name of a column";

/// The settings of [`NistpChoices`].
const NISTP: &[Setting] = &[
    Setting {
        name: "examples",
        sentence: "Training images in an epoch; every epoch has new images.",
        kind: Kind::Whole(1, 100_000_000),
        default: || Value::try_from(NistpChoices::default().examples).ok(),
        ..Setting::PLAIN
    },
    Setting {
        name: "validation",
        sentence: "Validation images, the same for every seed.",
        kind: Kind::Whole(1, 1_000_000),
        default: || Value::try_from(NistpChoices::default().validation).ok(),
        ..Setting::PLAIN
    },
    Setting {
        name: "test",
        sentence: "Test images, the same for every seed.",
        kind: Kind::Whole(1, 1_000_000),
        default: || Value::try_from(NistpChoices::default().test).ok(),
        ..Setting::PLAIN
    },
    Setting {
        name: "complexity",
        sentence: "The largest complexity of a perturbation.",
        kind: Kind::Number(Number::UpTo(1.0)),
        default: || Value::try_from(NistpChoices::default().complexity).ok(),
        ..Setting::PLAIN
    },
    Setting {
        name: "perturbations",
        sentence: "The perturbations of the characters.",
        kind: Kind::Choice(perturbations),
        default: || Value::try_from(NistpChoices::default().perturbations).ok(),
        ..Setting::PLAIN
    },
];

fn formats() -> Vec<Choice> {
    const NOTES: &[Choice] = &[
        choice("images", "a sub-folder of pictures for each class").also(&["pictures", "folder", "png", "jpeg"]),
        choice("idx", "pairs of idx files of images and labels").also(&["mnist"]),
        choice("csv", "CSV tables with a column of labels or of numbers to predict").also(&["table"]),
        choice("libsvm", "libsvm tables").also(&["svmlight", "svm"]),
        choice("reviews", "texts with stars or a polarity").also(&["text", "texts"]),
    ];
    choices(names::of::<Format>(), NOTES)
}

fn grounds() -> Vec<Choice> {
    const NOTES: &[Choice] = &[choice("black", "brightness 0"), choice("white", "the largest brightness")];
    choices(names::of::<Ground>(), NOTES)
}

fn colours() -> Vec<Choice> {
    const NOTES: &[Choice] = &[
        choice("grey", "one plane of brightness").also(&["gray"]),
        choice("colour", "planes of red, green and blue").also(&["color", "rgb"]),
    ];
    choices(names::of::<Colour>(), NOTES)
}

fn orders() -> Vec<Choice> {
    const NOTES: &[Choice] = &[choice("rows", "row by row"), choice("columns", "column by column, as in EMNIST")];
    choices(names::of::<Order>(), NOTES)
}

fn scalings() -> Vec<Choice> {
    const NOTES: &[Choice] = &[
        choice("standard", "mean 0 and standard deviation 1 of each plane over the training pictures"),
        choice("unit", "numbers from 0 to 1"),
        choice("symmetric", "numbers from -1 to 1"),
    ];
    choices(names::of::<Scaling>(), NOTES)
}

fn headers() -> Vec<Choice> {
    const NOTES: &[Choice] =
        &[choice("yes", "the first line names the columns"), choice("no", "the first line is an example")];
    choices(names::of::<Header>(), NOTES)
}

fn tasks() -> Vec<Choice> {
    const NOTES: &[Choice] = &[
        choice("classification", "the label names a class").also(&["classify", "classes"]),
        choice("regression", "the label is a number, whose value is predicted").also(&["regress", "number"]),
    ];
    choices(names::of::<Task>(), NOTES)
}

fn ranges() -> Vec<Choice> {
    const NOTES: &[Choice] = &[choice("unit", "numbers from 0 to 1"), choice("symmetric", "numbers from -1 to 1")];
    choices(names::of::<Range>(), NOTES)
}

fn perturbations() -> Vec<Choice> {
    const NOTES: &[Choice] = &[
        choice("nistp", "slant, thickness, affine, elastic and pinch"),
        choice("nistp-without-pinch", "as nistp, but without pinch, whose result the published generator discards"),
        choice("p07", "as nistp, and also those kinds of P07's noise that need no other pictures"),
    ];
    choices(names::of::<Perturbations>(), NOTES)
}
