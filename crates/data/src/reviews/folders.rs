//! Folders of texts: one text per file, a folder for each class.
//!
//! The class folders are in the given folder, or in folders such as `train`, `validation` and `test` below it. A class
//! folder whose name begins with `unlabel` or `unsup` holds texts without labels. Text files have the extension `.txt`
//! or `.text`, or no extension. In collections of mail and news, a number or a checksum may follow the last dot of a
//! name, and does not count as an extension.

use super::source::is_unlabelled;
use super::{Content, Corpus, Part, Review};
use crate::Error;
use crate::idx::damage;
use crate::lines::{self, MAX_LENGTH, NULS, RECODE};
use crate::names::{self, entries, folders, name, passed_over};
use crate::own::classes::{Class, TEXT as CLASS_TEXT};
use preprocessing::TextUnit;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

const RENAME: &str = "rename the folder: its name is the name of the class";

/// The class folders in the folder `path`, each with its part. If fewer than two of them are for training, the folder
/// has another layout.
///
/// # Errors
/// [`Error::File`] when a folder cannot be read.
pub(super) fn classes(path: &Path) -> Result<Vec<(Part, PathBuf)>, Error> {
    let folders = folders(path)?;
    let mut parts = Vec::new();
    for folder in &folders {
        if let Some(part) = names::Part::of(&name(folder)) {
            let classes = texts_below(folder)?.into_iter().map(|class| (part_of(part, &class), class));
            parts.extend(classes);
        }
    }
    if parts.iter().any(|(part, _)| *part == Part::Train) {
        parts.sort_by_key(|(part, _)| *part as usize);
        return Ok(parts);
    }
    Ok(texts_below(path)?.into_iter().map(|class| (part_of(names::Part::Train, &class), class)).collect())
}

fn part_of(part: names::Part, class: &Path) -> Part {
    if is_unlabelled(&name(class)) { Part::Unlabelled } else { part.into() }
}

/// The folders in `path` that hold texts.
fn texts_below(path: &Path) -> Result<Vec<PathBuf>, Error> {
    let mut found = Vec::new();
    for folder in folders(path)? {
        if entries(&folder)?.iter().any(|file| is_text(file)) {
            found.push(folder);
        }
    }
    Ok(found)
}

/// Adds the texts of the `classes` below the folder `path` to `corpus`, and a note on the files that are passed over,
/// to which `others` belong.
///
/// # Errors
/// [`Error::File`] when a folder cannot be read; [`Error::Layout`] when there are too many texts or a folder's name
/// cannot be the name of a class; the errors of [`text`].
pub(super) fn read(
    path: &Path,
    classes: &[(Part, PathBuf)],
    mut others: Vec<PathBuf>,
    corpus: &mut Corpus,
) -> Result<(), Error> {
    let mut all = files::Checksum::default();
    for (part, folder) in classes {
        let label = part.label(|| {
            let class = folder.file_name().and_then(|name| Class::parse(name.as_encoded_bytes()));
            class.ok_or_else(|| {
                let (path, expected) = (folder.clone(), format!("a name of {CLASS_TEXT}"));
                Error::Layout { path, expected, found: format!("{:?}", name(folder)), remedy: RENAME }
            })
        })?;
        let label = label.map(|class| class.to_string());
        for file in entries(folder)? {
            if !is_text(&file) {
                others.push(file);
                continue;
            }
            let text = text(&file)?;
            all.part(file.strip_prefix(path).unwrap_or(&file).display().to_string().as_bytes());
            all.part(files::sha256(text.as_bytes()).as_bytes());
            if text.trim().is_empty() {
                corpus.without_text += 1;
            } else {
                corpus.push_file(*part, Review::new(Content::Text(text), label.clone()), &file)?;
            }
        }
    }
    corpus.checksums.insert(name(path), all.hex());
    corpus.unit = TextUnit::Files;
    corpus.notes.extend(passed_over(&others));
    Ok(())
}

/// Whether `path` is a file that, apart from `.gz`, has the extension `.txt` or `.text`, or no extension. What follows
/// the last dot is not an extension if it is longer than five bytes, has no letter or has white space.
pub(super) fn is_text(path: &Path) -> bool {
    const LONGEST: usize = 5;
    let ending = names::unpacked(path).extension().map(|ending| ending.to_string_lossy().to_lowercase());
    let is_none = |ending: &str| {
        ending.len() > LONGEST || !ending.chars().any(char::is_alphabetic) || ending.contains(char::is_whitespace)
    };
    ending.is_none_or(|ending| ending == "txt" || ending == "text" || is_none(&ending)) && path.is_file()
}

/// The text of the file at `path`, plain or gzip, UTF-8 or UTF-16.
///
/// # Errors
/// [`Error::File`] when the file cannot be read; [`Error::Malformed`] when its gzip stream is damaged, or the text is
/// too long, in another encoding, or contains a zero byte.
pub(super) fn text(path: &Path) -> Result<String, Error> {
    let file = File::open(path).map_err(files::Error::new("read", path))?;
    text_of(path, lines::text(path, BufReader::new(file))?)
}

/// The text that `reader`, made by [`lines::text`], returns; `path` names the file in errors.
///
/// # Errors
/// As for [`text`].
pub(super) fn text_of(path: &Path, reader: impl Read) -> Result<String, Error> {
    let malformed = |offset: usize, expected: String, found: String, remedy| {
        let (path, offset) = (path.to_owned(), offset as u64);
        Error::Malformed { path, offset, expected, found, remedy }
    };
    let mut bytes = Vec::new();
    if let Err(e) = reader.take(MAX_LENGTH as u64 + 1).read_to_end(&mut bytes) {
        return Err(match damage(&e) {
            Some(found) => malformed(bytes.len(), "a whole gzip stream".to_owned(), found, "get the file again"),
            None => files::Error::new("read", path)(e).into(),
        });
    }
    if bytes.len() > MAX_LENGTH {
        let expected = format!("a text of no more than {MAX_LENGTH} bytes");
        return Err(malformed(
            MAX_LENGTH,
            expected,
            "more".to_owned(),
            "shorten the text, or remove the file from the folder",
        ));
    }
    if bytes.starts_with(b"\xef\xbb\xbf") {
        bytes.drain(..3);
    }
    if let Some(at) = bytes.iter().position(|byte| *byte == 0) {
        return Err(malformed(at, "UTF-8 text".to_owned(), "a NUL byte".to_owned(), NULS));
    }
    String::from_utf8(bytes).map_err(|e| {
        let (at, encoding) = (e.utf8_error().valid_up_to(), lines::encoding(e.as_bytes()));
        malformed(at, "UTF-8 text".to_owned(), format!("the byte {:02x}{encoding}", e.as_bytes()[at]), RECODE)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::TableChoices;
    use crate::synthetic::{gzip, tree};

    fn corpus(files: &[(&str, &[u8])]) -> Result<Corpus, String> {
        super::super::read(tree(files).path(), &TableChoices::default()).map_err(|e| e.to_string())
    }

    fn shown(reviews: &[Review]) -> Vec<(&str, &str)> {
        let text = |review: &Review| if let Content::Text(_) = review.content { "" } else { "no text" };
        let all = reviews.iter().inspect(|review| assert_eq!(text(review), ""));
        all.map(|review| {
            let Content::Text(text) = &review.content else { unreachable!() };
            (review.label.as_deref().unwrap_or("none"), text.as_str())
        })
        .collect()
    }

    #[test]
    fn a_folder_is_a_class_and_a_text_has_no_ending_or_txt() {
        let utf16: Vec<u8> = [0xfeff].into_iter().chain("voilà".encode_utf16()).flat_map(u16::to_le_bytes).collect();
        let found = corpus(&[
            ("sport/1.TXT", b"\xef\xbb\xbfgoal\r\n"),
            ("sport/49960", b"match"),
            ("sport/b.txt.gz", &gzip(b"cup")),
            ("sci.space/00001.7c53336b37003a", b"orbit"),
            ("sci.space/2.1", b"moon"),
            ("sci.space/u.txt", &utf16),
            ("sci.space/empty.txt", b" \n"),
            ("sci.space/picture.png", b"not read"),
            ("sci.space/.DS_Store", b"not read"),
            ("unlabelled/x.txt", b"free"),
            ("README", b"not read"),
        ])
        .unwrap();
        let expected = [
            ("sci.space", "orbit"),
            ("sci.space", "moon"),
            ("sci.space", "voilà"),
            ("sport", "goal\r\n"),
            ("sport", "match"),
            ("sport", "cup"),
        ];
        assert_eq!(shown(&found.train), expected);
        assert_eq!((shown(&found.unlabelled), found.without_text), (vec![("none", "free")], 1));
        assert_eq!(found.notes, ["passed over: README, picture.png"]);
        assert_eq!(found.checksums.len(), 1);
    }

    #[test]
    fn parts_are_folders_above_the_classes() {
        for [train, validation, test] in
            [["train", "validation", "test"], ["20news-bydate-train", "val", "20news-bydate-test"]]
        {
            let names = [train, validation, test].map(|part| ["a", "b"].map(|class| format!("{part}/{class}/1.txt")));
            let files: Vec<(&str, &[u8])> =
                names.iter().flatten().map(|name| (name.as_str(), name.as_bytes())).collect();
            let found = corpus(&files).unwrap();
            for (reviews, part) in [(&found.train, train), (&found.validation, validation), (&found.test, test)] {
                let expected = ["a", "b"].map(|class| (class, format!("{part}/{class}/1.txt")));
                assert_eq!(shown(reviews), expected.each_ref().map(|(class, text)| (*class, text.as_str())));
            }
        }
    }

    #[test]
    fn a_pair_of_folders_without_stars_in_names_is_no_imdb() {
        let files = ["train/neg/a.txt", "train/pos/b.txt", "test/neg/c.txt", "test/pos/d.txt"];
        let found = corpus(&files.map(|name| (name, name.as_bytes()))).unwrap();
        assert_eq!(shown(&found.train), [("neg", "train/neg/a.txt"), ("pos", "train/pos/b.txt")]);
        assert_eq!(shown(&found.test), [("neg", "test/neg/c.txt"), ("pos", "test/pos/d.txt")]);
    }

    #[test]
    fn text_in_latin_1_is_refused_with_its_byte() {
        let error = corpus(&[("a/1", b"fine"), ("b/2", b"caf\xe9")]).unwrap_err();
        assert!(
            error.contains("b/2: byte 3: expected UTF-8 text, found the byte e9 (perhaps windows-1252); save the text"),
            "{error}"
        );
        let nul = corpus(&[("a/1", b"fine"), ("b/2", b"caf\0e")]).unwrap_err();
        assert!(nul.contains("b/2: byte 3: expected UTF-8 text, found a NUL byte; remove"), "{nul}");
    }
}
