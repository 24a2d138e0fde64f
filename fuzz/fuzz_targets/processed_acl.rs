//! Fuzzes the reader of reviews that are stored as counts of terms: no input may make it panic, hang, or allocate far
//! more memory than the input justifies.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| data::fuzz::processed_acl(bytes));
