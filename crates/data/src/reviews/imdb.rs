//! IMDB, the Large Movie Review Dataset, as an entry of the catalogue.

use super::ReviewArchive;
use crate::entry::{Content, Entry};
use crate::file::{Checksum, File};

/// The Large Movie Review Dataset: film reviews with 1 to 4 or 7 to 10 stars.
pub const IMDB: Entry = Entry {
    name: "imdb",
    folder: "imdb",
    title: "Large Movie Review Dataset",
    licence: "free for research with citation",
    citation: "A. Maas, R. Daly, P. Pham, D. Huang, A. Ng and C. Potts, Learning word vectors for sentiment analysis, ACL \
               2011, https://ai.stanford.edu/~amaas/data/sentiment/",
    shape: None,
    form: None,
    classes: 8,
    class_names: &["1", "2", "3", "4", "7", "8", "9", "10"],
    train: 22_500,
    validation: 2_500,
    test: 25_000,
    content: Content::Files(&ReviewArchive {
        archive: File {
            name: "aclImdb_v1.tar.gz",
            unpacked: "aclImdb",
            bytes: Some(84_125_825),
            checksum: Checksum::Md5("7c2ac02c03563afcf9b574c7e56c153a"),
            sizes: &[],
        },
        mirrors: &["https://ai.stanford.edu/~amaas/data/sentiment/", "http://ai.stanford.edu/~amaas/data/sentiment/"],
    }),
};
