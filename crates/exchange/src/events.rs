//! Training curves as event files of TensorBoard.
//!
//! # Source
//! Each event is a record of TensorFlow's `lib/io/record_writer`: its length (u64), the masked CRC-32C of the length,
//! the event, and the masked CRC-32C of the event, all little-endian. Events are messages of `event.proto` and
//! `summary.proto`; only the fields that this module uses are declared.

use crc::{CRC_32_ISCSI, Crc};
use prost::Message;
use std::io::{self, Write};

const CRC32C: Crc<u32> = Crc::<u32>::new(&CRC_32_ISCSI);
/// The version of the file format, stated by the first event of each file.
const VERSION: &str = "brain.Event:2";

/// A point of a curve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scalar<'a> {
    /// The name of the curve, such as `train/nll`; TensorBoard groups curves by the part before the slash.
    pub tag: &'a str,
    /// The position on the curve, such as the epoch.
    pub step: i64,
    /// The measured value.
    pub value: f32,
}

/// Writes an event file, point by point.
#[derive(Debug)]
pub struct EventWriter<W> {
    out: W,
}

impl<W: Write> EventWriter<W> {
    /// Begins an event file in `out` at `wall_time`, in seconds since 1970. TensorBoard looks for files with `tfevents`
    /// in their names.
    ///
    /// # Errors
    /// Any error of writing to `out`.
    pub fn begin(out: W, wall_time: f64) -> io::Result<Self> {
        let mut writer = Self { out };
        writer.write(&Event { wall_time, file_version: Some(VERSION.to_owned()), ..Event::default() })?;
        Ok(writer)
    }

    /// Adds a point that was measured at `wall_time`, in seconds since 1970.
    ///
    /// # Errors
    /// Any error of writing to `out`.
    pub fn scalar(&mut self, wall_time: f64, Scalar { tag, step, value }: Scalar<'_>) -> io::Result<()> {
        let summary = Summary { value: vec![Value { tag: tag.to_owned(), simple_value: Some(value) }] };
        self.write(&Event { wall_time, step, file_version: None, summary: Some(summary) })
    }

    /// The underlying writer, which has received the whole file.
    pub fn into_inner(self) -> W {
        self.out
    }

    fn write(&mut self, event: &Event) -> io::Result<()> {
        self.out.write_all(&framed(&event.encode_to_vec()))
    }
}

/// A complete event file of `points`, all measured at `wall_time`, in seconds since 1970.
#[must_use]
pub fn events<'a>(wall_time: f64, points: impl IntoIterator<Item = Scalar<'a>>) -> Vec<u8> {
    let write = || -> io::Result<Vec<u8>> {
        let mut writer = EventWriter::begin(Vec::new(), wall_time)?;
        points.into_iter().try_for_each(|point| writer.scalar(wall_time, point))?;
        Ok(writer.into_inner())
    };
    write().unwrap_or_default() // writing to a vector cannot fail
}

fn framed(event: &[u8]) -> Vec<u8> {
    let length = (event.len() as u64).to_le_bytes();
    [&length[..], &masked(&length).to_le_bytes(), event, &masked(event).to_le_bytes()].concat()
}

/// The masked CRC-32C of `bytes`: the checksum, rotated right by 15 bits, plus a constant, modulo 2^32, as in
/// TensorFlow's `lib/hash/crc32c`.
fn masked(bytes: &[u8]) -> u32 {
    CRC32C.checksum(bytes).rotate_right(15).wrapping_add(0xa282_ead8)
}

#[derive(Clone, PartialEq, Message)]
struct Event {
    #[prost(double, tag = "1")]
    wall_time: f64,
    #[prost(int64, tag = "2")]
    step: i64,
    #[prost(string, optional, tag = "3")]
    file_version: Option<String>,
    #[prost(message, optional, tag = "5")]
    summary: Option<Summary>,
}

#[derive(Clone, PartialEq, Message)]
struct Summary {
    #[prost(message, repeated, tag = "1")]
    value: Vec<Value>,
}

#[derive(Clone, PartialEq, Message)]
struct Value {
    #[prost(string, tag = "1")]
    tag: String,
    #[prost(float, optional, tag = "2")]
    simple_value: Option<f32>,
}
