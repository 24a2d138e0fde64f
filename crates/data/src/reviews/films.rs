//! The layout of `aclImdb`: one film review per file, in `{train,test}/{pos,neg}/ID_STARS.txt` and
//! `train/unsup/ID_0.txt`.
//!
//! # Source
//! <https://ai.stanford.edu/~amaas/data/sentiment/>.

use super::folders::text;
use super::{Content, Corpus, Part, Review, stars};
use crate::Error;
use crate::names::{ends_with, entries, name, passed_over};
use preprocessing::TextUnit;
use std::collections::BTreeMap;
use std::path::Path;

const FOLDERS: [(Part, &str); 5] = [
    (Part::Train, "train/pos"),
    (Part::Train, "train/neg"),
    (Part::Test, "test/pos"),
    (Part::Test, "test/neg"),
    (Part::Unlabelled, "train/unsup"),
];

/// Whether the folder `path` is an `aclImdb` tree: the first text file in `train/pos`, or in `train/neg` if `train/pos`
/// has none, has a name of the form `ID_STARS.txt`.
pub(super) fn are_in(path: &Path) -> bool {
    let files = FOLDERS[..2].iter().flat_map(|(_, folder)| entries(&path.join(folder)).unwrap_or_default());
    files.filter(|file| is_text(file)).take(1).any(|file| parse(&name(&file)).is_some())
}

/// Adds the reviews of the `aclImdb` tree at `path` to `corpus`. In each part, positive reviews come first, and the
/// reviews of a folder are in ascending order of IDs. The test and unlabelled parts may be absent.
pub(super) fn read(path: &Path, corpus: &mut Corpus) -> Result<(), Error> {
    let there = |part: Part| match part {
        Part::Train | Part::Validation => true,
        Part::Test => path.join("test").is_dir(),
        Part::Unlabelled => path.join("train/unsup").is_dir(),
    };
    let (mut checksums, mut others) = (BTreeMap::new(), Vec::new());
    for (part, folder) in FOLDERS.into_iter().filter(|(part, _)| there(*part)) {
        let folder = path.join(folder);
        let mut files = Vec::new();
        for file in entries(&folder)? {
            if !is_text(&file) {
                others.push(file);
                continue;
            }
            let name = name(&file);
            let (id, stars) = parse(&name).ok_or_else(|| foreign(&file, name))?;
            files.push((id, stars, file));
        }
        files.sort_by_key(|(id, ..)| *id);
        for (_, stars, file) in files {
            let stars = part.label(|| Ok::<_, Error>(stars))?;
            let text = text(&file)?;
            let below = file.strip_prefix(path).unwrap_or(&file).display().to_string();
            checksums.insert(below, files::sha256(text.as_bytes()));
            corpus.push_file(part, Review::starred(Content::Text(text), stars), &file)?;
        }
    }
    let mut all = files::Checksum::default();
    for (name, sha256) in &checksums {
        all.part(name.as_bytes());
        all.part(sha256.as_bytes());
    }
    corpus.checksums.insert(name(path), all.hex());
    corpus.unit = TextUnit::Files;
    corpus.notes.extend(passed_over(&others));
    Ok(())
}

fn is_text(file: &Path) -> bool {
    ends_with(file, &["txt"])
}

/// The ID and the stars in a file name; `None` if the name does not have the form `ID_STARS.txt`.
fn parse(name: &str) -> Option<(u64, f64)> {
    let (id, stars) = Path::new(name).file_stem()?.to_str()?.split_once('_')?;
    Some((id.parse().ok()?, stars::parse(stars)?))
}

fn foreign(path: &Path, name: String) -> Error {
    let (expected, remedy) = ("an ID and stars, such as 127_8.txt", "rename the file or remove it from the folder");
    Error::Layout { path: path.to_owned(), expected: expected.to_owned(), found: name, remedy }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lines::MAX_LENGTH;
    use crate::reviews;
    use crate::synthetic::tree;

    fn refused(files: &[(&str, &[u8])]) -> String {
        reviews::read(tree(files).path(), &crate::TableChoices::default()).unwrap_err().to_string()
    }

    fn read_tree(files: &[(&str, &[u8])]) -> Result<Corpus, Error> {
        reviews::read(tree(files).path(), &crate::TableChoices::default())
    }

    const LEAST: [(&str, &[u8]); 2] = [("train/pos/2_9.txt", b"nine"), ("train/neg/1_1.txt", b"one")];

    #[test]
    fn stars_are_in_the_names_and_ids_determine_the_order() {
        let more: [(&str, &[u8]); 7] = [
            ("train/pos/10_7.TXT", b"seven<br />\ncaf\xc3\xa9"),
            ("test/pos/0_10.txt", b"ten"),
            ("test/neg/0_2.txt", b"two"),
            ("train/unsup/5_0.txt", b"unknown"),
            ("train/urls_pos.txt", b"not read"),
            ("train/pos/.DS_Store", b"not read"),
            ("imdb.vocab", b"not read"),
        ];
        let corpus = read_tree(&[&LEAST[..], &more[..]].concat()).unwrap();
        let review = |text: &str, stars| Review::starred(Content::Text(text.to_owned()), stars);
        let train = [("nine", 9.0), ("seven<br />\ncafé", 7.0), ("one", 1.0)];
        assert_eq!(corpus.train, train.map(|(text, stars)| review(text, Some(stars))));
        assert_eq!(corpus.test, [review("ten", Some(10.0)), review("two", Some(2.0))]);
        assert_eq!(corpus.unlabelled, [review("unknown", None)]);
        let labelled = read_tree(&LEAST).unwrap();
        assert_eq!((labelled.train.len(), labelled.test.len(), labelled.unlabelled.len()), (2, 0, 0));
    }

    #[test]
    fn one_checksum_covers_the_names_and_texts_of_a_tree() {
        let checksum = |second: (&str, &[u8])| {
            let folder = tree(&[LEAST[0], second]);
            std::fs::create_dir_all(folder.path().join("train/neg")).unwrap();
            reviews::read(folder.path(), &crate::TableChoices::default())
                .unwrap()
                .checksums
                .into_values()
                .collect::<Vec<_>>()
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
        assert!(latin.contains("train/neg/7_3.txt: byte 3: expected UTF-8 text, found the byte e9"), "{latin}");
        let long = refused(&[LEAST[0], LEAST[1], ("train/neg/7_3.txt", &vec![b'a'; MAX_LENGTH + 1])]);
        assert!(long.contains("7_3.txt: byte 16777216: expected a text of no more than 16777216 bytes"), "{long}");
        let half = refused(&LEAST[..1]);
        assert!(half.contains("train/neg") && half.ends_with("; check the path"), "{half}");
    }
}
