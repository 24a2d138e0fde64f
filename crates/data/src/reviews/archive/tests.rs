//! Tests of a small data set with the layout of `aclImdb`, published as an archive.

use super::*;
use crate::catalogue::{Checksum, Content, IMDB};
use crate::synthetic::{gzip, load_offline};
use crate::{Access, Choices, Locations, Source, State, verify};

/// A folder with an archive of 20 training and 4 test reviews, and the entry of this data set.
fn packed() -> (tempfile::TempDir, Entry) {
    let mut builder = tar::Builder::new(Vec::new());
    for k in 0..24 {
        let (part, (polarity, stars)) = (if k < 20 { "train" } else { "test" }, [("pos", 9), ("neg", 2)][k % 2]);
        let text = format!("word{k} stars{stars}");
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        header.set_mode(0o644);
        let name = format!("aclImdb/{part}/{polarity}/{k}_{stars}.txt");
        builder.append_data(&mut header, name, text.as_bytes()).unwrap();
    }
    let bytes = gzip(&builder.into_inner().unwrap());
    let folder = tempfile::tempdir().unwrap();
    files::write(&folder.path().join("aclImdb_v1.tar.gz"), &bytes).unwrap();
    let archive = File {
        bytes: Some(bytes.len() as u64),
        checksum: Checksum::Sha256(files::sha256(&bytes).leak()),
        ..IMDB.files()[0].clone()
    };
    let content = Content::Files(Box::leak(Box::new(ReviewArchive { archive, mirrors: &[] })));
    (folder, Entry { train: 18, validation: 2, test: 4, content, ..IMDB })
}

fn loaded(folder: &Path, entry: &Entry) -> Result<DataSet, Error> {
    let here = Locations::DataDir(folder.to_owned());
    load_offline(entry, &here, &Choices::default())
}

fn verified(folder: &Path, entry: &Entry) -> State {
    let source = Source { data_dir: Some(folder.to_owned()), access: Access::Offline };
    verify(entry, &source).unwrap().remove(0).state
}

#[test]
fn the_checksum_is_the_archives_only_where_the_texts_are_from_it() {
    let (folder, entry) = packed();
    let (archive, tree) = (folder.path().join("aclImdb_v1.tar.gz"), folder.path().join("aclImdb"));
    let checksums = || loaded(folder.path(), &entry).unwrap().checksums;
    let of_archive = files::sha256(&files::read(&archive).unwrap());
    let first = BTreeMap::from([("aclImdb_v1.tar.gz".to_owned(), of_archive)]);
    assert_eq!((checksums(), checksums()), (first.clone(), first));
    // The folder beside the archive is now of unknown origin.
    std::fs::remove_file(tree.join(".archive-sha256")).unwrap();
    let of_tree = checksums();
    assert_eq!(of_tree.keys().collect::<Vec<_>>(), ["aclImdb"]);
    std::fs::remove_file(archive).unwrap();
    assert_eq!(checksums(), of_tree);
    assert!(matches!(verified(folder.path(), &entry), State::Present { sha256 } if sha256 == of_tree["aclImdb"]));
    files::write(&tree.join("test/pos/20_9.txt"), b"another").unwrap();
    assert_ne!(checksums(), of_tree);
}

#[test]
fn a_tree_of_other_counts_is_refused_whatever_is_chosen_of_it() {
    let (folder, entry) = packed();
    loaded(folder.path(), &entry).unwrap();
    std::fs::remove_file(folder.path().join("aclImdb_v1.tar.gz")).unwrap();
    std::fs::remove_file(folder.path().join("aclImdb/train/neg/19_2.txt")).unwrap();
    let expected = "aclImdb: expected 20 training and 4 test reviews, found 19 training and 4 test reviews; delete the";
    let error = loaded(folder.path(), &entry).unwrap_err().to_string();
    assert!(error.contains(expected), "{error}");
    let State::Wrong(error) = verified(folder.path(), &entry) else { panic!("the missing review must be noticed") };
    assert!(error.to_string().contains(expected), "{error}");
}
