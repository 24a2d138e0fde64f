//! Joins inputs, and makes examples from inputs without labels.

use crate::error::CORRECT;
use crate::inputs::Inputs;
use crate::{Csr, Error, Examples};

impl Inputs {
    /// The rows of `self`, followed by the rows of `other`.
    ///
    /// # Errors
    /// [`Error::Examples`] when the two differ in kind, width or scale, or are endless or computed.
    pub fn joined(self, other: Self) -> Result<Self, Error> {
        let (expected, found) = (self.described(), other.described());
        match (self, other) {
            (Self::Bytes(a), Self::Bytes(b)) if expected == found => {
                Ok(Self::Bytes(a.map_rows(|rows| [&rows, b.rows()].concat())))
            }
            (Self::Numbers(mut a), Self::Numbers(b)) if expected == found => {
                a.rows.extend(b.rows);
                Ok(Self::Numbers(a))
            }
            (Self::Sparse(mut a), Self::Sparse(b)) if expected == found => {
                extend(&mut a, &b);
                Ok(Self::Sparse(a))
            }
            _ => Err(Error::Examples { expected, found, remedy: CORRECT }),
        }
    }

    /// A description of the inputs for error messages: the kind and width and, for stored images, the values of byte 0
    /// and of the largest byte.
    pub(crate) fn described(&self) -> String {
        let width = self.width();
        match self {
            Self::Bytes(bytes) => {
                let scale = bytes.scale();
                format!(
                    "rows of {width} bytes, where byte 0 has the value {} and byte {} the value 1",
                    scale.lowest, scale.maximum
                )
            }
            Self::Sparse(_) => format!("sparse rows of {width} columns"),
            Self::Numbers(_) => format!("rows of {width} numbers"),
            Self::Endless(_) => "endless images".to_owned(),
            Self::Computed(_) => format!("computed rows of {width} numbers"),
        }
    }
}

fn extend(rows: &mut Csr, more: &Csr) {
    for i in 0..more.len() {
        let (columns, values) = more.row(i);
        rows.push(columns.iter().copied().zip(values.iter().copied()));
    }
}

impl Examples {
    /// Makes examples of a single class from `inputs`, for training that needs no labels.
    ///
    /// # Errors
    /// [`Error::Examples`] when `inputs` have no columns.
    pub fn without_labels(inputs: Inputs) -> Result<Self, Error> {
        let labels = vec![0; inputs.len()];
        Self::labelled(inputs, labels, 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Scale, Shape};

    fn bytes(rows: &[u8]) -> Inputs {
        Inputs::bytes(rows.to_vec(), 2, Scale::unit(9))
    }

    fn dense(inputs: &Inputs) -> Vec<f32> {
        let mut values = Vec::new();
        (0..inputs.len()).for_each(|i| inputs.row(i).write(&mut values));
        values
    }

    #[test]
    fn rows_of_one_kind_follow_one_another() {
        let joined = bytes(&[9, 0]).joined(bytes(&[0, 9, 9, 9])).unwrap();
        assert_eq!(dense(&joined), [1.0, 0.0, 0.0, 1.0, 1.0, 1.0]);
        let sparse = |column| {
            let mut rows = Csr::new(3);
            rows.push([(column, 2.0)]);
            Inputs::Sparse(rows)
        };
        assert_eq!(dense(&sparse(0).joined(sparse(2)).unwrap()), [2.0, 0.0, 0.0, 0.0, 0.0, 2.0]);
        let refused = bytes(&[1, 2]).joined(sparse(1)).unwrap_err().to_string();
        let bytes_expected = "expected rows of 2 bytes, where byte 0 has the value 0 and byte 9 the value 1";
        assert!(refused.contains(&format!("{bytes_expected}, found sparse rows of 3 columns")), "{refused}");
        let symmetric = Inputs::bytes(vec![1, 2], 2, Scale { lowest: -1.0, ..Scale::unit(9) });
        assert!(bytes(&[1, 2]).joined(symmetric).unwrap_err().to_string().contains(bytes_expected));
    }

    #[test]
    fn inputs_without_labels_form_one_class() {
        let examples = Examples::without_labels(bytes(&[1, 2, 3, 4])).unwrap();
        assert_eq!((examples.len(), examples.classes(), examples.label(1)), (2, 1, 0));
        assert_eq!(examples.shape(), None::<Shape>);
    }
}
