//! The user's choices for data that is interpreted, split or generated while loading.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// The format of the user's own data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Pictures, in a sub-folder for each class.
    Images,
    /// Pairs of idx files: images and labels.
    Idx,
    /// Tables with a column of labels or of numbers to predict.
    Csv,
    /// Sparse tables in the libsvm format.
    Libsvm,
    /// Texts with a class, stars or a polarity.
    Reviews,
}

/// The user's choices for all kinds of data sets; each data set uses only the choices for its own kind.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Choices {
    /// Choices for data sets of reviews.
    pub reviews: ReviewChoices,
    /// Choices for NISTP.
    pub nistp: NistpChoices,
    /// Choices for the user's own tables and texts.
    pub table: TableChoices,
    /// Choices for the user's own pictures and idx images.
    pub pictures: PictureChoices,
}

/// The user's choices for turning pictures into inputs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PictureChoices {
    /// The size to which all pictures are brought: each picture is scaled with the same aspect ratio to the largest
    /// size that fits, and centred on the ground. If absent, all pictures must have the same size, and pictures of more
    /// than [`MOST_PIXELS`](Self::MOST_PIXELS) pixels are shrunk to about that number of pixels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resize: Option<Size>,
    /// The ground under transparent pixels and around pictures of a different aspect ratio. If absent, the ground is
    /// guessed for pictures, and black for idx images.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ground: Option<Ground>,
    /// The planes of a picture. If absent, every picture has three planes if any picture has colour, and otherwise one
    /// plane.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub colour: Option<Colour>,
    /// The scaling of the pixels' values.
    pub scaling: Scaling,
    /// The order of the pixels in idx files.
    pub order: Order,
}

impl PictureChoices {
    /// The approximate number of pixels to which larger pictures are shrunk unless a size is chosen: 32x32, as in
    /// CIFAR-10.
    pub const MOST_PIXELS: usize = 32 * 32;
}

/// The ground under transparent pixels and around pictures of a different aspect ratio.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Ground {
    /// Brightness 0.
    Black,
    /// Brightness 255.
    White,
}

impl Ground {
    /// The brightness, 0 or 255.
    #[must_use]
    pub const fn brightness(self) -> u8 {
        match self {
            Self::Black => 0,
            Self::White => 255,
        }
    }
}

/// The planes of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Colour {
    /// One plane of brightness.
    Grey,
    /// Three planes: red, green and blue.
    Colour,
}

/// The order of the pixels in idx files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Order {
    /// Row by row.
    #[default]
    Rows,
    /// Column by column, as in EMNIST's files.
    Columns,
}

/// The scaling of the pixels' values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scaling {
    /// Mean 0 and standard deviation 1 of each plane over the training pictures.
    #[default]
    Standard,
    /// Numbers from 0 to 1.
    Unit,
    /// Numbers from -1 to 1.
    Symmetric,
}

impl Scaling {
    /// The value of a black pixel, before any standardisation.
    #[must_use]
    pub const fn lowest(self) -> f32 {
        match self {
            Self::Standard | Self::Unit => 0.0,
            Self::Symmetric => -1.0,
        }
    }
}

/// The size of a picture in pixels, written as width, "x" and height, such as "28x28".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Size {
    width: usize,
    height: usize,
}

impl Size {
    /// The largest permitted width and height, in pixels.
    pub const MAX_SIDE: usize = 4096;

    /// A size of `width` x `height` pixels; `None` unless both are from 1 to [`MAX_SIDE`](Self::MAX_SIDE).
    #[must_use]
    pub fn new(width: usize, height: usize) -> Option<Self> {
        let sides = 1..=Self::MAX_SIDE;
        (sides.contains(&width) && sides.contains(&height)).then_some(Self { width, height })
    }

    /// The width in pixels.
    #[must_use]
    pub const fn width(self) -> usize {
        self.width
    }

    /// The height in pixels.
    #[must_use]
    pub const fn height(self) -> usize {
        self.height
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}x{}", self.width, self.height)
    }
}

impl From<Size> for String {
    fn from(size: Size) -> Self {
        size.to_string()
    }
}

impl TryFrom<String> for Size {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl FromStr for Size {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let sides = text.split_once(['x', 'X']).map(|(width, height)| (width.trim().parse(), height.trim().parse()));
        let size = if let Some((Ok(width), Ok(height))) = sides { Self::new(width, height) } else { None };
        size.ok_or_else(|| {
            let most = Self::MAX_SIDE;
            format!("expected a width and a height from 1 to {most}, such as 28x28, found {text:?}")
        })
    }
}

/// The user's choices for a table: the roles of its columns, whether it has a header, and what a network learns to
/// predict.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TableChoices {
    /// The column of labels or of numbers to predict, given by its name or its number from 1. If absent, the column is
    /// guessed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// The columns that are left out of the inputs, each given by its name or its number from 1.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub drop: Vec<String>,
    /// The only columns that may be inputs, each given by its name or its number from 1; if empty, every column may be
    /// an input. In data of texts, these columns hold the texts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub only: Vec<String>,
    /// The column that groups the rows, for instance by patient, given by its name or its number from 1: rows with the
    /// same text in this column are all in the same split. The column is not an input.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// Whether the first line names the columns. If absent, this is guessed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header: Option<Header>,
    /// Whether the label is a class or a number to predict. If absent, this is guessed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task: Option<Task>,
}

/// Whether the first line of a table names its columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Header {
    /// The first line names the columns.
    Yes,
    /// The first line is an example.
    No,
}

/// What a network learns to predict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Task {
    /// The label is a class.
    Classification,
    /// The label is a number, whose value is predicted.
    Regression,
}

/// The user's choices for reviews: the size of the vocabulary, and which reviews are used for training, validation and
/// test.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ReviewChoices {
    /// The number of inputs, one for each of the most frequent terms of the training and unlabelled reviews (section
    /// 4.2 of the paper: 5,000); all terms are used if there are fewer.
    pub vocabulary: usize,
    /// The index of the validation fold, 0 to 9, among ten folds of the labelled training reviews drawn from the seed.
    /// If absent, fold 0 is used. If the files have a validation part, that part is used, and a fold cannot be chosen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fold: Option<usize>,
    /// The number of reviews of the files' labelled training part that are used with their labels, for training and, if
    /// the files have no validation part, for validation; the others are used without their labels. If absent, all
    /// reviews of the training part that are not drawn for testing are used with their labels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub labelled: Option<usize>,
    /// The number of test reviews. If absent, all reviews of the files' test part are used or, if the files have no
    /// test part, a tenth of their labelled training reviews.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub test: Option<usize>,
}

impl Default for ReviewChoices {
    fn default() -> Self {
        Self { vocabulary: 5_000, fold: None, labelled: None, test: None }
    }
}

/// The user's choices for NISTP: the sizes of the splits, and how the characters are perturbed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct NistpChoices {
    /// The number of training images in an epoch; every epoch has new images.
    pub examples: usize,
    /// The number of validation images.
    pub validation: usize,
    /// The number of test images.
    pub test: usize,
    /// The largest complexity of a perturbation, from 0 to 1.
    pub complexity: f64,
    /// The perturbations that are applied.
    pub perturbations: Perturbations,
}

/// The perturbations of characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Perturbations {
    /// Slant, thickness, affine, elastic and pinch perturbations, as in the technical report on NISTP (Bastien et al.,
    /// 2010).
    Nistp,
    /// The perturbations of the technical report except pinch, whose result the published generator discards.
    NistpWithoutPinch,
    /// The perturbations of the technical report, and the further perturbations of the report's data set P07 that need
    /// no other pictures, such as motion blur and noise.
    P07,
}

impl Default for NistpChoices {
    fn default() -> Self {
        Self {
            examples: 500_000,
            validation: 80_000,
            test: 20_000,
            complexity: perturb::MAX_COMPLEXITY,
            perturbations: Perturbations::Nistp,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_size_is_read_as_it_is_shown(width in 1..=Size::MAX_SIDE, height in 1..=Size::MAX_SIDE) {
            let size = Size::new(width, height).unwrap();
            prop_assert_eq!(size.to_string().parse(), Ok(size));
            prop_assert_eq!((size.width(), size.height()), (width, height));
        }

        #[test]
        fn any_text_is_a_size_or_refused(text in "[0-9x X-]{0,8}") {
            let read: Result<Size, String> = text.parse();
            prop_assert!(read.is_ok() || read.unwrap_err().contains("such as 28x28"));
        }
    }

    #[test]
    fn choices_of_pictures_are_read_by_their_names() {
        let read = |text: &str| serde_json::from_str::<PictureChoices>(text);
        let all = r#"{"resize":"32x24","ground":"white","colour":"grey","scaling":"symmetric","order":"columns"}"#;
        let choices = read(all).unwrap();
        assert_eq!(choices.resize, Size::new(32, 24));
        assert_eq!((choices.ground, choices.colour), (Some(Ground::White), Some(Colour::Grey)));
        assert_eq!(serde_json::to_string(&choices).unwrap(), all);
        assert_eq!(read("{}").unwrap(), PictureChoices::default());
        assert!(read(r#"{"resize":"0x5"}"#).is_err() && read(r#"{"grund":"white"}"#).is_err());
    }
}
