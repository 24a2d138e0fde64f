//! Implements [`Kind`] for NORB: loads the data set from the published files, and verifies these files.

use super::reduce::{FILTER, SIDE};
use super::sources::Sources;
use super::split::Drawn;
use super::{Images, check, load, read_through};
use crate::entry::{Kind, Loading, Place};
use crate::file::File;
use crate::{DataSet, Error, Examples, Scale, Shape, Splits};
use std::collections::BTreeMap;
use std::path::Path;

/// NORB's matrices, reduced to 2x32x32 when they are first read. For validation, toys and a share of the images without
/// an object are drawn from the training parts.
#[derive(Clone, Debug)]
pub struct NorbParts {
    /// The files of each part: pairs of images, labels, and descriptions of what was photographed.
    pub parts: &'static [[File; 3]],
    /// The number of parts for training and validation; they come first, and the other parts are for testing.
    pub training_parts: usize,
    /// Addresses of folders on the web that hold the files, the preferred one first.
    pub mirrors: &'static [&'static str],
}

impl Kind for NorbParts {
    fn files(&self) -> &[File] {
        self.parts.as_flattened()
    }

    fn mirrors(&self) -> &'static [&'static str] {
        self.mirrors
    }

    fn is_drawn(&self) -> bool {
        true
    }

    fn load(&self, loading: &mut Loading<'_>) -> Result<DataSet, Error> {
        let Place { entry, .. } = loading.place;
        let sources = Sources::locate(self.parts, self.training_parts, |file| loading.place.find(file))?;
        let (cache, fetch) = (loading.place.derived().join("reduced"), loading.place.fetch_command());
        let norb = load(entry, &sources, &cache, &fetch, loading.seed, loading.progress)?;
        let examples = |Images { inputs, labels }| {
            let shape = Shape { channels: 2, height: SIDE, width: SIDE };
            Examples::images(inputs, labels, shape, entry.classes, Scale::SYMMETRIC)
        };
        let splits =
            Splits { train: examples(norb.train)?, validation: examples(norb.validation)?, test: examples(norb.test)? };
        Ok(DataSet { facts: facts(&norb.drawn), ..entry.data_set(splits, norb.checksums) })
    }

    /// Besides comparing the published checksum, if any, this method reads the file, plain or gzip, to its end as a
    /// matrix: no checksums of the full set were published, so only the content of such a file can be checked.
    fn verify(&self, file: &File, path: &Path, place: Place<'_>) -> Result<String, Error> {
        check(file, path, &place.fetch_command())?;
        read_through(path)
    }
}

/// The facts about the validation set and the reduction, for the record of a run.
fn facts(Drawn { instances, blank, train, validation }: &Drawn) -> BTreeMap<String, String> {
    let toys = instances.iter().map(|(class, toy)| format!("{toy} of class {class}")).collect::<Vec<_>>().join(", ");
    BTreeMap::from([
        ("validation toys".to_owned(), format!("{toys}; {blank} images without an object")),
        ("training and validation images".to_owned(), format!("{train} and {validation}")),
        ("reduced by".to_owned(), FILTER.to_owned()),
    ])
}
