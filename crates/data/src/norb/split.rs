//! The validation set of NORB: toys that are not in the training set.
//!
//! The paper uses the "same procedure" as Nair and Hinton (2010): the validation set has all images of one randomly
//! drawn toy of each of the five classes of objects, and a share of the images without an object. After a random split
//! of the images, both sets would show the same toys, and the validation error would be far too low.
//!
//! The paper has 233,172 training and 58,428 validation images. The validation images are 5 x 9,720 images of toys, and
//! 9,828 of the 48,600 images without an object. The paper does not say how the 9,828 images were drawn. Here, if every
//! image without an object has an instance, and at least two instances occur, all images of one drawn instance are
//! used. Otherwise, the images are drawn one by one, 9,828 of 48,600 (or the same share of another number, rounded),
//! which gives the paper's counts exactly.

use crate::Error;
use crate::error::CORRECT;

/// The classes of objects: animal, human, plane, truck, car.
const OBJECTS: u8 = 5;
/// The class of the images that show no object, in the full set only.
pub(crate) const BLANK: u8 = 5;
/// The paper's numbers of images without an object: in the validation set, and in total.
const PAPER: (usize, usize) = (9_828, 48_600);

/// The value that stands for a missing instance.
pub(crate) const NO_INSTANCE: u8 = u8::MAX;

/// The drawn validation set, for the record of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Drawn {
    /// The class and instance of each drawn toy, in the order of the classes. The class of the images without an object
    /// (5) is included only if they were drawn by instance.
    pub(crate) instances: Vec<(u8, u8)>,
    /// The number of images without an object in the validation set.
    pub(crate) blank: usize,
    /// The number of training images.
    pub(crate) train: usize,
    /// The number of validation images.
    pub(crate) validation: usize,
}

/// Draws the validation set among images with `labels` and `instances` (each `[n]`). Returns whether each image is in
/// the validation set (`[n]`), and what was drawn. Each class has its own stream of random numbers, made from `seed`,
/// so the draws are independent.
///
/// # Errors
/// [`Error::Examples`] when a class of objects has fewer than two instances, because at least one instance must remain
/// for training.
pub(crate) fn draw(labels: &[u8], instances: &[u8], seed: u64) -> Result<(Vec<bool>, Drawn), Error> {
    let mut held_out = vec![false; labels.len()];
    let mut drawn = Vec::new();
    for class in 0..OBJECTS {
        let present = instances_of(class, labels, instances);
        if present.len() < 2 {
            let expected = format!("images of at least 2 instances of class {class}");
            return Err(Error::Examples { expected, found: present.len().to_string(), remedy: CORRECT });
        }
        drawn.push((class, one_of(&present, class, seed)));
    }
    let present = instances_of(BLANK, labels, instances);
    if present.len() > 1 && !present.contains(&NO_INSTANCE) {
        drawn.push((BLANK, one_of(&present, BLANK, seed)));
    } else {
        let blank: Vec<usize> = (0..labels.len()).filter(|i| labels[*i] == BLANK).collect();
        let order = random::permutation(blank.len(), seed, "norb split", &[BLANK.into()]);
        order[..share(blank.len())].iter().for_each(|k| held_out[blank[*k as usize]] = true);
    }
    for (held_out, of) in held_out.iter_mut().zip(labels.iter().copied().zip(instances.iter().copied())) {
        *held_out |= drawn.contains(&of);
    }
    let validation = held_out.iter().filter(|held_out| **held_out).count();
    let blank = held_out.iter().zip(labels).filter(|(held_out, label)| **held_out && **label == BLANK).count();
    Ok((held_out, Drawn { instances: drawn, blank, train: labels.len() - validation, validation }))
}

/// The instances that occur in `class`, ascending.
fn instances_of(class: u8, labels: &[u8], instances: &[u8]) -> Vec<u8> {
    let mut present = [false; 256];
    let of_class = labels.iter().zip(instances).filter(|(label, _)| **label == class);
    of_class.for_each(|(_, instance)| present[usize::from(*instance)] = true);
    (0..=u8::MAX).filter(|instance| present[usize::from(*instance)]).collect()
}

fn one_of(present: &[u8], class: u8, seed: u64) -> u8 {
    present[random::permutation(present.len(), seed, "norb split", &[class.into()])[0] as usize]
}

/// The number of images held out from `count` images without an object: the paper's share, rounded.
fn share(count: usize) -> usize {
    let (held_out, of) = PAPER;
    (count * held_out + of / 2) / of
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    const TOYS: [u8; 5] = [4, 6, 7, 8, 9];

    /// The labels and instances of the full training set; an image without an object has the instance `blank(index)`.
    fn full(blank: impl Fn(usize) -> u8) -> (Vec<u8>, Vec<u8>) {
        let of = |i: usize| ((i % 6) as u8, if i % 6 == 5 { blank(i) } else { TOYS[i / 6 % 5] });
        (0..291_600).map(of).unzip()
    }

    #[test]
    fn the_counts_are_those_of_the_paper_and_no_toy_is_in_both_sets() {
        let (labels, instances) = full(|_| NO_INSTANCE);
        for seed in 0..5 {
            let (held_out, drawn) = draw(&labels, &instances, seed).unwrap();
            assert_eq!((drawn.train, drawn.validation, drawn.blank), (233_172, 58_428, 9_828));
            assert_eq!(held_out.iter().filter(|held_out| **held_out).count(), 58_428);
            let toys = |part: bool| -> BTreeSet<(u8, u8)> {
                (0..labels.len())
                    .filter(|i| held_out[*i] == part && labels[*i] != BLANK)
                    .map(|i| (labels[i], instances[i]))
                    .collect()
            };
            assert_eq!((toys(false).len(), toys(true).len()), (20, 5));
            assert!(toys(false).is_disjoint(&toys(true)));
            assert_eq!(toys(true), drawn.instances.iter().copied().collect());
        }
    }

    #[test]
    fn images_without_object_that_have_instances_are_held_out_by_instance() {
        let (labels, instances) = full(|i| TOYS[i / 6 % 5]);
        let (held_out, drawn) = draw(&labels, &instances, 3).unwrap();
        assert_eq!((drawn.train, drawn.validation, drawn.blank), (233_280, 58_320, 9_720));
        let (class, instance) = drawn.instances[5];
        assert_eq!(class, BLANK);
        assert!((0..labels.len()).all(|i| labels[i] != BLANK || held_out[i] == (instances[i] == instance)));
    }

    #[test]
    fn a_single_instance_of_all_images_without_object_is_ignored() {
        for constant in [0, 4, NO_INSTANCE] {
            let (labels, instances) = full(|_| constant);
            assert_eq!(draw(&labels, &instances, 1).unwrap().1.blank, 9_828);
        }
        let (labels, instances) = full(|i| if i % 4 == 1 { NO_INSTANCE } else { TOYS[i % 5] });
        assert_eq!(draw(&labels, &instances, 1).unwrap().1.blank, 9_828);
    }

    #[test]
    fn a_set_without_such_images_is_split_by_toys_alone() {
        let (labels, instances): (Vec<u8>, Vec<u8>) = (0..24_300).map(|i| ((i % 5) as u8, TOYS[i / 5 % 5])).unzip();
        let (_, drawn) = draw(&labels, &instances, 1).unwrap();
        assert_eq!((drawn.train, drawn.validation, drawn.blank), (19_440, 4_860, 0));
    }

    #[test]
    fn the_seed_draws() {
        let (labels, instances) = full(|_| NO_INSTANCE);
        let of = |seed| draw(&labels, &instances, seed).unwrap();
        assert_eq!(of(1), of(1));
        let toys: BTreeSet<Vec<(u8, u8)>> = (0..8).map(|seed| of(seed).1.instances).collect();
        assert!(toys.len() > 4, "{toys:?}");
        let every: BTreeSet<u8> = toys.iter().flatten().map(|(_, instance)| *instance).collect();
        assert_eq!(every, TOYS.into());
    }

    #[test]
    fn a_class_with_a_single_toy_cannot_be_split() {
        let (labels, instances): (Vec<u8>, Vec<u8>) =
            (0..50).map(|i| ((i % 5) as u8, if i % 5 == 2 { 7 } else { TOYS[i / 5 % 5] })).unzip();
        let error = draw(&labels, &instances, 1).unwrap_err().to_string();
        assert!(error.contains("expected images of at least 2 instances of class 2, found 1"), "{error}");
        assert!(draw(&[], &[], 1).unwrap_err().to_string().contains("class 0, found 0"));
    }
}
