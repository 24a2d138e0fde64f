use super::*;
use image::{DynamicImage, GrayImage, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};
use proptest::prelude::*;
use std::io::Cursor;

mod values;

/// A temporary folder of pictures.
struct Album(tempfile::TempDir);

impl Album {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn put(&self, name: &str, bytes: &[u8]) {
        let path = self.0.path().join(name);
        files::create_folder(path.parent().unwrap()).unwrap();
        files::write(&path, bytes).unwrap();
    }

    fn read(&self) -> Result<Found, Error> {
        self.read_with(&PictureChoices::default())
    }

    fn read_with(&self, choices: &PictureChoices) -> Result<Found, Error> {
        read(self.0.path(), choices)
    }

    fn refused(&self) -> String {
        self.read().unwrap_err().to_string()
    }
}

fn encoded(picture: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.into().write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn grey(width: u32, height: u32, first: u8) -> GrayImage {
    GrayImage::from_fn(width, height, |x, y| [first + (y * width + x) as u8].into())
}

fn png(first: u8) -> Vec<u8> {
    encoded(grey(2, 1, first), ImageFormat::Png)
}

/// An album of two classes with one grey picture each.
fn two() -> Album {
    let album = Album::new();
    album.put("10/a.png", &png(1));
    album.put("9/a.png", &png(3));
    album
}

fn pixels(table: &Table) -> &[u8] {
    let Values::Images(pixels, _) = &table.values else { panic!("pictures must be stored as images") };
    pixels
}

fn shape(table: &Table) -> Shape {
    let Values::Images(_, shape) = table.values else { panic!("pictures must be stored as images") };
    shape
}

#[test]
fn folders_are_classes_and_other_files_are_ignored() {
    let album = two();
    for other in ["9/notes.txt", "9/.hidden.png", "9/Thumbs.db", "readme.md", ".git/a.png"] {
        album.put(other, b"no picture");
    }
    album.put("__MACOSX/9/._a.png", b"no picture");
    album.put("beside.png", &png(9));
    let found = album.read().unwrap();
    assert_eq!(
        found.notes,
        [
            "passed over files that are not pictures: 1 .db, 1 .txt",
            "passed over pictures outside the folders of classes: 1"
        ]
    );
    let table = found.tables.train;
    assert_eq!(pixels(&table), [1, 2, 3, 4]);
    assert_eq!(
        (&table.labels.classes()[..], &table.classes[..]),
        (&[1, 0][..], &["9".to_owned(), "10".to_owned()][..])
    );
    assert_eq!((table.width, shape(&table)), (2, Shape::grey(1, 2)));
    assert_eq!(found.files, [album.0.path().join("10/a.png"), album.0.path().join("9/a.png")]);
}

#[test]
fn folders_of_parts_share_classes_and_colour() {
    let album = Album::new();
    for (k, name) in ["train/a/1.png", "train/b/1.png", "val/b/1.png"].into_iter().enumerate() {
        album.put(name, &png(k as u8));
    }
    let colour = RgbImage::from_fn(2, 1, |x, _| Rgb([10 + x as u8, 20 + x as u8, 30 + x as u8]));
    album.put("test/b/1.png", &encoded(colour, ImageFormat::Png));
    let tables = album.read().unwrap().tables;
    assert_eq!(pixels(&tables.train), [0, 1, 0, 1, 0, 1, 1, 2, 1, 2, 1, 2]);
    let test = tables.test.unwrap();
    assert_eq!((pixels(&test), &test.labels.classes()[..]), (&[10, 11, 20, 21, 30, 31][..], &[1][..]));
    assert_eq!(shape(&test), Shape { channels: 3, height: 1, width: 2 });
    assert_eq!(pixels(&tables.validation.unwrap()).len(), 6);
}

#[test]
fn a_class_may_be_called_train() {
    let album = two();
    album.put("train/a.png", &png(5));
    assert_eq!(album.read().unwrap().tables.train.classes, ["9", "10", "train"]);
}

#[test]
fn folders_of_parts_need_folders_of_classes() {
    for parts in [&["train", "test"][..], &["train", "valid", "test"], &["train"], &["training_set", "test1"]] {
        let album = Album::new();
        for (k, part) in parts.iter().enumerate() {
            album.put(&format!("{part}/cat.0.png"), &png(k as u8));
        }
        let error = album.refused();
        assert!(
            error.contains("expected a folder for each class in the folder of each part, found no folders in ")
                && error.contains("put the pictures of each class into a folder"),
            "{error}"
        );
    }
    let album = Album::new();
    for name in ["valid/a/1.png", "valid/b/1.png", "test/a/1.png", "test/b/1.png"] {
        album.put(name, &png(0));
    }
    let error = album.refused();
    assert!(
        error.contains("expected train in the name of one of the folders of pictures, found no such name;"),
        "{error}"
    );
}

#[test]
fn a_folder_in_another_notation_is_said() {
    for (other, said) in [("01", true), ("1.0", true), ("1", false)] {
        let album = Album::new();
        for name in ["train/1/1.png", "train/2/1.png", &format!("test/{other}/1.png")] {
            album.put(name, &png(0));
        }
        let notes = album.read().unwrap().notes;
        assert_eq!(
            notes.iter().any(|note| note.ends_with(&format!("test/{other} read as class 1"))),
            said,
            "{notes:?}"
        );
    }
}

#[test]
fn formats_are_recognised_by_content() {
    let album = two();
    for (name, format) in [("b.jpg", ImageFormat::Pnm), ("c.PNG", ImageFormat::Bmp), ("d.pgm", ImageFormat::Jpeg)] {
        album.put(&format!("9/{name}"), &encoded(GrayImage::from_pixel(2, 1, [200].into()), format));
    }
    for (name, format) in [("e.tiff", ImageFormat::Tiff), ("f.gif", ImageFormat::Gif), ("g.png", ImageFormat::WebP)] {
        album.put(&format!("9/{name}"), &encoded(RgbImage::from_pixel(2, 1, [200; 3].into()), format));
    }
    album.put("9/h.pgm", b"P2 2 1 4 1 2");
    let found = album.read().unwrap();
    let table = found.tables.train;
    assert_eq!(shape(&table).channels, 1);
    assert_eq!(pixels(&table)[4..], [[200; 12].as_slice(), &[64, 128]].concat());
    assert!(found.notes.is_empty(), "{:?}", found.notes);
}

#[test]
fn a_file_without_an_ending_is_a_picture_by_its_content() {
    let album = two();
    for name in ["9/IMG_6", "9/scan.2021"] {
        album.put(name, &png(5));
    }
    album.put("9/README", b"P5s of the album");
    album.put("9/old.bak", &png(5));
    let found = album.read().unwrap();
    assert_eq!(found.tables.train.labels.len(), 4);
    assert_eq!(found.notes, ["passed over files that are not pictures: 1 without an ending, 1 .bak"]);
}

#[test]
fn formats_that_cannot_be_decoded_are_named() {
    let starts: [(&str, &[u8], &str); 4] = [
        ("a.heic", b"\0\0\0\x18ftypheic\0\0\0\0", "HEIC"),
        ("b.avif", b"\0\0\0\x1cftypavif\0\0\0\0", "AVIF"),
        ("c.jxl", b"\xff\x0a\xfa", "JPEG XL"),
        ("d", b"\0\0\0\x0cjP  \r\n\x87\n", "JPEG 2000"),
    ];
    for (name, start, format) in starts {
        let album = two();
        album.put(&format!("9/{name}"), start);
        let error = album.refused();
        assert!(
            error.contains(&format!("found a picture in the format {format}; convert the file to PNG, or remove it")),
            "{error}"
        );
    }
}

#[test]
fn a_picture_that_cannot_be_decoded_is_rejected() {
    let noisy = GrayImage::from_fn(64, 64, |x, y| [(x * y * 37 % 251) as u8].into());
    let noisy_rgb = DynamicImage::from(noisy).into_rgb8();
    for format in [
        ImageFormat::Png,
        ImageFormat::Jpeg,
        ImageFormat::Bmp,
        ImageFormat::Pnm,
        ImageFormat::Gif,
        ImageFormat::WebP,
        ImageFormat::Tiff,
    ] {
        let whole = encoded(noisy_rgb.clone(), format);
        for cut in [0, 3, whole.len() / 2, whole.len() - 17] {
            let error = picture::picture(Path::new("9/b.png"), &whole[..cut], None).unwrap_err().to_string();
            let expected = "9/b.png: expected a whole picture: PNG, JPEG, GIF, WebP, TIFF, BMP or PNM, found ";
            assert!(error.contains(expected), "{error}");
            assert!(error.ends_with("; convert the file to PNG, or remove it"), "{format:?} cut at {cut}: {error}");
        }
    }
    for (name, start) in [("9/b.gif", &b"GIF89a"[..]), ("9/b.png", b""), ("9/b.heic", b"text")] {
        let album = two();
        album.put(name, start);
        assert!(album.refused().contains(&format!("{name}: expected a whole picture")));
    }
}

#[test]
fn a_header_that_promises_too_much_is_rejected() {
    for header in ["P5 8193 8192 255 ", "P5 1 4294967295 255 "] {
        let album = two();
        album.put("9/b.pgm", header.as_bytes());
        let error = album.refused();
        assert!(error.contains("9/b.pgm: expected a picture of at most 67108864 pixels, found "), "{error}");
        assert!(error.ends_with(" pixels; make the picture smaller, or remove it"), "{error}");
    }
    let album = two();
    album.put("9/b.pgm", b"P6 4294967295 4294967295 65535 ");
    assert!(album.refused().contains("9/b.pgm: expected a whole picture"));
}

#[test]
fn all_pictures_together_are_limited() {
    let album = Album::new();
    let large = [b"P4 4096 4096 ".to_vec(), vec![0; 4096 * 512]].concat();
    let names: Vec<PathBuf> = ["9/a.pbm", "10/a.pbm"].iter().map(|name| album.0.path().join(name)).collect();
    album.put("9/a.pbm", &large);
    album.put("10/a.pbm", &large);
    let listed = Listed { files: (0..171).map(|k| names[k % 2].clone()).collect(), ..Listed::default() };
    let listed = Parts { train: listed, validation: None, test: None };
    let choices = PictureChoices { resize: crate::Size::new(4096, 4096), ..PictureChoices::default() };
    let error = Survey::of(&listed, &choices).unwrap_err().to_string();
    assert!(
        error.contains("expected at most 8589934592 pixel values in the pictures of a part, found 8606711808 in 171"),
        "{error}"
    );
}

#[test]
fn folders_that_do_not_form_classes_are_rejected() {
    let album = two();
    album.put("9/more/a.png", &png(0));
    assert!(
        album.refused().contains("9/more: expected a picture of the class, found a folder; give a folder for each")
    );
    let album = two();
    album.put("empty/notes.txt", b"");
    let error = album.refused();
    assert!(
        error.contains("empty: expected a picture of the class, found only 1 .txt; convert the files to PNG, or"),
        "{error}"
    );
    let album = two();
    files::create_folder(&album.0.path().join("empty")).unwrap();
    assert!(album.refused().contains("empty: expected a picture of the class, found none; add a picture, or"));
    let album = Album::new();
    album.put("only/a.png", &png(0));
    assert!(album.refused().contains("expected folders for at least 2 classes, found only class only;"));
    let album = two();
    album.put(" /a.png", &png(0));
    assert!(
        album.refused().contains("expected a name of UTF-8 text without control characters, found \" \"; rename the")
    );
    let album = Album::new();
    for k in 0..257 {
        album.put(&format!("{k:03}/a.png"), &png(0));
    }
    assert!(album.refused().contains("256: expected at most 256 classes, found \"256\"; merge classes or"));
}

#[cfg(unix)]
#[test]
fn names_that_are_not_text_and_broken_links_are_rejected() {
    use std::os::unix::ffi::OsStrExt as _;
    let album = two();
    let folder = album.0.path().join(std::ffi::OsStr::from_bytes(b"caf\xe9"));
    files::create_folder(&folder).unwrap();
    files::write(&folder.join("a.png"), &png(0)).unwrap();
    let error = album.refused();
    assert!(
        error.contains("expected a name of UTF-8 text without control characters, found \"caf\u{fffd}\";"),
        "{error}"
    );
    for name in ["7", "9/b.png"] {
        let album = two();
        std::os::unix::fs::symlink("nowhere", album.0.path().join(name)).unwrap();
        let error = album.refused();
        assert!(error.starts_with("cannot read ") && error.contains(&format!("{name}: No such file")), "{error}");
    }
}

#[test]
fn parts_are_complete() {
    let with = |name: &str| {
        let album = Album::new();
        for name in ["train/a/1.png", "train/b/1.png", name] {
            album.put(name, &png(0));
        }
        album.refused()
    };
    let unknown = with("test/c/1.png");
    assert!(
        unknown.contains("test/c: expected a class of the training examples (a, b), found \"c\"; add"),
        "{unknown}"
    );
    assert!(with("test/1.png").contains("test: expected a folder for each class, found none;"));
    assert!(
        with("old/a/1.png").contains(
            "expected train, validation or test in the name of each of the folders of pictures, found \"old\";"
        )
    );
}

proptest! {
    #[test]
    fn a_picture_with_changed_bytes_is_read_or_rejected(
        format in prop::sample::select(vec![
            ImageFormat::Png,
            ImageFormat::Jpeg,
            ImageFormat::Bmp,
            ImageFormat::Pnm,
            ImageFormat::Gif,
            ImageFormat::WebP,
            ImageFormat::Tiff,
        ]),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
    ) {
        let mut bytes = encoded(RgbImage::from_fn(9, 7, |x, y| Rgb([x as u8 * 20, y as u8 * 30, 7])), format);
        for (place, byte) in changes {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        if let Ok(picture) = picture::picture(Path::new("9/a.png"), &bytes, None) {
            assert_eq!(picture.rgba.len(), 4 * picture.height * picture.width);
        }
        let _ = picture::stated(Path::new("9/a.png"), &bytes);
    }
}
