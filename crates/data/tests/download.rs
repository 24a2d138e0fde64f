//! Tests of the downloader with a small web server on the local machine.
#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

use data::catalogue::{Checksum, Content, Entry, File, IdxFiles, MNIST};
use data::{Error, Progress, fetch};
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

/// The offset of the first byte that each request asked for; `None` for a request for the whole file.
type Requests = Arc<Mutex<Vec<Option<usize>>>>;

/// Starts a web server that replies to each request with the bytes that `answer` returns and then closes the
/// connection. `answer` receives the offset of the first requested byte, or `None` for a request for the whole file.
/// Returns the address of the server's folder and the record of requests.
fn serve(mut answer: impl FnMut(Option<usize>) -> Vec<u8> + Send + 'static) -> (String, Requests) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/some/folder/", listener.local_addr().unwrap());
    let requests = Requests::default();
    let seen = Arc::clone(&requests);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream: TcpStream = stream.unwrap();
            let lines = BufReader::new(stream.try_clone().unwrap()).lines();
            let header: Vec<String> = lines.map_while(Result::ok).take_while(|line| !line.is_empty()).collect();
            let start = header.iter().find_map(|line| {
                let range = line.to_ascii_lowercase();
                range.strip_prefix("range: bytes=")?.trim_end_matches('-').parse().ok()
            });
            seen.lock().unwrap().push(start);
            let _ = stream.write_all(&answer(start)); // the client may have closed the connection
        }
    });
    (url, requests)
}

fn reply(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    [format!("HTTP/1.1 {status}\r\nConnection: close\r\n{headers}\r\n").as_bytes(), body].concat()
}

/// A reply with all of `bytes`.
fn whole(bytes: &[u8]) -> Vec<u8> {
    reply("200 OK", &format!("Content-Length: {}\r\n", bytes.len()), bytes)
}

/// The reply of a server that supports ranges: `bytes` from `start` on, or all of `bytes` if `start` is `None`.
fn ranged(bytes: &[u8], start: Option<usize>) -> Vec<u8> {
    let Some(start) = start else { return whole(bytes) };
    let (last, length) = (bytes.len() - 1, bytes.len() - start);
    let headers = format!("Content-Range: bytes {start}-{last}/{}\r\nContent-Length: {length}\r\n", bytes.len());
    reply("206 Partial Content", &headers, &bytes[start..])
}

fn not_found(_: Option<usize>) -> Vec<u8> {
    reply("404 Not Found", "Content-Length: 0\r\n", b"")
}

/// The bytes of `a.gz`, the only file that is missing from a [`Case`].
fn content() -> Vec<u8> {
    (0..200_000u32).map(|i| (i % 251) as u8).collect()
}

fn entry_of(files: [File; 4]) -> Entry {
    let content = IdxFiles { files: Box::leak(Box::new(files)), mirrors: &[] };
    Entry { content: Content::Files(Box::leak(Box::new(content))), ..MNIST }
}

/// A data set of four files, and a folder that contains three of them.
struct Case {
    entry: Entry,
    folder: tempfile::TempDir,
}

impl Case {
    fn new() -> Self {
        let file = |name, bytes: &[u8]| File {
            name,
            unpacked: "unpacked",
            bytes: Some(bytes.len() as u64),
            checksum: Checksum::Sha256(files::sha256(bytes).leak()),
            sizes: &[1],
        };
        let folder = tempfile::tempdir().unwrap();
        let others = ["b", "c", "d"];
        for name in others {
            files::write(&folder.path().join(name), name.as_bytes()).unwrap();
        }
        let [b, c, d] = others.map(|name| file(name, name.as_bytes()));
        Self { entry: entry_of([file("a.gz", &content()), b, c, d]), folder }
    }

    fn place(&self) -> PathBuf {
        self.folder.path().join("a.gz")
    }

    fn part(&self) -> PathBuf {
        self.folder.path().join("a.gz.part")
    }

    fn fetch(&self, mirrors: &[&str]) -> Result<(), Error> {
        fetch(&self.entry, self.folder.path(), mirrors, &mut |_| {})
    }

    /// Asserts that fetching succeeds and leaves the complete file and no partial file.
    fn check(&self, mirrors: &[&str]) {
        self.fetch(mirrors).unwrap();
        assert!(files::read(&self.place()).unwrap() == content());
        assert!(!self.part().exists());
    }

    /// Asserts that fetching fails and leaves no complete file; returns the reason why each attempt failed.
    fn check_fails(&self, mirrors: &[&str]) -> Vec<String> {
        let Error::Unreachable { attempts, .. } = self.fetch(mirrors).unwrap_err() else {
            unreachable!("fetching must fail because no mirror delivers the file")
        };
        assert!(!self.place().exists());
        attempts.into_iter().map(|attempt| attempt.reason).collect()
    }
}

#[test]
fn a_file_is_fetched_once_and_reported() {
    let case = Case::new();
    let (url, requests) = serve(|start| ranged(&content(), start));
    let mut said = Vec::new();
    let mut progress = |step: Progress| match step {
        Progress::Started { file, bytes, from } => said.push(format!("{file} {} {from}", bytes.unwrap())),
        Progress::Received { bytes_so_far: 200_000, .. } => said.push("received".to_owned()),
        Progress::Verified { file } => said.push(format!("verified {file}")),
        _ => {}
    };
    fetch(&case.entry, case.folder.path(), &[&url], &mut progress).unwrap();
    let verified = ["a.gz", "b", "c", "d"].map(|name| format!("verified {name}"));
    assert_eq!(said[..2], [format!("a.gz 200000 {url}a.gz"), "received".to_owned()]);
    assert_eq!(said[2..], verified);
    case.check(&[&url]);
    assert_eq!(*requests.lock().unwrap(), [None]);
}

#[test]
fn a_dropped_connection_is_resumed_where_it_broke() {
    let case = Case::new();
    let (cut, _) = serve(|_| whole(&content())[..100_000].to_vec());
    let reasons = case.check_fails(&[&cut]);
    assert!(reasons[0].contains("of 200000 bytes"), "{reasons:?}");
    let kept = usize::try_from(std::fs::metadata(case.part()).unwrap().len()).unwrap();
    assert!((1..100_000).contains(&kept));
    let (good, requests) = serve(|start| ranged(&content(), start));
    case.check(&[&good]);
    assert_eq!(*requests.lock().unwrap(), [Some(kept)]);
}

#[test]
fn the_next_mirror_goes_on_from_the_part_of_the_first() {
    let case = Case::new();
    let (cut, _) = serve(|_| whole(&content())[..100_000].to_vec());
    let (good, requests) = serve(|start| ranged(&content(), start));
    case.check(&[&cut, &good]);
    assert!(matches!(requests.lock().unwrap()[..], [Some(_)]));
}

#[test]
fn a_server_without_ranges_starts_again() {
    let case = Case::new();
    files::write(&case.part(), &content()[..1000]).unwrap();
    let (url, requests) = serve(|_| whole(&content()));
    case.check(&[&url]);
    assert_eq!(*requests.lock().unwrap(), [Some(1000)]);
}

#[test]
fn a_refused_range_discards_the_part_and_starts_again() {
    let case = Case::new();
    files::write(&case.part(), &content()[..1000]).unwrap();
    let (url, requests) = serve(|start| match start {
        Some(_) => reply("416 Range Not Satisfiable", "Content-Length: 0\r\n", b""),
        None => whole(&content()),
    });
    case.check(&[&url]);
    assert_eq!(*requests.lock().unwrap(), [Some(1000), None]);
}

#[test]
fn a_bad_part_is_not_blamed_on_the_mirror() {
    let case = Case::new();
    files::write(&case.part(), b"a page of some hotel").unwrap();
    let (url, requests) = serve(|start| ranged(&content(), start));
    case.check(&[&url]);
    assert_eq!(*requests.lock().unwrap(), [Some(20), None]);
}

#[test]
fn a_finished_part_needs_no_network() {
    let case = Case::new();
    files::write(&case.part(), &content()).unwrap();
    case.check(&[]);
}

#[test]
fn a_wrong_file_in_place_is_replaced() {
    let case = Case::new();
    files::write(&case.place(), &[content(), vec![0]].concat()).unwrap();
    let (url, _) = serve(|start| ranged(&content(), start));
    case.check(&[&url]);
}

#[test]
fn wrong_bytes_are_never_put_in_place() {
    let case = Case::new();
    let (wrong, _) = serve(|_| whole(&vec![1; 200_000]));
    assert_eq!(case.check_fails(&[&wrong]), ["sent bytes that differ from the published file"]);
    assert!(!case.part().exists());
    let (good, requests) = serve(|start| ranged(&content(), start));
    case.check(&[&wrong, &good]);
    assert_eq!(*requests.lock().unwrap(), [None]);
}

#[test]
fn a_missing_file_and_a_wrong_length_lead_to_the_next_mirror() {
    let case = Case::new();
    let (missing, _) = serve(not_found);
    let (page, _) = serve(|_| whole(b"please log in"));
    assert_eq!(case.check_fails(&[&missing, &page]), ["404 Not Found", "offers 13 bytes from byte 0 on, not 200000"]);
    let (good, _) = serve(|start| ranged(&content(), start));
    case.check(&[&missing, &page, &good]);
}

#[test]
fn a_busy_server_leads_to_the_next_mirror() {
    let case = Case::new();
    let (busy, _) = serve(|_| reply("503 Service Unavailable", "Retry-After: 9\r\nContent-Length: 0\r\n", b""));
    assert_eq!(case.check_fails(&[&busy]), ["503 Service Unavailable"]);
    let (good, _) = serve(|start| ranged(&content(), start));
    case.check(&[&busy, &good]);
}

#[test]
fn a_redirection_is_followed_and_one_without_end_is_given_up() {
    let case = Case::new();
    let (around, requests) = serve(|_| reply("302 Found", "Location: /again\r\nContent-Length: 0\r\n", b""));
    assert_eq!(case.check_fails(&[&around]).len(), 1);
    assert!((2..50).contains(&requests.lock().unwrap().len()));
    let (good, _) = serve(|start| ranged(&content(), start));
    let moved = format!("Location: {good}a.gz\r\nContent-Length: 0\r\n");
    let (old, _) = serve(move |_| reply("302 Found", &moved, b""));
    case.check(&[&old]);
}

#[test]
fn a_file_of_unknown_length_is_resumed_and_judged_by_its_checksum() {
    let mut case = Case::new();
    let [a, b, c, d] = case.entry.files() else { unreachable!("the entry has four files") };
    let md5 = files::md5_of(&mut content().as_slice()).unwrap().leak();
    let a = File { bytes: None, checksum: Checksum::Md5(md5), ..a.clone() };
    case.entry = entry_of([a, b.clone(), c.clone(), d.clone()]);
    let (cut, _) = serve(|_| whole(&content())[..100_000].to_vec());
    assert!(case.check_fails(&[&cut])[0].contains("of 200000 bytes"));
    let (good, requests) = serve(|start| ranged(&content(), start));
    case.check(&[&good]);
    assert!(matches!(requests.lock().unwrap()[..], [Some(_)]));
    std::fs::remove_file(case.place()).unwrap();
    let (wrong, _) = serve(|_| whole(b"please log in"));
    assert_eq!(case.check_fails(&[&wrong]), ["sent bytes that differ from the published file"]);
}

#[test]
fn a_file_longer_than_promised_is_cut_off_and_dropped() {
    let case = Case::new();
    let (endless, _) = serve(|_| reply("200 OK", "", &vec![1; 1_000_000]));
    assert_eq!(case.check_fails(&[&endless]), ["sent more than the 200000 bytes of the file"]);
    assert!(!case.part().exists());
}

#[test]
fn another_range_than_asked_for_is_rejected() {
    let case = Case::new();
    files::write(&case.part(), &content()[..1000]).unwrap();
    let (url, _) = serve(|_| ranged(&content(), Some(5)));
    assert_eq!(case.check_fails(&[&url]), ["sent a range that was not requested"]);
    assert_eq!(std::fs::metadata(case.part()).unwrap().len(), 1000);
}

#[test]
fn when_nothing_answers_the_sentence_says_what_was_tried_and_what_to_do() {
    let case = Case::new();
    let closed = format!("http://{}", TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap());
    let error = case.fetch(&[&closed]).unwrap_err().to_string();
    assert!(error.starts_with(&format!("cannot download a.gz: {closed}/a.gz (")), "{error}");
    let folder = case.folder.path().display();
    let remedy = format!(
        "; check the network and try again, put the file into {folder} by hand, or pass --data-dir with a folder that holds it"
    );
    assert!(error.ends_with(&remedy), "{error}");
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let case = Case::new();
    let error = fetch(&case.entry, &case.folder.path().join("b"), &[], &mut |_| {}).unwrap_err().to_string();
    assert!(error.starts_with("cannot create "), "{error}");
}

#[test]
fn two_at_once_take_turns() {
    let case = Case::new();
    let (waiting, both_are_there) = mpsc::channel();
    let (asked, first_asked) = mpsc::channel();
    let (url, requests) = serve(move |start| {
        asked.send(()).unwrap();
        both_are_there.recv_timeout(Duration::from_secs(10)).unwrap();
        ranged(&content(), start)
    });
    std::thread::scope(|scope| {
        scope.spawn(|| case.check(&[&url]));
        first_asked.recv_timeout(Duration::from_secs(10)).unwrap();
        let mut progress = |step: Progress| {
            if matches!(step, Progress::Waiting { .. }) {
                waiting.send(()).unwrap();
            }
        };
        fetch(&case.entry, case.folder.path(), &[&url], &mut progress).unwrap();
    });
    assert_eq!(*requests.lock().unwrap(), [None]);
}
