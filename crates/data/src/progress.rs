//! What a download reports while it runs.

use std::path::Path;

/// What a download is doing. Lengths are in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress<'a> {
    /// Another process is writing into the same folder; this one waits for it.
    Waiting {
        /// The folder.
        folder: &'a Path,
    },
    /// A file is requested from an address.
    Started {
        /// The name of the file.
        file: &'a str,
        /// Its length, if known.
        bytes: Option<u64>,
        /// The address.
        from: &'a str,
    },
    /// More of a file has arrived.
    Received {
        /// The name of the file.
        file: &'a str,
        /// How much of it has arrived, earlier parts included.
        bytes_so_far: u64,
        /// Its length, if known.
        bytes: Option<u64>,
    },
    /// An address did not deliver the file; the next one, if any, is tried.
    Failed {
        /// The name of the file.
        file: &'a str,
        /// The address.
        from: &'a str,
        /// The reason.
        reason: &'a str,
    },
    /// A file is in its place with the length and checksum of the catalogue, if it has them.
    Verified {
        /// The name of the file.
        file: &'a str,
    },
}
