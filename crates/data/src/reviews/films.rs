//! The layout of `aclImdb`: one film review per file, in `{train,test}/{pos,neg}/ID_STARS.txt` and
//! `train/unsup/ID_0.txt`.
//!
//! # Source
//! <https://ai.stanford.edu/~amaas/data/sentiment/>.

use super::{Content, Corpus, FEWER, MAX_REVIEWS, Part, Review, stars};
use crate::Error;
use crate::lines::MAX_LENGTH;
use crate::names::{name, visible};
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

const FOLDERS: [(Part, &str); 5] = [
    (Part::Train, "train/pos"),
    (Part::Train, "train/neg"),
    (Part::Test, "test/pos"),
    (Part::Test, "test/neg"),
    (Part::Unlabelled, "train/unsup"),
];

/// Whether the folder `path` is an `aclImdb` tree.
pub(super) fn are_in(path: &Path) -> bool {
    path.join("train/pos").is_dir() || path.join("train/neg").is_dir()
}

/// Adds the reviews of the `aclImdb` tree at `path` to `corpus`. In each part, positive reviews come first, and the
/// reviews of a folder are in ascending order of IDs. The test and unlabelled parts may be absent.
pub(super) fn read(path: &Path, corpus: &mut Corpus) -> Result<(), Error> {
    let there = |part: Part| match part {
        Part::Train | Part::Validation => true,
        Part::Test => path.join("test").is_dir(),
        Part::Unlabelled => path.join("train/unsup").is_dir(),
    };
    let mut checksums = BTreeMap::new();
    for (part, folder) in FOLDERS.into_iter().filter(|(part, _)| there(*part)) {
        let folder = path.join(folder);
        let mut files = Vec::new();
        for name in visible(&folder)?.into_iter().filter(|name| is_text(name)) {
            let file = folder.join(&name);
            let (id, stars) = parse(&name).ok_or_else(|| foreign(&file, name))?;
            files.push((id, stars, file));
        }
        files.sort_by_key(|(id, ..)| *id);
        for (_, stars, file) in files {
            if corpus.len() >= MAX_REVIEWS {
                let (expected, found) = (format!("no more than {MAX_REVIEWS} reviews in all"), "more".to_owned());
                return Err(Error::Layout { path: file, expected, found, remedy: FEWER });
            }
            let stars = part.stars(|| Ok::<_, Error>(stars))?;
            let text = text(&file)?;
            let below = file.strip_prefix(path).unwrap_or(&file).display().to_string();
            checksums.insert(below, files::sha256(text.as_bytes()));
            corpus.part(part).push(Review { content: Content::Text(text), stars });
        }
    }
    let mut all = files::Checksum::default();
    for (name, sha256) in &checksums {
        all.part(name.as_bytes());
        all.part(sha256.as_bytes());
    }
    corpus.checksums.insert(name(path), all.hex());
    Ok(())
}

fn is_text(name: &str) -> bool {
    Path::new(name).extension() == Some(OsStr::new("txt"))
}

/// The ID and the stars in a file name; `None` if the name does not have the form `ID_STARS.txt`.
fn parse(name: &str) -> Option<(u64, f64)> {
    let (id, stars) = name.strip_suffix(".txt")?.split_once('_')?;
    Some((id.parse().ok()?, stars::parse(stars)?))
}

fn foreign(path: &Path, name: String) -> Error {
    let (expected, remedy) = ("an ID and stars, such as 127_8.txt", "rename the file or remove it from the folder");
    Error::Layout { path: path.to_owned(), expected: expected.to_owned(), found: name, remedy }
}

fn text(path: &Path) -> Result<String, Error> {
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(files::Error::new("read", path))?;
    file.take(MAX_LENGTH as u64 + 1).read_to_end(&mut bytes).map_err(files::Error::new("read", path))?;
    let malformed = |offset: usize, expected: String, found: &str, remedy| {
        let (path, offset, found) = (path.to_owned(), offset as u64, found.to_owned());
        Error::Malformed { path, offset, expected, found, remedy }
    };
    if bytes.len() > MAX_LENGTH {
        let expected = format!("a review of no more than {MAX_LENGTH} bytes");
        return Err(malformed(MAX_LENGTH, expected, "more", "shorten it or remove it from the folder"));
    }
    String::from_utf8(bytes).map_err(|e| {
        let at = e.utf8_error().valid_up_to();
        malformed(at, "UTF-8 text".to_owned(), &format!("the byte {:02x}", e.as_bytes()[at]), "get the file again")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reviews;
    use crate::synthetic::tree;

    fn refused(files: &[(&str, &[u8])]) -> String {
        reviews::read(tree(files).path()).unwrap_err().to_string()
    }

    const LEAST: [(&str, &[u8]); 2] = [("train/pos/2_9.txt", b"nine"), ("train/neg/1_1.txt", b"one")];

    #[test]
    fn stars_are_in_the_names_and_ids_determine_the_order() {
        let more: [(&str, &[u8]); 7] = [
            ("train/pos/10_7.txt", b"seven<br />\ncaf\xc3\xa9"),
            ("test/pos/0_10.txt", b"ten"),
            ("test/neg/0_2.txt", b"two"),
            ("train/unsup/5_0.txt", b"unknown"),
            ("train/urls_pos.txt", b"not read"),
            ("train/pos/.DS_Store", b"not read"),
            ("imdb.vocab", b"not read"),
        ];
        let corpus = reviews::read(tree(&[&LEAST[..], &more[..]].concat()).path()).unwrap();
        let review = |text: &str, stars| Review { content: Content::Text(text.to_owned()), stars };
        let train = [("nine", 9.0), ("seven<br />\ncafé", 7.0), ("one", 1.0)];
        assert_eq!(corpus.train, train.map(|(text, stars)| review(text, Some(stars))));
        assert_eq!(corpus.test, [review("ten", Some(10.0)), review("two", Some(2.0))]);
        assert_eq!(corpus.unlabelled, [review("unknown", None)]);
        let labelled = reviews::read(tree(&LEAST).path()).unwrap();
        assert_eq!((labelled.train.len(), labelled.test.len(), labelled.unlabelled.len()), (2, 0, 0));
    }

    #[test]
    fn one_checksum_covers_the_names_and_texts_of_a_tree() {
        let checksum = |second: (&str, &[u8])| {
            let folder = tree(&[LEAST[0], second]);
            std::fs::create_dir_all(folder.path().join("train/neg")).unwrap();
            reviews::read(folder.path()).unwrap().checksums.into_values().collect::<Vec<_>>()
        };
        let whole = checksum(LEAST[1]);
        assert!(whole.len() == 1 && whole == checksum(LEAST[1]));
        assert_ne!(whole, checksum(("train/neg/1_1.txt", b"One")));
        assert_ne!(whole, checksum(("train/neg/1_2.txt", b"one")));
    }

    #[test]
    fn each_error_names_its_file() {
        let named = refused(&[LEAST[0], LEAST[1], ("train/neg/readme.txt", b"")]);
        assert!(named.contains("train/neg/readme.txt: expected an ID and stars, such as 127_8.txt"), "{named}");
        let latin = refused(&[LEAST[0], LEAST[1], ("train/neg/7_3.txt", b"caf\xe9")]);
        assert!(latin.contains("train/neg/7_3.txt: byte 3: expected UTF-8 text, found the byte e9; get"), "{latin}");
        let long = refused(&[LEAST[0], LEAST[1], ("train/neg/7_3.txt", &vec![b'a'; MAX_LENGTH + 1])]);
        assert!(long.contains("7_3.txt: byte 16777216: expected a review of no more than 16777216 bytes"), "{long}");
        let half = refused(&LEAST[..1]);
        assert!(half.contains("train/neg") && half.ends_with("; check the path"), "{half}");
    }
}
