//! Networks as programs: one Python file that needs NumPy, or one C file that needs the mathematical library.
//!
//! A program is made of constants, which are written here, and of functions, which are in the folders `python` and `c`
//! beside this file and are included where the network needs them. The formula of the activation is printed from the
//! same tree of operators that ONNX models are written from ([`crate::formula`]).

mod c;
mod printer;
mod python;
#[cfg(test)]
mod tests;
