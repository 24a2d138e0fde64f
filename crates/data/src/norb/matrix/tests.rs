//! Tests of files in the published format, whole, cut and altered.

use super::*;
use crate::norb::synthetic::{floats, header, integers, matrix, pairs};
use crate::synthetic::gzip;
use proptest::prelude::*;

const F32: u32 = 0x1E3D_4C51;
const I32: u32 = 0x1E3D_4C54;
const U8: u32 = 0x1E3D_4C55;

/// Runs `read` on the matrix in a file of `bytes`.
fn with<T>(bytes: &[u8], read: impl FnOnce(Matrix<'_>) -> Result<T, Error>) -> Result<T, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("m.mat");
    files::write(&path, bytes).unwrap();
    let outcome = Matrix::open(&path).and_then(read);
    outcome.map_err(|error| error.to_string().replace(&*folder.path().to_string_lossy(), ""))
}

fn numbers(bytes: &[u8]) -> Result<(Vec<usize>, Vec<f64>), String> {
    with(bytes, |mut matrix| {
        let numbers = matrix.numbers()?;
        let sizes = matrix.sizes().to_vec();
        matrix.finish()?;
        Ok((sizes, numbers))
    })
}

fn refused(bytes: &[u8]) -> String {
    numbers(bytes).unwrap_err()
}

/// A header, followed by only three bytes of elements.
fn promising(magic: u32, dimensions: i32, sizes: &[i32]) -> Vec<u8> {
    [header(magic, dimensions, sizes), vec![1, 2, 3]].concat()
}

#[test]
fn every_element_type_gives_its_numbers() {
    let bytes = |element, elements: &[u8]| numbers(&matrix(element, &[2], elements)).unwrap().1;
    assert_eq!(bytes(Element::U8, &[0, 255]), [0.0, 255.0]);
    assert_eq!(bytes(Element::I16, &[0x02, 0x01, 0xff, 0xff]), [258.0, -1.0]);
    assert_eq!(bytes(Element::I32, &[0x78, 0x56, 0x34, 0x12, 0xfe, 0xff, 0xff, 0xff]), [305_419_896.0, -2.0]);
    assert_eq!(bytes(Element::F32, &[0, 0, 0x80, 0x3f, 0, 0, 0x20, 0xc0]), [1.0, -2.5]);
    assert_eq!(bytes(Element::F64, &[[0; 6].as_slice(), &[0xf0, 0x3f], &[0; 6], &[4, 0xc0]].concat()), [1.0, -2.5]);
}

#[test]
fn the_published_headers_are_read_and_not_trusted() {
    let cases = [
        ("55 4C 3D 1E 04 00 00 00 E8 71 00 00 02 00 00 00 6C 00 00 00 6C 00 00 00", "29160 x 2 x 108 x 108 bytes"),
        ("54 4C 3D 1E 01 00 00 00 E8 71 00 00 01 00 00 00 01 00 00 00", "29160 32-bit integers"),
        ("51 4C 3D 1E 02 00 00 00 E8 71 00 00 0A 00 00 00 01 00 00 00", "29160 x 10 32-bit floats"),
        ("55 4C 3D 1E 04 00 00 00 EC 5E 00 00 02 00 00 00 60 00 00 00 60 00 00 00", "24300 x 2 x 96 x 96 bytes"),
        ("54 4C 3D 1E 01 00 00 00 EC 5E 00 00 01 00 00 00 01 00 00 00", "24300 32-bit integers"),
        ("54 4C 3D 1E 02 00 00 00 EC 5E 00 00 04 00 00 00 01 00 00 00", "24300 x 4 32-bit integers"),
    ];
    let promised = [680_244_480u64, 116_640, 1_166_400, 447_897_600, 97_200, 388_800];
    for ((published, elements), promised) in cases.into_iter().zip(promised) {
        let mut bytes: Vec<u8> = published.split(' ').map(|byte| u8::from_str_radix(byte, 16).unwrap()).collect();
        let end = bytes.len() + 3;
        bytes.extend([7, 7, 7]);
        let plain = format!(
            "/m.mat: byte {end}: expected {elements}, found the end of the file after 3 of {promised} bytes; \
             get the file again"
        );
        assert_eq!(refused(&bytes), plain);
        let row = with(&gzip(&bytes), |mut matrix| matrix.next_row(&mut Vec::new())).unwrap_err();
        assert!(row.contains(&format!("byte {end}: expected a whole row of the matrix, found the end")), "{row}");
    }
}

#[test]
fn rows_come_one_at_a_time_into_the_same_buffer() {
    for bytes in [pairs(3, 2), gzip(&pairs(3, 2))] {
        let sha256 = with(&bytes, |mut matrix| {
            assert_eq!((matrix.element(), matrix.sizes()), (Element::U8, &[2, 2, 40, 36][..]));
            let mut row = Vec::new();
            for k in [3, 4] {
                matrix.next_row(&mut row)?;
                assert_eq!((row.len(), row[0], row[1439], row[1440], row[2879]), (2880, k, k, 100 + k, 100 + k));
            }
            matrix.finish()
        });
        assert_eq!(sha256.unwrap(), files::sha256(&bytes));
    }
}

#[test]
fn one_to_eight_sizes_are_read_and_three_at_least_are_stored() {
    for dimensions in 1..=8 {
        let sizes = vec![2; dimensions];
        let elements: Vec<u8> = (0..1 << dimensions).map(|k: usize| k as u8).collect();
        let (found, numbers) = numbers(&matrix(Element::U8, &sizes, &elements)).unwrap();
        assert_eq!((found, numbers.len()), (sizes, 1 << dimensions));
    }
    // Sizes beyond the number of dimensions are padding and are ignored.
    assert_eq!(numbers(&[header(U8, 1, &[2, 0, -7]), vec![8, 9]].concat()).unwrap(), (vec![2], vec![8.0, 9.0]));
}

#[test]
fn other_magic_numbers_are_rejected_with_an_explanation() {
    let of = |magic: u32| refused(&[header(magic, 1, &[1, 1, 1]), vec![0; 8]].concat());
    let packed = of(0x1E3D_4C52);
    assert!(packed.contains("byte 0: expected the magic number") && packed.contains("52 4c 3d 1e, that of a packed"));
    for element in Element::ALL {
        let big = of(element.magic().swap_bytes());
        assert!(big.contains("that of a big-endian file; give the little-endian file"), "{big}");
    }
    for foreign in [0x1E3D_4C57, 0x1E3D_4C58, 0x2E4D_4154, 0, u32::MAX] {
        let error = of(foreign);
        assert!(error.contains("; give a file in the format of NORB") && !error.contains("that of"), "{error}");
    }
}

#[test]
fn impossible_sizes_are_rejected_at_their_position() {
    for dimensions in [0, 9, -1, i32::MAX, i32::MIN] {
        let error = refused(&promising(U8, dimensions, &[1; 9]));
        assert!(error.contains(&format!("byte 4: expected 1 to 8 dimensions, found {dimensions};")), "{error}");
    }
    for (k, size) in [(0, 0), (1, -1), (3, i32::MIN)] {
        let mut sizes = [5; 4];
        sizes[k] = size;
        let error = refused(&promising(U8, 4, &sizes));
        assert!(error.contains(&format!("byte {}: expected a size above 0, found {size};", 8 + 4 * k)), "{error}");
    }
    let most = i32::MAX;
    for (magic, dimensions, sizes) in [(U8, 8, &[most; 8][..]), (F32, 3, &[most, most, 1]), (U8, 3, &[most, most, 3])] {
        let error = refused(&promising(magic, dimensions, sizes));
        let expected = "byte 8: expected sizes whose product is below 2^63, found the sizes 2147483647 x";
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn more_numbers_than_any_list_has_are_not_read() {
    let error = refused(&gzip(&promising(I32, 2, &[29_160, 1000, 1])));
    assert!(error.contains("byte 8: expected at most 4194304 elements, found the sizes 29160 x 1000;"), "{error}");
}

#[test]
fn labels_of_any_type_must_be_whole() {
    let integers_of = |bytes: &[u8]| with(bytes, |mut matrix| matrix.integers());
    assert_eq!(integers_of(&integers(&[3], &[5, -1, i32::MAX])).unwrap(), [5, -1, i64::from(i32::MAX)]);
    assert_eq!(integers_of(&floats(&[2], &[3.0, -0.0])).unwrap(), [3, 0]);
    for (value, shown) in [(2.5, "2.5"), (f32::NAN, "NaN"), (f32::INFINITY, "inf"), (1e30, "1000000")] {
        let error = integers_of(&floats(&[2], &[1.0, value])).unwrap_err();
        assert!(error.contains(&format!("byte 24: expected a whole number, found {shown}")), "{error}");
    }
}

#[test]
fn a_file_cut_at_any_byte_is_one_sentence() {
    for whole in [integers(&[3, 2], &[1, 2, 3, 4, 5, 6]), pairs(0, 1)[..400].to_vec()] {
        for cut in 0..whole.len().min(80) {
            let error = refused(&whole[..cut]);
            assert!(error.starts_with(&format!("/m.mat: byte {cut}: expected ")), "{cut}: {error}");
            assert!(error.contains("found the end of the file after"), "{cut}: {error}");
        }
    }
    let packed = gzip(&integers(&[3, 2], &[1, 2, 3, 4, 5, 6]));
    for cut in 0..packed.len() {
        let error = refused(&packed[..cut]);
        assert!(error.starts_with("/m.mat: byte ") && error.contains("found the end of the"), "{cut}: {error}");
    }
}

#[test]
fn bytes_after_the_elements_are_rejected() {
    let whole = integers(&[2], &[1, 2]);
    let longer = [whole.clone(), vec![0]].concat();
    for bytes in [longer.clone(), gzip(&longer), [gzip(&whole), gzip(&[0])].concat()] {
        let error = refused(&bytes);
        let expected = "byte 28: expected the end of the file after 2 32-bit integers, found more bytes;";
        assert!(error.contains(expected), "{error}");
    }
    let error = refused(&[gzip(&whole), vec![1]].concat());
    assert!(error.contains("expected a whole gzip stream"), "{error}");
}

#[test]
fn a_missing_file_is_named() {
    let error = Matrix::open(Path::new("nowhere/m.mat")).err().unwrap().to_string();
    assert!(error.starts_with("cannot read nowhere/m.mat") && error.ends_with("; check the path"), "{error}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn altered_bytes_never_panic(position in 0usize..44, value: u8, packed: bool) {
        let mut bytes = integers(&[3, 2], &[1, 2, 3, 4, 5, 6]);
        bytes[position] = value;
        let _ = numbers(&if packed { gzip(&bytes) } else { bytes });
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes: Vec<u8>) {
        let _ = numbers(&[&[0x55, 0x4c, 0x3d, 0x1e][..], &bytes].concat());
        let _ = numbers(&[&[0x1f, 0x8b][..], &bytes].concat());
    }
}
