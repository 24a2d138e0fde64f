//! Tests of event files, byte by byte.

use exchange::{EventWriter, Scalar, events};

#[test]
fn the_first_record_is_that_of_tensorflow() {
    // The output of TensorBoard 2.21's record writer for Event(wall_time=1.5, file_version="brain.Event:2").
    let expected = [
        &[0x18, 0, 0, 0, 0, 0, 0, 0, 0xa3, 0x7f, 0x4b, 0x22][..], // the length and its checksum
        &[0x09, 0, 0, 0, 0, 0, 0, 0xf8, 0x3f, 0x1a, 0x0d],        // the wall time; 13 bytes of text follow
        b"brain.Event:2",
        &[0x2a, 0x28, 0x64, 0x6c],
    ];
    assert_eq!(events(1.5, []), expected.concat());
}

#[test]
fn a_point_is_a_summary_of_one_value() {
    let bytes = events(1.5, [Scalar { tag: "nll", step: 7, value: 0.5 }]);
    let event = &bytes[40 + 12..bytes.len() - 4];
    let summary = b"\x0a\x0a\x0a\x03nll\x15\x00\x00\x00\x3f"; // value { tag: "nll", simple_value: 0.5 }
    let expected = [b"\x09\x00\x00\x00\x00\x00\x00\xf8\x3f\x10\x07\x2a", &[summary.len() as u8][..], summary].concat();
    assert_eq!(event, expected);
    assert_eq!(bytes[40..48], (event.len() as u64).to_le_bytes());
}

#[test]
fn a_file_grows_point_by_point_into_the_same_bytes() {
    let points = [("a", 1, 0.5), ("b", 1, -1.0), ("a", -2, f32::NAN)];
    let points = points.map(|(tag, step, value)| Scalar { tag, step, value });
    let mut writer = EventWriter::begin(Vec::new(), 3.0).unwrap();
    for point in points {
        writer.scalar(3.0, point).unwrap();
    }
    assert_eq!(writer.into_inner(), events(3.0, points));
}
