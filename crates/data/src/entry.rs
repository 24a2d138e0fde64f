//! The entries of the catalogue, and the trait that each kind of content implements.

use crate::cache::Locations;
use crate::choices::Choices;
use crate::examples::{DataSet, Splits};
use crate::file::File;
use crate::progress::Progress;
use crate::{Error, Shape};
use preprocessing::Form;
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::path::Path;

/// The description of a data set in the catalogue.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The name of the data set on the command line.
    pub name: &'static str,
    /// The name of the sub-folder that holds the files; data sets that split the same files differently share a
    /// sub-folder.
    pub folder: &'static str,
    /// The full title of the data set.
    pub title: &'static str,
    /// The terms under which the data set may be used.
    pub licence: &'static str,
    /// The authors of the data set, and where it was published.
    pub citation: &'static str,
    /// The dimensions of an image; `None` when the inputs are not images.
    pub shape: Option<Shape>,
    /// The common form of the images, to which new pictures are converted; `None` if the images have no common form.
    pub form: Option<Form>,
    /// The number of classes; labels are `0..classes`.
    pub classes: usize,
    /// The names of the classes, `[classes]`.
    pub class_names: &'static [&'static str],
    /// The default number of training examples; for endless examples, the number in an epoch.
    pub train: usize,
    /// The default number of validation examples; how they are chosen depends on the content.
    pub validation: usize,
    /// The default number of test examples.
    pub test: usize,
    /// Where the examples come from.
    pub content: Content,
}

/// Where the examples of a data set come from.
#[derive(Clone, Copy, Debug)]
pub enum Content {
    /// The examples are part of the program; the function returns their splits for a seed.
    Embedded(fn(u64) -> DataSet),
    /// The examples are read from files by an implementation of [`Kind`].
    Files(&'static dyn Kind),
}

/// A kind of content: which files a data set consists of, how they are checked, and how they become examples. To add a
/// kind, implement this trait in a module of its own.
pub trait Kind: Debug + Sync {
    /// The data set's own files; empty when the data set is made from other data sets.
    fn files(&self) -> &[File];

    /// Addresses of folders on the web that hold the files, the preferred one first.
    fn mirrors(&self) -> &'static [&'static str];

    /// The data sets from which this data set is made; empty when this data set has files of its own.
    fn sources(&self) -> &'static [&'static Entry] {
        &[]
    }

    /// Whether some of the splits, or the images, are drawn from the seed of a run.
    fn is_drawn(&self) -> bool {
        false
    }

    /// Whether the inputs are stored as dense rows, rather than as bags of words or images generated on demand.
    fn is_dense(&self) -> bool {
        true
    }

    /// The name of the part of [`Choices`](crate::Choices) that applies to the data set, "reviews" or "nistp"; `None`
    /// if no part applies.
    fn choices(&self) -> Option<&'static str> {
        None
    }

    /// Whether `folder` itself holds the extracted files of the data set's archive, without the folder to which the
    /// archive unpacks; false by default.
    fn lies_in(&self, _folder: &Path) -> bool {
        false
    }

    /// Loads the data set, all of whose own files must be present; missing files of its sources are downloaded if
    /// allowed.
    ///
    /// # Errors
    /// [`Error::Checksum`] when a file is not the published one; [`Error::Examples`] when a choice cannot be met; the
    /// errors of reading the file format; and, for a data set that is made from other data sets, the errors of
    /// [`Loading::load`] for these.
    fn load(&self, loading: &mut Loading<'_>) -> Result<DataSet, Error>;

    /// Checks `file`, found at `path` as published or unpacked. Returns the SHA-256 of the bytes as stored or, for a
    /// folder, of the list of its files' names and checksums, in lower-case hexadecimal.
    ///
    /// # Errors
    /// An [`Error`] that describes what is wrong with the file.
    fn verify(&self, file: &File, path: &Path, place: Place<'_>) -> Result<String, Error>;
}

/// A data set, and the folders in which its files are searched for.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The data set.
    pub entry: &'a Entry,
    /// The folders in which the files of the data set are searched for.
    pub locations: &'a Locations,
}

/// Everything that loading a data set depends on.
pub struct Loading<'a> {
    /// The data set, and the folders in which its files are searched for.
    pub place: Place<'a>,
    /// Whether missing files may be downloaded.
    pub access: Access,
    /// The user's choices for reviews and NISTP.
    pub choices: &'a Choices,
    /// The seed from which random splits and images are drawn.
    pub seed: u64,
    /// The callback that receives the progress of downloads.
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
    /// The data sets whose files are needed: this data set or, if it is made from other data sets, those data sets.
    #[must_use]
    pub fn sources(&self) -> Vec<&Self> {
        match self.content {
            Content::Files(kind) if !kind.sources().is_empty() => kind.sources().to_vec(),
            Content::Files(_) | Content::Embedded(_) => vec![self],
        }
    }

    /// Whether the data set is part of the program and needs no files.
    #[must_use]
    pub fn is_embedded(&self) -> bool {
        matches!(self.content, Content::Embedded(_))
    }

    /// Whether some of the splits, or the images, are drawn from the seed of a run.
    #[must_use]
    pub fn is_drawn(&self) -> bool {
        match self.content {
            Content::Embedded(_) => true,
            Content::Files(kind) => kind.is_drawn(),
        }
    }

    /// Whether the inputs are stored as dense rows, rather than as bags of words or images generated on demand.
    #[must_use]
    pub fn is_dense(&self) -> bool {
        match self.content {
            Content::Embedded(_) => true,
            Content::Files(kind) => kind.is_dense(),
        }
    }

    /// The name of the part of [`Choices`](crate::Choices) that applies to the data set, "reviews" or "nistp"; `None`
    /// if no part applies.
    #[must_use]
    pub fn choices(&self) -> Option<&'static str> {
        match self.content {
            Content::Embedded(_) => None,
            Content::Files(kind) => kind.choices(),
        }
    }

    /// The data set's own files; empty when the data set is embedded or made from other data sets.
    #[must_use]
    pub fn files(&self) -> &[File] {
        match self.content {
            Content::Embedded(_) => &[],
            Content::Files(kind) => kind.files(),
        }
    }

    /// Addresses of folders on the web that hold the data set's own files, the preferred one first.
    #[must_use]
    pub fn mirrors(&self) -> &'static [&'static str] {
        match self.content {
            Content::Embedded(_) => &[],
            Content::Files(kind) => kind.mirrors(),
        }
    }

    /// The title, citation and licence in one line.
    #[must_use]
    pub fn credit(&self) -> String {
        format!("{}: {}. Licence: {}.", self.title, self.citation, self.licence)
    }

    /// The data set with the given examples and the checksums of its files by name.
    pub(crate) fn data_set(&self, splits: Splits, checksums: BTreeMap<String, String>) -> DataSet {
        DataSet {
            name: self.name.to_owned(),
            credit: self.credit(),
            classes: self.class_names.iter().map(|name| (*name).to_owned()).collect(),
            splits,
            unlabelled: None,
            form: self.form,
            preprocessing: None,
            target: None,
            levels: None,
            found: Vec::new(),
            look: None,
            facts: BTreeMap::new(),
            checksums,
        }
    }
}
