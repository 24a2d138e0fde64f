//! Fuzzes the readers of texts in class folders and of texts on lines: no input may make them panic, hang, or allocate
//! far more memory than the input justifies.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| data::fuzz::texts_of_folders(bytes));
