//! Subsets of a training set, drawn from a seed.

use crate::{Error, Examples};
use serde::{Deserialize, Serialize};

/// A subset of a training set. Subsets drawn from the same seed are nested: each is contained in every larger subset of
/// the same kind. `Fraction` and `PerClass` select the examples of a class in the same order.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Subset {
    /// This fraction of each class, above 0 and up to 1, rounded to a whole number of examples, but at least 1 example.
    Fraction(f64),
    /// This many examples of each class.
    PerClass(usize),
    /// This many examples from the beginning, in stored order.
    First(usize),
}

impl Examples {
    /// The examples of `subset`, drawn from `seed`, in stored order.
    ///
    /// # Errors
    /// [`Error::Examples`] when there are fewer examples than the subset needs, or the examples are endless.
    pub fn subset(&self, subset: Subset, seed: u64) -> Result<Self, Error> {
        Ok(self.select(&self.rows_of(subset, seed)?))
    }

    /// The examples of `subset` and all other examples, each in stored order.
    ///
    /// # Errors
    /// As for [`subset`](Self::subset).
    pub fn parted(&self, subset: Subset, seed: u64) -> Result<(Self, Self), Error> {
        let rows = self.rows_of(subset, seed)?;
        let others: Vec<u32> = (0..self.len() as u32).filter(|row| rows.binary_search(row).is_err()).collect();
        Ok((self.select(&rows), self.select(&others)))
    }

    /// The indices of the examples of `subset`, in ascending order.
    fn rows_of(&self, subset: Subset, seed: u64) -> Result<Vec<u32>, Error> {
        if self.inputs().is_endless() {
            let (expected, found) = ("a finite training set, so that a subset can be drawn", "endless images");
            return Err(Error::Examples {
                expected: expected.to_owned(),
                found: found.to_owned(),
                remedy: "leave out data.subset",
            });
        }
        let mut rows = match subset {
            Subset::First(count) => {
                let all: Vec<u32> = (0..count.min(self.len())).map(|row| row as u32).collect();
                enough(count, all.len(), "in the training set")?;
                all
            }
            Subset::PerClass(count) => self.of_each_class(seed, |class, there| {
                enough(count, there, &format!("of class {class}"))?;
                Ok(count)
            })?,
            Subset::Fraction(fraction) => {
                self.of_each_class(seed, |_, there| Ok(((fraction * there as f64).round() as usize).clamp(1, there)))?
            }
        };
        rows.sort_unstable();
        Ok(rows)
    }

    /// The indices of the examples drawn from all classes that have examples: `count(class, n)` examples are drawn from
    /// a class of `n` examples.
    fn of_each_class(
        &self,
        seed: u64,
        count: impl Fn(usize, usize) -> Result<usize, Error>,
    ) -> Result<Vec<u32>, Error> {
        let mut members = vec![Vec::new(); self.classes()];
        for (row, label) in (0u32..).zip(self.labels().iter()) {
            members[usize::from(*label)].push(row);
        }
        let mut rows = Vec::new();
        for (class, members) in members.iter().enumerate().filter(|(_, members)| !members.is_empty()) {
            let order = random::permutation(members.len(), seed, "subset", &[class as u64]);
            let count = count(class, members.len())?;
            rows.extend(order[..count].iter().map(|k| members[*k as usize]));
        }
        Ok(rows)
    }
}

fn enough(wanted: usize, there: usize, whose: &str) -> Result<(), Error> {
    if wanted <= there {
        return Ok(());
    }
    let (expected, found) = (format!("at least {wanted} examples {whose}"), there.to_string());
    Err(Error::Examples { expected, found, remedy: "reduce data.subset" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Scale, Shape};
    use std::collections::BTreeSet;

    /// 200 examples of class 0, 100 of class 1, 3 of class 2 and 0 of class 3, all with different inputs.
    fn examples() -> Examples {
        let labels: Vec<u8> = (0..303).map(|k| if k >= 300 { 2 } else { u8::from(k % 3 == 2) }).collect();
        let inputs = (0..303u16).flat_map(u16::to_le_bytes).collect();
        Examples::images(inputs, labels, Shape::grey(1, 2), 4, Scale::unit(255)).unwrap()
    }

    fn rows(part: &Examples) -> BTreeSet<Vec<u8>> {
        (0..part.len()).map(|i| part.inputs().as_bytes().unwrap().row(i).to_vec()).collect()
    }

    fn histogram(part: &Examples) -> [usize; 4] {
        std::array::from_fn(|class| part.labels().iter().filter(|label| usize::from(**label) == class).count())
    }

    #[test]
    fn a_fraction_has_examples_of_each_class_and_at_least_one() {
        let all = examples();
        assert_eq!(histogram(&all.subset(Subset::Fraction(0.1), 1).unwrap()), [20, 10, 1, 0]);
        assert_eq!(all.subset(Subset::Fraction(1.0), 1).unwrap(), all);
    }

    #[test]
    fn small_parts_lie_in_larger_ones_of_the_same_seed() {
        let all = examples();
        let of = |fraction| rows(&all.subset(Subset::Fraction(fraction), 7).unwrap());
        assert!(of(0.01).is_subset(&of(0.05)) && of(0.05).is_subset(&of(0.5)));
        let two = rows(&all.subset(Subset::PerClass(2), 7).unwrap());
        assert!(two.is_subset(&rows(&all.subset(Subset::PerClass(3), 7).unwrap())));
        assert_ne!(of(0.05), rows(&all.subset(Subset::Fraction(0.05), 8).unwrap()));
        assert_eq!(of(0.05), of(0.05));
    }

    #[test]
    fn a_part_and_the_others_are_all() {
        let (part, others) = examples().parted(Subset::Fraction(0.1), 7).unwrap();
        assert_eq!((part.len(), others.len()), (31, 272));
        let all: BTreeSet<Vec<u8>> = rows(&part).union(&rows(&others)).cloned().collect();
        assert_eq!(all, rows(&examples()));
    }

    #[test]
    fn the_first_examples_keep_their_order() {
        let part = examples().subset(Subset::First(5), 9).unwrap();
        assert_eq!(part.inputs().as_bytes().unwrap().rows(), [0, 0, 1, 0, 2, 0, 3, 0, 4, 0]);
        assert_eq!(*part.labels(), [0, 0, 1, 0, 0]);
    }

    #[test]
    fn more_than_there_are_is_rejected() {
        let refused = |subset| examples().subset(subset, 1).unwrap_err().to_string();
        assert!(refused(Subset::PerClass(4)).contains("expected at least 4 examples of class 2, found 3"));
        assert!(refused(Subset::First(304)).contains("expected at least 304 examples in the training set, found 303"));
    }
}
