//! Tests of the idx reader on handmade files: round trips, truncation, damage and wrong headers.
#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

use data::idx::{self, Idx};
use flate2::{Compression, write::GzEncoder};
use proptest::prelude::*;
use std::io::Write as _;
use std::path::Path;

fn header(sizes: &[u32]) -> Vec<u8> {
    let mut bytes = vec![0, 0, 8, sizes.len() as u8];
    bytes.extend(sizes.iter().flat_map(|size| size.to_be_bytes()));
    bytes
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::default());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

/// The idx file of two images with 2 rows and 3 columns of pixels.
fn small() -> Vec<u8> {
    [header(&[2, 2, 3]), (10..22).collect()].concat()
}

fn parse(bytes: &[u8]) -> Result<Idx, data::Error> {
    idx::parse(Path::new("some/file"), bytes)
}

fn refused(bytes: &[u8]) -> String {
    parse(bytes).unwrap_err().to_string()
}

#[test]
fn plain_and_gzip_give_the_same_array() {
    let expected = Idx { sizes: vec![2, 2, 3], values: (10..22).collect() };
    assert_eq!(parse(&small()).unwrap(), expected);
    assert_eq!(parse(&gzip(&small())).unwrap(), expected);
    let two_members = [gzip(&small()[..9]), gzip(&small()[9..])].concat();
    assert_eq!(parse(&two_members).unwrap(), expected);
}

#[test]
fn a_file_is_told_by_its_bytes_and_not_by_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("packed-without-suffix");
    files::write(&path, &gzip(&small())).unwrap();
    assert_eq!(idx::open(&path).unwrap().sizes, [2, 2, 3]);
    let missing = idx::open(&folder.path().join("missing")).unwrap_err().to_string();
    assert!(missing.starts_with("cannot read") && missing.ends_with("; check the path"), "{missing}");
}

#[test]
fn a_file_cut_at_any_byte_is_refused_with_its_path_and_a_remedy() {
    for whole in [small(), gzip(&small())] {
        for cut in 0..whole.len() {
            let error = refused(&whole[..cut]);
            assert!(error.starts_with("some/file: byte "), "cut at {cut}: {error}");
            assert!(error.contains("expected ") && error.contains("found the end of the"), "cut at {cut}: {error}");
            assert!(error.ends_with("; get the file again"), "cut at {cut}: {error}");
        }
    }
}

#[test]
fn each_fault_has_its_sentence() {
    let short = &small()[..20];
    let long = [&small()[..], &[0]].concat();
    let cases: [(&[u8], &str); 7] = [
        (
            b"",
            "byte 0: expected bytes 00 00 08 and the number of dimensions, found the end of the file after 0 of 4 bytes",
        ),
        (b"PK\x03\x04 a zip", "byte 0: expected bytes 00 00 08 and at least 1 dimension, found 50 4b 03 04; give an"),
        (&[0, 0, 0x0d, 1, 0, 0, 0, 1, 7], "found 00 00 0d 01; give an idx file of unsigned bytes, plain or gzip"),
        (&[0, 0, 8, 0, 7], "found 00 00 08 00; give an"),
        (
            short,
            "byte 20: expected 2 x 2 x 3 values, found the end of the file after 4 of 12 bytes; get the file again",
        ),
        (&long, "byte 28: expected the end of the file after 2 x 2 x 3 values, found more bytes; get the file again"),
        (
            &header(&[3, 0]),
            "byte 4: expected sizes with a product of 1 to 2147483648, found the sizes 3 x 0; \
             give a file with a number of values in this range",
        ),
    ];
    for (bytes, expected) in cases {
        let error = refused(bytes);
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn a_header_that_promises_too_much_is_refused_without_the_memory() {
    let beyond_u64 = refused(&header(&[4_000_000_000, 4_000_000_000, 4_000_000_000]));
    assert!(beyond_u64.contains("product of 1 to 2147483648, found the sizes 4000000000 x 4000000000"), "{beyond_u64}");
    assert!(
        refused(&header(&[4_000_000_000, 4_000_000_000])).contains("give a file with a number of values in this range")
    );
    let within_the_cap = refused(&header(&[1 << 31]));
    assert!(within_the_cap.contains("found the end of the file after 0 of 2147483648 bytes"), "{within_the_cap}");
    let sizes = refused(&[0, 0, 8, 255, 0, 0, 0, 1]);
    let expected = "byte 8: expected a 4-byte size per dimension (dimensions: 255), found the end of the file after 4";
    assert!(sizes.contains(expected), "{sizes}");
}

#[test]
fn a_damaged_gzip_stream_is_told_from_a_short_one() {
    let mut packed = gzip(&small());
    let crc = packed.len() - 8;
    packed[crc] ^= 1;
    let error = refused(&packed);
    assert!(error.contains("byte 28: expected a whole gzip stream, found corrupt gzip stream"), "{error}");
    let trailing = refused(&[&gzip(&small())[..], b"more"].concat());
    assert!(trailing.contains("expected a whole gzip stream"), "{trailing}");
}

#[test]
fn no_changed_byte_of_a_gzip_file_causes_a_panic_or_another_array() {
    let packed = gzip(&small());
    for at in 10..packed.len() {
        let mut changed = packed.clone();
        changed[at] ^= 0x20;
        assert!(parse(&changed).is_err(), "byte {at}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read(sizes in prop::collection::vec(1u32..6, 1..4), seed in any::<u8>()) {
        let count = sizes.iter().product::<u32>();
        let values: Vec<u8> = (0..count).map(|i| (i as u8).wrapping_mul(seed)).collect();
        let bytes = [header(&sizes), values.clone()].concat();
        let expected = Idx { sizes: sizes.iter().map(|size| *size as usize).collect(), values };
        prop_assert_eq!(parse(&bytes).unwrap(), expected.clone());
        prop_assert_eq!(parse(&gzip(&bytes)).unwrap(), expected);
    }

    #[test]
    fn arbitrary_bytes_never_panic(
        bytes in prop::collection::vec(any::<u8>(), 0..64),
        start in prop::sample::select(vec![&[][..], &[0, 0, 8], &[0, 0, 8, 2, 0, 0], &[0x1f, 0x8b, 8, 0]]),
    ) {
        let bytes = [start, &bytes[..]].concat();
        if let Ok(idx) = parse(&bytes) {
            prop_assert_eq!(idx.sizes.iter().product::<usize>(), idx.values.len());
        }
        let _ = parse(&gzip(&bytes));
    }
}
