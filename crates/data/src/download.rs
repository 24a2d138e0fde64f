//! Downloads the files of a data set. Downloads can be resumed, are limited in size and are verified; a file is either
//! complete or absent.
//!
//! A file grows as `NAME.part` beside its final path and is renamed only when its length, if known, and its checksum
//! match the catalogue. The process may therefore be killed at any moment; the next download continues from the part.

use crate::entry::Entry;
use crate::file::File;
use crate::progress::Progress;
use crate::{Attempt, Error};
use std::fs::{OpenOptions, TryLockError};
use std::io::{ErrorKind, Read, Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::time::Duration;

/// The time limit for resolving a host name, and for opening a connection.
const CONNECT: Duration = Duration::from_secs(15);
/// The largest size, in bytes, accepted for a file whose length was not published.
const MAX_BYTES: u64 = 1 << 34;
/// The time limit for a server's response, and for each read from or write to the server.
const SILENCE: Duration = Duration::from_secs(30);

/// Downloads the files of `entry` into `folder`, which is created if necessary.
///
/// A file in the folder that passes verification is kept; every other file is downloaded from the first of `mirrors`
/// (addresses of folders) that delivers the published bytes. A part left by an earlier attempt is continued if the
/// server supports ranges. Processes that download into the same folder take turns. If no checksum of a file was
/// published, any intact gzip file is accepted; [`verify`](crate::verify) shows whether it belongs to the data set.
///
/// # Errors
/// [`Error::Unreachable`] with all attempts when no mirror delivers a file; [`Error::File`] when the folder cannot be
/// created or locked, or a file in it cannot be read, written, renamed or removed.
pub fn fetch(entry: &Entry, folder: &Path, mirrors: &[&str], progress: &mut dyn FnMut(Progress)) -> Result<(), Error> {
    if entry.files().is_empty() {
        return Ok(());
    }
    files::create_folder(folder)?;
    let _held = lock(folder, progress)?;
    for file in entry.files() {
        let place = folder.join(file.name);
        if !is_published(file, &place)? {
            let part = folder.join(format!("{}.part", file.name));
            if !is_published(file, &part)? {
                download(file, folder, &part, mirrors, progress)?;
            }
            files::rename(&part, &place)?;
        }
        progress(Progress::Verified { file: file.name });
    }
    Ok(())
}

/// Waits while another process holds the lock of `folder`, and then locks `folder` until the returned file is dropped
/// or this process ends for any reason.
///
/// # Errors
/// [`files::Error`] when the lock file cannot be created or locked.
pub(crate) fn lock(folder: &Path, progress: &mut dyn FnMut(Progress)) -> Result<std::fs::File, files::Error> {
    let path = folder.join(".lock");
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path);
    let file = file.map_err(files::Error::new("create", &path))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            progress(Progress::Waiting { folder });
            file.lock().map_err(files::Error::new("lock", &path))?;
        }
        Err(TryLockError::Error(e)) => return Err(files::Error::new("lock", &path)(e)),
    }
    Ok(file)
}

/// Whether the file at `path` exists, is not empty, and has the length, if known, and the checksum in the catalogue.
fn is_published(file: &File, path: &Path) -> Result<bool, files::Error> {
    let here = length(path)?;
    if here == 0 || file.bytes.is_some_and(|bytes| here != bytes) {
        return Ok(false);
    }
    let found = std::fs::File::open(path).and_then(|mut stored| file.checksum.of(&mut stored));
    Ok(found.map_err(files::Error::new("read", path))? == file.checksum.value())
}

/// The length of the file at `path`; 0 when it does not exist.
fn length(path: &Path) -> Result<u64, files::Error> {
    match std::fs::metadata(path) {
        Ok(metadata) => Ok(metadata.len()),
        Err(e) if e.kind() == ErrorKind::NotFound => Ok(0),
        Err(e) => Err(files::Error::new("read", path)(e)),
    }
}

/// Completes the partial file `part` from the first mirror that delivers the published file.
fn download(
    file: &File,
    folder: &Path,
    part: &Path,
    mirrors: &[&str],
    progress: &mut dyn FnMut(Progress),
) -> Result<(), Error> {
    let agent = agent();
    let mut attempts = Vec::new();
    for mirror in mirrors {
        let url = format!("{}/{}", mirror.trim_end_matches('/'), file.name);
        let resumed = part.exists();
        let mut outcome = transfer(&agent, &url, file, part, progress);
        if matches!(outcome, Err(Failure::Mirror(_))) && resumed && !part.exists() {
            // The part that an earlier attempt left was wrong and has been removed, so this mirror is tried once more.
            outcome = transfer(&agent, &url, file, part, progress);
        }
        match outcome {
            Ok(()) => return Ok(()),
            Err(Failure::Disk(e)) => return Err(e.into()),
            Err(Failure::Mirror(reason)) => {
                progress(Progress::Failed { file: file.name, from: &url, reason: &reason });
                attempts.push(Attempt { url, reason });
            }
        }
    }
    Err(Error::Unreachable { file: file.name.to_owned(), folder: folder.to_owned(), attempts })
}

fn agent() -> ureq::Agent {
    ureq::Agent::config_builder()
        .timeout_resolve(Some(CONNECT))
        .timeout_connect(Some(CONNECT))
        .timeout_recv_response(Some(SILENCE))
        .timeout_per_read(Some(SILENCE))
        .timeout_per_write(Some(SILENCE))
        .http_status_as_error(false)
        .accept_encoding("identity") // uncompressed transfer, so that a range holds the same bytes on every mirror
        .build()
        .new_agent()
}

/// Why a transfer did not complete the part.
enum Failure {
    /// The disk failed; another mirror would not help.
    Disk(files::Error),
    /// The mirror did not deliver the file.
    Mirror(String),
}

impl From<files::Error> for Failure {
    fn from(error: files::Error) -> Self {
        Self::Disk(error)
    }
}

/// Completes `part` from `url`. After a failure, the part is kept if its bytes may be right, and removed otherwise.
fn transfer(
    agent: &ureq::Agent,
    url: &str,
    file: &File,
    part: &Path,
    progress: &mut dyn FnMut(Progress),
) -> Result<(), Failure> {
    progress(Progress::Started { file: file.name, bytes: file.bytes, from: url });
    let here = Some(length(part)?).filter(|here| *here < limit(file)).unwrap_or(0);
    let mut request = agent.get(url);
    if here > 0 {
        request = request.header("Range", format!("bytes={here}-"));
    }
    let response = request.call().map_err(unreached)?;
    let start = match response.status().as_u16() {
        206 if starts_at(&response, here) => here,
        206 => return Err(Failure::Mirror("sent a range that was not requested".to_owned())),
        200 => 0, // the server does not support ranges, or no range was requested
        416 => {
            discard(part)?;
            return Err(Failure::Mirror("cannot resume the download".to_owned()));
        }
        _ => return Err(Failure::Mirror(response.status().to_string())),
    };
    let body = response.into_body();
    let offered = body.content_length();
    if let (Some(rest), Some(bytes)) = (offered, file.bytes)
        && start.checked_add(rest) != Some(bytes)
    {
        return Err(Failure::Mirror(format!("offers {rest} bytes from byte {start} on, not {}", bytes - start)));
    }
    let end = file.bytes.or_else(|| start.checked_add(offered?)).filter(|end| *end <= limit(file));
    receive(body.into_reader(), start, end, (file, part), progress)?;
    if !is_published(file, part)? {
        discard(part)?;
        return Err(Failure::Mirror("sent bytes that differ from the published file".to_owned()));
    }
    Ok(())
}

/// The reason why the server did not respond; for an I/O error, without the prefix that ureq adds.
fn unreached(error: ureq::Error) -> Failure {
    Failure::Mirror(match error {
        ureq::Error::Io(e) => e.to_string(),
        other => other.to_string(),
    })
}

/// Whether the `Content-Range` of `response` begins at byte `start`.
fn starts_at(response: &ureq::http::Response<ureq::Body>, start: u64) -> bool {
    let range = response.headers().get("Content-Range").and_then(|range| range.to_str().ok());
    range.is_some_and(|range| range.starts_with(&format!("bytes {start}-")))
}

/// The largest permitted length of `file` in bytes.
fn limit(file: &File) -> u64 {
    file.bytes.unwrap_or(MAX_BYTES)
}

/// Writes `body` into `part` from byte `start` to byte `end`, or up to the largest permitted length of `file` if `end`
/// is `None`. At most one byte beyond this limit is read.
fn receive(
    mut body: impl Read,
    start: u64,
    end: Option<u64>,
    (file, part): (&File, &Path),
    progress: &mut dyn FnMut(Progress),
) -> Result<(), Failure> {
    let limit = end.unwrap_or(limit(file));
    let disk = || files::Error::new("write", part);
    let mut stored = OpenOptions::new().create(true).truncate(false).write(true).open(part).map_err(disk())?;
    stored.set_len(start).and_then(|()| stored.seek(SeekFrom::Start(start))).map_err(disk())?;
    let mut buffer = vec![0; 1 << 16];
    let mut so_far = start;
    let mut broken = String::from("the connection was closed");
    while so_far <= limit {
        let room = (limit + 1 - so_far).min(buffer.len() as u64) as usize;
        match body.read(&mut buffer[..room]) {
            Ok(0) => break,
            Ok(n) => {
                stored.write_all(&buffer[..n]).map_err(disk())?;
                so_far += n as u64;
                let bytes_so_far = so_far.min(limit);
                progress(Progress::Received { file: file.name, bytes_so_far, bytes: end });
            }
            Err(e) if e.kind() == ErrorKind::Interrupted => {}
            Err(e) => {
                broken = e.to_string();
                break;
            }
        }
    }
    if so_far > limit {
        discard(part)?;
        return Err(Failure::Mirror(format!("sent more than the {limit} bytes of the file")));
    }
    if let Some(bytes) = end.filter(|bytes| so_far < *bytes) {
        return Err(Failure::Mirror(format!("{broken} after {so_far} of {bytes} bytes")));
    }
    stored.sync_all().map_err(disk())?;
    Ok(())
}

/// Removes the partial file `part` if it exists.
fn discard(part: &Path) -> Result<(), files::Error> {
    match std::fs::remove_file(part) {
        Err(e) if e.kind() != ErrorKind::NotFound => Err(files::Error::new("remove", part)(e)),
        _ => Ok(()),
    }
}
