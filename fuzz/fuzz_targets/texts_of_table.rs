//! Fuzzes the reader of texts in tables: no input may make it panic, hang, or allocate far more memory than the input
//! justifies.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| data::fuzz::texts_of_table(bytes));
