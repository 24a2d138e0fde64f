//! Images and labels in pairs of idx files, as MNIST is published.

use crate::catalogue::{Entry, File};
use crate::{Error, Examples, Scale, Shape, idx};
use std::path::Path;

/// The examples in the file of images `images` and the file of labels `labels`, each with the path it was found at, cut
/// into parts of `counts`, which follow one another.
///
/// # Errors
/// [`Error::Malformed`] when a file is no idx file, has other sizes than the catalogue, or holds a label that is not
/// below the number of classes; [`Error::Counts`] when the two do not belong together.
pub(crate) fn read<const N: usize>(
    entry: &Entry,
    counts: [usize; N],
    images: (&File, &Path),
    labels: (&File, &Path),
) -> Result<[Examples; N], Error> {
    let (image_file, image_path) = images;
    let (label_file, label_path) = labels;
    let images = idx::open(image_path)?;
    let labels = idx::open(label_path)?;
    if images.sizes[0] != labels.sizes[0] {
        return Err(Error::Counts {
            images: image_path.to_owned(),
            image_count: images.sizes[0],
            labels: label_path.to_owned(),
            label_count: labels.sizes[0],
        });
    }
    images.expect_sizes(image_path, image_file.sizes)?;
    labels.expect_sizes(label_path, label_file.sizes)?;
    if let Some(i) = labels.values.iter().position(|label| usize::from(*label) >= entry.classes) {
        return Err(Error::Malformed {
            path: label_path.to_owned(),
            offset: 8 + i as u64, // the labels follow the magic number and one size
            expected: format!("a label below {}", entry.classes),
            found: labels.values[i].to_string(),
            remedy: "get the file again",
        });
    }
    // The sizes are those of the catalogue.
    let shape = Shape::grey(images.sizes[1], images.sizes[2]);
    Examples::images_in_parts(images.values, labels.values, counts, (shape, entry.classes, Scale::unit(255)))
}

#[cfg(test)]
mod tests {
    use crate::synthetic::{self, Folder};

    fn refused(change: impl FnOnce(&Folder)) -> String {
        let folder = Folder::plain();
        change(&folder);
        folder.load().unwrap_err().to_string()
    }

    #[test]
    fn the_last_training_examples_are_the_validation_set() {
        let splits = Folder::plain().load().unwrap().splits;
        assert_eq!(*splits.train.labels(), [0, 1, 2, 0]);
        assert_eq!(*splits.validation.labels(), [1, 2]);
        assert_eq!(*splits.test.labels(), [0, 1, 2]);
        let fifth = splits.validation.inputs().as_bytes().unwrap().row(0);
        assert_eq!(fifth, [16, 17, 18, 19]);
    }

    #[test]
    fn counts_that_differ_name_both_files() {
        let error = refused(|folder| folder.put("train-labels", &synthetic::idx(&[5], &[0; 5])));
        assert!(error.contains("train-images holds 6 images but"), "{error}");
        assert!(error.contains("train-labels holds 5 labels; get both files again"), "{error}");
    }

    #[test]
    fn another_size_than_the_catalogue_is_refused() {
        let error = refused(|folder| folder.put("test-images", &synthetic::idx(&[3, 4, 1], &[0; 12])));
        assert!(error.contains("test-images: byte 4: expected the sizes 3 x 2 x 2, found 3 x 4 x 1;"), "{error}");
    }

    #[test]
    fn a_label_out_of_range_is_located() {
        let error = refused(|folder| folder.put("test-labels", &synthetic::idx(&[3], &[0, 1, 3])));
        assert!(error.contains("test-labels: byte 10: expected a label below 3, found 3;"), "{error}");
    }
}
