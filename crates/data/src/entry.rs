//! What the catalogue says of a data set, and what a kind of content has to do for it.

use crate::cache::Locations;
use crate::choices::Choices;
use crate::examples::{DataSet, Splits};
use crate::file::File;
use crate::progress::Progress;
use crate::{Error, Shape};
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::path::Path;

/// A data set of the catalogue.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The name on the command line.
    pub name: &'static str,
    /// The folder of its files in a cache; sets that split the same files differently share it.
    pub folder: &'static str,
    /// The name that its authors gave it.
    pub title: &'static str,
    /// The terms under which it may be used.
    pub licence: &'static str,
    /// Who made it, and where it was published.
    pub citation: &'static str,
    /// The size of an image; `None` when the inputs are not images.
    pub shape: Option<Shape>,
    /// The number of classes; labels are `0..classes`.
    pub classes: usize,
    /// The names of the classes, `[classes]`.
    pub class_names: &'static [&'static str],
    /// The number of training examples.
    pub train: usize,
    /// The number of validation examples; which ones these are depends on the content.
    pub validation: usize,
    /// The number of test examples.
    pub test: usize,
    /// Where the examples come from.
    pub content: Content,
}

/// Where the examples of a data set come from.
#[derive(Clone, Copy, Debug)]
pub enum Content {
    /// The program itself: a function of the seed.
    Embedded(fn(u64) -> DataSet),
    /// Files, of a kind that knows how to check and read them.
    Files(&'static dyn Kind),
}

/// A kind of content: what files it consists of, how they are checked, and how they become examples. A new kind is one
/// implementation in its own file.
pub trait Kind: Debug + Sync {
    /// Its own files; empty when it is made from other sets.
    fn files(&self) -> &[File];

    /// Folders on the web that hold the files, the best first.
    fn mirrors(&self) -> &'static [&'static str];

    /// The sets that it is made from; empty when it has files of its own.
    fn sources(&self) -> &'static [&'static Entry] {
        &[]
    }

    /// Whether the seed of a run draws some of its splits, or its images.
    fn is_drawn(&self) -> bool {
        false
    }

    /// Whether its inputs are stored as dense rows: neither bags of words nor images made on demand.
    fn is_dense(&self) -> bool {
        true
    }

    /// The table of [`Choices`](crate::Choices) that it reads, "reviews" or "nistp", if any.
    fn choices(&self) -> Option<&'static str> {
        None
    }

    /// Whether `folder` holds the files of its archive one by one.
    fn lies_in(&self, _folder: &Path) -> bool {
        false
    }

    /// Loads the set, whose files are all present.
    ///
    /// # Errors
    /// [`Error::Checksum`], and those of the format.
    fn load(&self, loading: &mut Loading<'_>) -> Result<DataSet, Error>;

    /// Checks `file`, found at `path` as published or unpacked. Returns the SHA-256 of the bytes as stored, or of a
    /// folder that of the list of its files' names and checksums; lower-case hexadecimal.
    ///
    /// # Errors
    /// What is wrong with it.
    fn verify(&self, file: &File, path: &Path, place: Place<'_>) -> Result<String, Error>;
}

/// A data set, and where its files are looked for.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The data set.
    pub entry: &'a Entry,
    /// Where its files are looked for.
    pub locations: &'a Locations,
}

/// Everything that loading a data set depends on.
pub struct Loading<'a> {
    /// The data set and where its files are.
    pub place: Place<'a>,
    /// Whether missing files may be downloaded.
    pub access: Access,
    /// What the user chose for sets that are counted, split or made while loading.
    pub choices: &'a Choices,
    /// Draws the splits that are drawn.
    pub seed: u64,
    /// Hears of downloads.
    pub progress: &'a mut dyn FnMut(Progress),
}

/// Whether the network may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Missing files are downloaded.
    Online,
    /// Missing files are an error.
    Offline,
}

impl Entry {
    /// The sets that have its files: itself, or those that it is made from.
    #[must_use]
    pub fn sources(&self) -> Vec<&Self> {
        match self.content {
            Content::Files(kind) if !kind.sources().is_empty() => kind.sources().to_vec(),
            Content::Files(_) | Content::Embedded(_) => vec![self],
        }
    }

    /// Whether it is part of the program and needs no files.
    #[must_use]
    pub fn is_embedded(&self) -> bool {
        matches!(self.content, Content::Embedded(_))
    }

    /// Whether the seed of a run draws some of its splits, or its images.
    #[must_use]
    pub fn is_drawn(&self) -> bool {
        match self.content {
            Content::Embedded(_) => true,
            Content::Files(kind) => kind.is_drawn(),
        }
    }

    /// Whether its inputs are stored as dense rows: neither bags of words nor images made on demand.
    #[must_use]
    pub fn is_dense(&self) -> bool {
        match self.content {
            Content::Embedded(_) => true,
            Content::Files(kind) => kind.is_dense(),
        }
    }

    /// The table of [`Choices`](crate::Choices) that it reads, "reviews" or "nistp", if any.
    #[must_use]
    pub fn choices(&self) -> Option<&'static str> {
        match self.content {
            Content::Embedded(_) => None,
            Content::Files(kind) => kind.choices(),
        }
    }

    /// Its own files; empty when the set is embedded or made from others.
    #[must_use]
    pub fn files(&self) -> &[File] {
        match self.content {
            Content::Embedded(_) => &[],
            Content::Files(kind) => kind.files(),
        }
    }

    /// Folders on the web that hold its files, the best first.
    #[must_use]
    pub fn mirrors(&self) -> &'static [&'static str] {
        match self.content {
            Content::Embedded(_) => &[],
            Content::Files(kind) => kind.mirrors(),
        }
    }

    /// Title, citation and licence in one line.
    #[must_use]
    pub fn credit(&self) -> String {
        format!("{}: {}. Licence: {}.", self.title, self.citation, self.licence)
    }

    /// The set with these examples; `checksums` are those of its files.
    pub(crate) fn data_set(&self, splits: Splits, checksums: BTreeMap<String, String>) -> DataSet {
        DataSet {
            name: self.name.to_owned(),
            credit: self.credit(),
            classes: self.class_names.iter().map(|name| (*name).to_owned()).collect(),
            splits,
            unlabelled: None,
            inputs: Vec::new(),
            levels: None,
            found: Vec::new(),
            facts: BTreeMap::new(),
            checksums,
        }
    }
}
