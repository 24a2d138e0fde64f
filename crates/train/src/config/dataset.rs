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
        /// The name of the data set; `train data list` lists all data sets. The name has no effect if data.format is
        /// set.
        dataset: String = "digits".to_owned(), Kind::Text("the name of a data set");
        /// The folder of the data set's files, or of your own data. By default, the cache folder, to which data sets
        /// are downloaded, is used.
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
        /// The probability with which each image of each split is replaced by its negative. The choice of images is
        /// drawn once, from the seed.
        #[serde(skip_serializing_if = "is_zero")]
        invert: f64 = 0.0, Kind::Number(Number::UpTo(1.0)), read_by: Some("data sets of stored images");
        /// The range to which the bytes of stored images are scaled. By default, that of the paper: [-1, 1] for NORB,
        /// [0, 1] for all other data sets.
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
        /// How many images of characters are generated, and how the characters are perturbed.
        #[serde(skip_serializing_if = "is_default")]
        nistp: NistpChoices = NistpChoices::default(), Kind::Table(NISTP), read_by: Some(NISTP_DATA);
    }
}

impl DataConfig {
    /// The settings of `[data.reviews]`, `[data.nistp]`, `[data.table]` and `[data.pictures]`, as they are passed to
    /// the functions that load data.
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

/// The data sets to which the settings in [`REVIEWS`] apply.
pub(super) const REVIEW_DATA: &str = "data sets of reviews (imdb, or data.format = \"reviews\")";
/// The data to which the settings in [`PICTURES`] apply.
pub(super) const PICTURE_DATA: &str = "your own pictures (data.format = \"images\" or \"idx\")";
/// The data to which the settings in [`TABLE`] apply.
pub(super) const TABLE_DATA: &str = "your own tables (data.format = \"csv\")";
/// The data sets to which the settings in [`NISTP`] apply.
pub(super) const NISTP_DATA: &str = "the data sets nistp and nistp36";

/// The entries that `data.subset` may have: one for each variant of [`Subset`].
const SUBSET: &[Setting] = &[
    Setting {
        name: "fraction",
        sentence: "The fraction of the examples of each class. The number of examples is rounded, and is at least 1.",
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
        sentence: "The number, from 0 to 9, of the fold that is the validation set. The seed divides the labelled \
                   training reviews into ten folds. By default, fold 0 is the validation set.",
        kind: Kind::Whole(0, 9),
        example: Some("0"),
        ..Setting::PLAIN
    },
    Setting {
        name: "labelled",
        sentence: "The number of reviews whose labels are used in training and validation; all other reviews are used \
                   only in pre-training. By default, all labels are used.",
        kind: Kind::Whole(10, UNBOUNDED),
        example: Some("10000"),
        also: &["labeled"],
        ..Setting::PLAIN
    },
    Setting {
        name: "test",
        sentence: "The number of test reviews. By default, the whole test set of the data is used, or a tenth of the \
                   labelled reviews if the data have no test set.",
        kind: Kind::Whole(1, UNBOUNDED),
        example: Some("1000"),
        ..Setting::PLAIN
    },
];

/// The settings of [`PictureChoices`].
const PICTURES: &[Setting] = &[
    Setting {
        name: "resize",
        sentence: "The width and height, in pixels, to which every picture is fitted: the aspect ratio is kept, and \
                   the picture is centred on the background. By default, all pictures must have the same size, and \
                   large pictures are shrunk.",
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
        sentence: "The colour channels of each picture. By default, there are three if any \
                   picture is in colour, or else one.",
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
        sentence: "The column of labels, or of numbers to predict, given by name or by number, counted from 1. By \
                   default, it is the column called label, class, target or y, or else the last column.",
        kind: Kind::Text(COLUMN),
        example: Some("\"species\""),
        ..Setting::PLAIN
    },
    Setting {
        name: "drop",
        sentence: "The columns that are not used as inputs.",
        kind: Kind::List { of: &Kind::Text(COLUMN), entries: (0, MAX_COLUMNS) },
        default: || Some(Value::Array(Vec::new())),
        ..Setting::PLAIN
    },
    Setting {
        name: "only",
        sentence: "The only columns that are used as inputs. An empty list means all columns.",
        kind: Kind::List { of: &Kind::Text(COLUMN), entries: (0, MAX_COLUMNS) },
        default: || Some(Value::Array(Vec::new())),
        ..Setting::PLAIN
    },
    Setting {
        name: "group",
        sentence: "A column that groups rows: all rows with the same value, such as those of one patient, are in the \
                   same split. The column is not an input.",
        kind: Kind::Text(COLUMN),
        example: Some("\"patient\""),
        ..Setting::PLAIN
    },
    Setting {
        name: "header",
        sentence: "Whether the first line names the columns. By default, this is decided by \
                   comparing the first line with the other lines.",
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
        sentence: "The number of training images in an epoch; every epoch has new images.",
        kind: Kind::Whole(1, 100_000_000),
        default: || Value::try_from(NistpChoices::default().examples).ok(),
        ..Setting::PLAIN
    },
    Setting {
        name: "validation",
        sentence: "The number of validation images, which are the same for every seed.",
        kind: Kind::Whole(1, 1_000_000),
        default: || Value::try_from(NistpChoices::default().validation).ok(),
        ..Setting::PLAIN
    },
    Setting {
        name: "test",
        sentence: "The number of test images, which are the same for every seed.",
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
        choice("reviews", "texts with star ratings, or with labels such as positive and negative")
            .also(&["text", "texts"]),
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
        choice("standard", "each colour plane has mean 0 and standard deviation 1 over the training pictures"),
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
        choice("regression", "the label is a number to predict").also(&["regress", "number"]),
    ];
    choices(names::of::<Task>(), NOTES)
}

fn ranges() -> Vec<Choice> {
    const NOTES: &[Choice] = &[choice("unit", "numbers from 0 to 1"), choice("symmetric", "numbers from -1 to 1")];
    choices(names::of::<Range>(), NOTES)
}

fn perturbations() -> Vec<Choice> {
    const NOTES: &[Choice] = &[
        choice("nistp", "slant, thickness, affine transformation, elastic distortion and pinch"),
        choice("nistp-without-pinch", "like nistp, but without pinch, whose result the published generator discards"),
        choice("p07", "like nistp, with those kinds of noise of P07 that need no further pictures"),
    ];
    choices(names::of::<Perturbations>(), NOTES)
}
