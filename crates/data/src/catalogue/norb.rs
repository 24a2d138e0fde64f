//! The two publications of NORB.

use super::{Checksum, Content, Edition, Entry, File};
use crate::Shape;

/// A file of the jittered-cluttered set: neither lengths nor checksums were published.
macro_rules! jittered {
    ($stem:literal) => {
        file(concat!($stem, ".mat.gz"), concat!($stem, ".mat"), Checksum::Gzip)
    };
}

/// A file of the small set.
macro_rules! small {
    ($stem:literal, $md5:literal) => {
        file(concat!($stem, ".mat.gz"), concat!($stem, ".mat"), Checksum::Md5($md5))
    };
}

const fn file(name: &'static str, unpacked: &'static str, checksum: Checksum) -> File {
    File { name, unpacked, bytes: None, checksum, sizes: &[] }
}

/// NORB as the paper has it: jittered objects on cluttered ground, 2x108x108 reduced to 2x32x32, scaled to [-1, 1].
pub const NORB: Entry = Entry {
    name: "norb",
    folder: "norb",
    title: "NORB, jittered-cluttered",
    licence: "free for research with citation",
    citation: "Y. LeCun, F. J. Huang and L. Bottou, Learning methods for generic object recognition with invariance to \
               pose and lighting, CVPR 2004, https://cs.nyu.edu/~ylclab/data/norb-v1.0/",
    shape: Some(Shape { channels: 2, height: 32, width: 32 }),
    classes: 6,
    train: 233_172,
    validation: 58_428,
    test: 58_320,
    content: Content::Norb {
        edition: Edition::JitteredCluttered,
        files: JITTERED,
        mirrors: &["https://cs.nyu.edu/~ylclab/data/norb-v1.0/"],
    },
};

/// NORB in its small edition: centred objects on even ground, 2x96x96 reduced likewise. Not the paper's set.
pub const SMALL_NORB: Entry = Entry {
    name: "small-norb",
    folder: "small-norb",
    title: "small NORB, normalised-uniform",
    citation: "Y. LeCun, F. J. Huang and L. Bottou, Learning methods for generic object recognition with invariance to \
               pose and lighting, CVPR 2004, https://cs.nyu.edu/~ylclab/data/norb-v1.0-small/",
    classes: 5,
    train: 19_440,
    validation: 4_860,
    test: 24_300,
    content: Content::Norb {
        edition: Edition::Small,
        files: SMALL,
        mirrors: &["https://cs.nyu.edu/~ylclab/data/norb-v1.0-small/"],
    },
    ..NORB
};

const JITTERED: &[File] = &[
    jittered!("norb-5x46789x9x18x6x2x108x108-training-01-dat"),
    jittered!("norb-5x46789x9x18x6x2x108x108-training-01-cat"),
    jittered!("norb-5x46789x9x18x6x2x108x108-training-01-info"),
    jittered!("norb-5x46789x9x18x6x2x108x108-training-02-dat"),
    jittered!("norb-5x46789x9x18x6x2x108x108-training-02-cat"),
    jittered!("norb-5x46789x9x18x6x2x108x108-training-02-info"),
    jittered!("norb-5x46789x9x18x6x2x108x108-training-03-dat"),
    jittered!("norb-5x46789x9x18x6x2x108x108-training-03-cat"),
    jittered!("norb-5x46789x9x18x6x2x108x108-training-03-info"),
    jittered!("norb-5x46789x9x18x6x2x108x108-training-04-dat"),
    jittered!("norb-5x46789x9x18x6x2x108x108-training-04-cat"),
    jittered!("norb-5x46789x9x18x6x2x108x108-training-04-info"),
    jittered!("norb-5x46789x9x18x6x2x108x108-training-05-dat"),
    jittered!("norb-5x46789x9x18x6x2x108x108-training-05-cat"),
    jittered!("norb-5x46789x9x18x6x2x108x108-training-05-info"),
    jittered!("norb-5x46789x9x18x6x2x108x108-training-06-dat"),
    jittered!("norb-5x46789x9x18x6x2x108x108-training-06-cat"),
    jittered!("norb-5x46789x9x18x6x2x108x108-training-06-info"),
    jittered!("norb-5x46789x9x18x6x2x108x108-training-07-dat"),
    jittered!("norb-5x46789x9x18x6x2x108x108-training-07-cat"),
    jittered!("norb-5x46789x9x18x6x2x108x108-training-07-info"),
    jittered!("norb-5x46789x9x18x6x2x108x108-training-08-dat"),
    jittered!("norb-5x46789x9x18x6x2x108x108-training-08-cat"),
    jittered!("norb-5x46789x9x18x6x2x108x108-training-08-info"),
    jittered!("norb-5x46789x9x18x6x2x108x108-training-09-dat"),
    jittered!("norb-5x46789x9x18x6x2x108x108-training-09-cat"),
    jittered!("norb-5x46789x9x18x6x2x108x108-training-09-info"),
    jittered!("norb-5x46789x9x18x6x2x108x108-training-10-dat"),
    jittered!("norb-5x46789x9x18x6x2x108x108-training-10-cat"),
    jittered!("norb-5x46789x9x18x6x2x108x108-training-10-info"),
    jittered!("norb-5x01235x9x18x6x2x108x108-testing-01-dat"),
    jittered!("norb-5x01235x9x18x6x2x108x108-testing-01-cat"),
    jittered!("norb-5x01235x9x18x6x2x108x108-testing-01-info"),
    jittered!("norb-5x01235x9x18x6x2x108x108-testing-02-dat"),
    jittered!("norb-5x01235x9x18x6x2x108x108-testing-02-cat"),
    jittered!("norb-5x01235x9x18x6x2x108x108-testing-02-info"),
];

const SMALL: &[File] = &[
    small!("smallnorb-5x46789x9x18x6x2x96x96-training-dat", "66054832f9accfe74a0f4c36a75bc0a2"),
    small!("smallnorb-5x46789x9x18x6x2x96x96-training-cat", "23c8b86101fbf0904a000b43d3ed2fd9"),
    small!("smallnorb-5x46789x9x18x6x2x96x96-training-info", "51dee1210a742582ff607dfd94e332e3"),
    small!("smallnorb-5x01235x9x18x6x2x96x96-testing-dat", "e4ad715691ed5a3a5f138751a4ceb071"),
    small!("smallnorb-5x01235x9x18x6x2x96x96-testing-cat", "5aa791cd7e6016cf957ce9bdb93b8603"),
    small!("smallnorb-5x01235x9x18x6x2x96x96-testing-info", "a9454f3864d7fd4bb3ea7fc3eb84924e"),
];
