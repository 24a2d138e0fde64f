//! The characters that are classes of MNIST, EMNIST and NISTP.

/// The digits, capital letters and lower-case letters, in the order of EMNIST `ByClass` labels.
#[rustfmt::skip]
pub(crate) const CHARACTERS: &[&str] = &[
    "0", "1", "2", "3", "4", "5", "6", "7", "8", "9",
    "A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K", "L", "M",
    "N", "O", "P", "Q", "R", "S", "T", "U", "V", "W", "X", "Y", "Z",
    "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m",
    "n", "o", "p", "q", "r", "s", "t", "u", "v", "w", "x", "y", "z",
];
pub(crate) const NUMERALS: &[&str] = CHARACTERS.split_at(10).0;
pub(crate) const CAPITALS: &[&str] = NUMERALS_AND_CAPITALS.split_at(10).1;
pub(crate) const NUMERALS_AND_CAPITALS: &[&str] = CHARACTERS.split_at(36).0;
