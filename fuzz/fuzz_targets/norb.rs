//! No bytes make the reader of NORB's matrices panic, hang, or take memory that they do not fill.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| data::fuzz::norb(bytes));
