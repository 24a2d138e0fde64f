//! The entries of the two published versions of NORB.

use super::NorbParts;
use crate::Shape;
use crate::entry::{Content, Entry};
use crate::file::{Checksum, File};

/// The three files of one part of the jittered-cluttered set. Their lengths and checksums were not published.
macro_rules! jittered {
    ($stem:literal) => {
        part!($stem, Checksum::Gzip, Checksum::Gzip, Checksum::Gzip)
    };
}

/// The three files of one part of the small set, with their MD5 checksums.
macro_rules! small {
    ($stem:literal, $dat:literal, $cat:literal, $info:literal) => {
        part!($stem, Checksum::Md5($dat), Checksum::Md5($cat), Checksum::Md5($info))
    };
}

macro_rules! part {
    ($stem:literal, $dat:expr, $cat:expr, $info:expr) => {
        [
            file(concat!($stem, "-dat.mat.gz"), concat!($stem, "-dat.mat"), $dat),
            file(concat!($stem, "-cat.mat.gz"), concat!($stem, "-cat.mat"), $cat),
            file(concat!($stem, "-info.mat.gz"), concat!($stem, "-info.mat"), $info),
        ]
    };
}

const fn file(name: &'static str, unpacked: &'static str, checksum: Checksum) -> File {
    File { name, unpacked, bytes: None, checksum, sizes: &[] }
}

/// The five classes of objects, and the class of images without an object.
const CLASSES: &[&str] = &["animal", "human", "plane", "truck", "car", "none"];

/// NORB as in the paper: jittered objects on cluttered backgrounds, 2x108x108 reduced to 2x32x32, scaled to [-1, 1].
pub const NORB: Entry = Entry {
    name: "norb",
    folder: "norb",
    title: "NORB, jittered-cluttered",
    licence: "free for research with citation",
    citation: "Y. LeCun, F. J. Huang and L. Bottou, Learning methods for generic object recognition with invariance to \
               pose and lighting, CVPR 2004, https://cs.nyu.edu/~ylclab/data/norb-v1.0/",
    shape: Some(Shape { channels: 2, height: 32, width: 32 }),
    form: None,
    classes: 6,
    class_names: CLASSES,
    train: 233_172,
    validation: 58_428,
    test: 58_320,
    content: Content::Files(&JITTERED),
};

/// The small version of NORB, which the paper does not use: centred objects on uniform backgrounds, 2x96x96 reduced to
/// 2x32x32, scaled to [-1, 1].
pub const SMALL_NORB: Entry = Entry {
    name: "small-norb",
    folder: "small-norb",
    title: "small NORB, normalised-uniform",
    citation: "Y. LeCun, F. J. Huang and L. Bottou, Learning methods for generic object recognition with invariance to \
               pose and lighting, CVPR 2004, https://cs.nyu.edu/~ylclab/data/norb-v1.0-small/",
    classes: 5,
    class_names: CLASSES.split_at(5).0,
    train: 19_440,
    validation: 4_860,
    test: 24_300,
    content: Content::Files(&SMALL),
    ..NORB
};

const JITTERED: NorbParts =
    NorbParts { parts: JITTERED_FILES, training_parts: 10, mirrors: &["https://cs.nyu.edu/~ylclab/data/norb-v1.0/"] };

const SMALL: NorbParts =
    NorbParts { parts: SMALL_FILES, training_parts: 1, mirrors: &["https://cs.nyu.edu/~ylclab/data/norb-v1.0-small/"] };

const JITTERED_FILES: &[[File; 3]] = &[
    jittered!("norb-5x46789x9x18x6x2x108x108-training-01"),
    jittered!("norb-5x46789x9x18x6x2x108x108-training-02"),
    jittered!("norb-5x46789x9x18x6x2x108x108-training-03"),
    jittered!("norb-5x46789x9x18x6x2x108x108-training-04"),
    jittered!("norb-5x46789x9x18x6x2x108x108-training-05"),
    jittered!("norb-5x46789x9x18x6x2x108x108-training-06"),
    jittered!("norb-5x46789x9x18x6x2x108x108-training-07"),
    jittered!("norb-5x46789x9x18x6x2x108x108-training-08"),
    jittered!("norb-5x46789x9x18x6x2x108x108-training-09"),
    jittered!("norb-5x46789x9x18x6x2x108x108-training-10"),
    jittered!("norb-5x01235x9x18x6x2x108x108-testing-01"),
    jittered!("norb-5x01235x9x18x6x2x108x108-testing-02"),
];

const SMALL_FILES: &[[File; 3]] = &[
    small!(
        "smallnorb-5x46789x9x18x6x2x96x96-training",
        "66054832f9accfe74a0f4c36a75bc0a2",
        "23c8b86101fbf0904a000b43d3ed2fd9",
        "51dee1210a742582ff607dfd94e332e3"
    ),
    small!(
        "smallnorb-5x01235x9x18x6x2x96x96-testing",
        "e4ad715691ed5a3a5f138751a4ceb071",
        "5aa791cd7e6016cf957ce9bdb93b8603",
        "a9454f3864d7fd4bb3ea7fc3eb84924e"
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_of_norb_are_the_three_of_each_part() {
        for (entry, content, counts) in [(NORB, JITTERED, (10, 2)), (SMALL_NORB, SMALL, (1, 1))] {
            let NorbParts { parts, training_parts, .. } = content;
            assert_eq!((training_parts, parts.len() - training_parts), counts);
            assert_eq!(entry.files().len(), 3 * parts.len());
            for (k, files) in parts.iter().enumerate() {
                let kind = if k < training_parts { "-training-" } else { "-testing-" };
                for (file, ending) in files.iter().zip(["dat.mat.gz", "cat.mat.gz", "info.mat.gz"]) {
                    assert!(file.name.contains(kind) && file.name.ends_with(ending), "{}", file.name);
                    assert_eq!(file.name.strip_suffix(".gz"), Some(file.unpacked));
                }
            }
        }
    }
}
