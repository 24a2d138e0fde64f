//! The progress of a download.

use std::path::Path;

/// An event during a download, or before it while another process uses the same folder. Lengths are in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress<'a> {
    /// Another process is writing into the same folder; this process waits for it.
    Waiting {
        /// The folder that is in use.
        folder: &'a Path,
    },
    /// A file is being requested from an address.
    Started {
        /// The name of the file.
        file: &'a str,
        /// The length of the file, if known.
        bytes: Option<u64>,
        /// The address of the file.
        from: &'a str,
    },
    /// More of a file has arrived.
    Received {
        /// The name of the file.
        file: &'a str,
        /// The number of bytes that have arrived, including the bytes of earlier attempts.
        bytes_so_far: u64,
        /// The length of the file, if known.
        bytes: Option<u64>,
    },
    /// An address did not deliver the file; the next address, if any, is tried.
    Failed {
        /// The name of the file.
        file: &'a str,
        /// The address of the file.
        from: &'a str,
        /// The reason for the failure.
        reason: &'a str,
    },
    /// A file is complete and has the length, if known, and the checksum in the catalogue.
    Verified {
        /// The name of the file.
        file: &'a str,
    },
}
