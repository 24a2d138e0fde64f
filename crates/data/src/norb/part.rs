//! A part of NORB: three files, which are opened and checked for consistency.

use super::matrix::{Element, Matrix};
use super::reduce::{AreaAverage, MAX_SIDE, SIDE};
use super::sources::Triple;
use super::split::{BLANK, NO_INSTANCE};
use crate::Error;

/// The number of toys in each class; the toys are numbered 0 to 9.
const INSTANCES: u8 = 10;

/// A part whose labels have been read; its images follow.
pub(crate) struct Part<'a> {
    /// The class of each pair, `[n]`.
    pub(crate) labels: Vec<u8>,
    /// The toy in each pair, or [`NO_INSTANCE`], `[n]`.
    pub(crate) instances: Vec<u8>,
    images: Matrix<'a>,
    reduction: AreaAverage,
    labels_sha256: String,
    instances_sha256: String,
}

impl<'a> Part<'a> {
    /// Opens the files of `triple`, in which every label must be below `classes`.
    ///
    /// # Errors
    /// [`Error::File`] when a file cannot be read; [`Error::Malformed`] when a file is not a matrix, has wrong sizes or
    /// elements, a label is out of range or an object has no instance; [`Error::Counts`] when the numbers of images and
    /// labels differ.
    pub(crate) fn open(triple: &'a Triple, classes: usize) -> Result<Self, Error> {
        let (labels, labels_sha256) = labels(triple, classes)?;
        let (instances, instances_sha256) = instances(triple, &labels)?;
        let images = Matrix::open(&triple.dat)?;
        if images.element() != Element::U8 {
            return Err(images.wrong_type("bytes"));
        }
        let &[count, 2, height @ SIDE..=MAX_SIDE, width @ SIDE..=MAX_SIDE] = images.sizes() else {
            let n = labels.len();
            let sides = format!("height and width from {SIDE} to {MAX_SIDE}");
            return Err(images.wrong_sizes(format!("the sizes {n} x 2 x height x width, with {sides}")));
        };
        if count != labels.len() {
            return Err(Error::Counts {
                images: triple.dat.clone(),
                image_count: count,
                labels: triple.cat.clone(),
                label_count: labels.len(),
            });
        }
        let reduction = AreaAverage::new(height, width);
        Ok(Self { labels, instances, images, reduction, labels_sha256, instances_sha256 })
    }

    /// Reduces each pair and passes the result (`[2, SIDE, SIDE]`) to `image`, in the order of the labels. Returns the
    /// SHA-256 of the three files as stored: images, labels, instances.
    ///
    /// # Errors
    /// [`Error::Malformed`] when the file of images is too short or too long, or its gzip stream is damaged;
    /// [`Error::File`] when it cannot be read; the errors of `image`.
    pub(crate) fn reduce(mut self, mut image: impl FnMut(&[u8]) -> Result<(), Error>) -> Result<[String; 3], Error> {
        let (mut pair, mut reduced) = (Vec::new(), Vec::new());
        for _ in &self.labels {
            self.images.next_row(&mut pair)?;
            reduced.clear();
            self.reduction.reduce(&pair, &mut reduced);
            image(&reduced)?;
        }
        Ok([self.images.finish()?, self.labels_sha256, self.instances_sha256])
    }
}

/// The labels, each below `classes`, and the SHA-256 of the file of labels.
fn labels(triple: &Triple, classes: usize) -> Result<(Vec<u8>, String), Error> {
    let mut matrix = Matrix::open(&triple.cat)?;
    let &[_] = matrix.sizes() else { return Err(matrix.wrong_sizes("one dimension (the number of labels)")) };
    let integers = matrix.integers()?;
    let label = |(i, label): (usize, i64)| match u8::try_from(label) {
        Ok(label) if usize::from(label) < classes => Ok(label),
        _ => Err(matrix.wrong_element(i, &format!("a label below {classes}"), label.to_string())),
    };
    let labels = integers.into_iter().enumerate().map(label).collect::<Result<_, _>>()?;
    Ok((labels, matrix.finish()?))
}

/// The instance of each pair, and the SHA-256 of the file of instances. Only pairs without an object may have no
/// instance.
fn instances(triple: &Triple, labels: &[u8]) -> Result<(Vec<u8>, String), Error> {
    let mut matrix = Matrix::open(&triple.info)?;
    let columns = match *matrix.sizes() {
        [rows, columns] if rows == labels.len() && columns >= 4 => columns,
        _ => return Err(matrix.wrong_sizes(format!("{} rows (one per label) of 4 or more numbers", labels.len()))),
    };
    let numbers = matrix.numbers()?;
    let instance = |(i, (row, label)): (usize, (&[f64], &u8))| match (0..INSTANCES).find(|k| f64::from(*k) == row[0]) {
        Some(instance) => Ok(instance),
        None if *label == BLANK => Ok(NO_INSTANCE),
        None => Err(matrix.wrong_element(i * columns, &format!("an instance below {INSTANCES}"), row[0].to_string())),
    };
    let rows = numbers.chunks_exact(columns).zip(labels);
    let instances = rows.enumerate().map(instance).collect::<Result<_, _>>()?;
    Ok((instances, matrix.finish()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::norb::synthetic::{Folder, HEIGHT, WIDTH, floats, integers, matrix, pairs};
    use std::path::Path;

    /// The error of loading the synthetic set after `bytes` have replaced the file that `file` selects from the first
    /// part.
    fn refused(file: impl Fn(&Triple) -> &Path, bytes: &[u8]) -> String {
        let folder = Folder::new();
        files::write(file(&folder.sources.train[0]), bytes).unwrap();
        let error = folder.load().unwrap_err().to_string();
        assert!(!folder.cached().exists() && error.contains("training-01"), "{error}");
        error
    }

    fn labels_refused(bytes: &[u8]) -> String {
        refused(|triple| &triple.cat, bytes)
    }

    fn images_refused(bytes: &[u8]) -> String {
        refused(|triple| &triple.dat, bytes)
    }

    fn instances_refused(bytes: &[u8]) -> String {
        refused(|triple| &triple.info, bytes)
    }

    /// A file of instances for 13 pairs, with ten columns; the first column of pair k is `instance(k)`.
    fn info(instance: impl Fn(usize) -> f32) -> Vec<u8> {
        floats(&[13, 10], &(0..130).map(|k| if k % 10 == 0 { instance(k / 10) } else { 0.5 }).collect::<Vec<_>>())
    }

    #[test]
    fn counts_that_differ_name_both_files() {
        let error = images_refused(&pairs(0, 12));
        assert!(error.contains("training-01-dat.mat holds 12 images but"), "{error}");
        assert!(error.contains("training-01-cat.mat holds 13 labels; get both files again"), "{error}");
        let error = instances_refused(&floats(&[12, 10], &[4.0; 120]));
        assert!(
            error.contains("byte 8: expected 13 rows (one per label) of 4 or more numbers, found the sizes 12 x 10;"),
            "{error}"
        );
    }

    #[test]
    fn labels_out_of_range_are_located() {
        for (label, shown) in [(6, "6"), (-1, "-1"), (i32::MIN, "-2147483648")] {
            let mut labels = [0; 13];
            labels[3] = label;
            let error = labels_refused(&integers(&[13], &labels));
            assert!(error.contains(&format!("byte 32: expected a label below 6, found {shown};")), "{error}");
        }
        let error = labels_refused(&integers(&[13, 1], &[0; 13]));
        let expected = "byte 8: expected one dimension (the number of labels), found the sizes 13 x 1;";
        assert!(error.contains(expected), "{error}");
    }

    #[test]
    fn labels_of_another_type_are_accepted() {
        let folder = Folder::new();
        let before = folder.load().unwrap();
        let labels: Vec<u8> = (0..13).map(|k| k % 6).collect();
        files::write(&folder.sources.train[0].cat, &matrix(Element::U8, &[13], &labels)).unwrap();
        assert_eq!(folder.load().unwrap().train, before.train);
    }

    #[test]
    fn an_object_needs_an_instance_and_other_images_do_not() {
        for (instance, shown) in [(10.0, "10"), (-1.0, "-1"), (4.5, "4.5"), (f32::NAN, "NaN")] {
            let error = instances_refused(&info(|k| if k == 6 { instance } else { 4.0 }));
            assert!(error.contains(&format!("byte 260: expected an instance below 10, found {shown};")), "{error}");
        }
        let folder = Folder::new();
        let instance = |k: usize| if k % 6 == 5 { f32::NAN } else { 7.0 };
        files::write(&folder.sources.train[0].info, &info(instance)).unwrap();
        let part = Part::open(&folder.sources.train[0], 6).unwrap();
        assert_eq!(part.instances[..7], [7, 7, 7, 7, 7, NO_INSTANCE, 7]);
    }

    #[test]
    fn images_of_another_kind_are_rejected() {
        let of_floats = floats(&[13, 2, HEIGHT, WIDTH], &vec![0.0; 13 * 2 * HEIGHT * WIDTH]);
        let error = images_refused(&of_floats);
        assert!(error.contains("byte 0: expected bytes, found 32-bit floats; give a file in the format"), "{error}");
        let one = HEIGHT * WIDTH;
        for (sizes, elements) in [
            (vec![13, 1, HEIGHT, WIDTH], 13 * one),
            (vec![13, 2, one], 26 * one),
            (vec![13, 2, 31, 40], 26 * 31 * 40),
            (vec![13, 2, 32, 4097], 26 * 32 * 4097),
        ] {
            let error = images_refused(&matrix(Element::U8, &sizes, &vec![0; elements]));
            let expected = "byte 8: expected the sizes 13 x 2 x height x width, with height and width from 32 to 4096";
            assert!(error.contains(expected), "{error}");
        }
    }

    #[test]
    fn images_cut_off_or_followed_by_more_leave_no_cache() {
        let whole = pairs(0, 13);
        let unpacked = whole.len();
        let cut = images_refused(&crate::synthetic::gzip(&whole[..unpacked - 1]));
        assert!(cut.contains(&format!("byte {}: expected a whole row", unpacked - 1)), "{cut}");
        let packed = crate::synthetic::gzip(&whole);
        for end in [packed.len() / 2, packed.len() - 8, packed.len() - 1] {
            let cut = images_refused(&packed[..end]);
            assert!(cut.contains("expected a whole gzip stream, found the end"), "{cut}");
        }
        let more = images_refused(&crate::synthetic::gzip(&[whole, vec![0]].concat()));
        assert!(more.contains(&format!("byte {unpacked}: expected the end of the file")), "{more}");
    }
}
