//! Fuzzes the reader of reviews between tags: no input may make it panic, hang, or allocate far more memory than the
//! input justifies.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| data::fuzz::tag_soup(bytes));
