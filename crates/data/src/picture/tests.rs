use super::*;
use image::GrayImage;

fn jpeg() -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let noisy = GrayImage::from_fn(64, 48, |x, y| [(x * y * 37 % 251) as u8].into());
    noisy.write_to(&mut bytes, ImageFormat::Jpeg).unwrap();
    bytes.into_inner()
}

#[test]
fn a_jpeg_is_complete_with_its_end_whatever_follows() {
    let whole = jpeg();
    assert!((2..whole.len()).all(|end| !is_complete(&whole[..end])) && is_complete(&whole));
    // Phones store a video after the picture in the same file; here, bytes after the picture look like the start of a
    // scan.
    let film = [&whole[..], b"ftypmp42\xff\xda\x01\x02"].concat();
    assert!(is_complete(&film) && picture(Path::new("a.jpg"), &film, None).is_ok());
    // The picture is cut off after a segment with a thumbnail; the thumbnail has an end-of-image marker of its own.
    let thumbnail = [b"\xff\xe1\0\x06", &b"\xff\xda\xff\xd9"[..]].concat();
    let cut = [&whole[..2], &thumbnail, &whole[2..whole.len() / 2]].concat();
    assert!(!is_complete(&cut));
}

#[test]
fn a_picture_is_told_by_its_first_bytes() {
    let texts: [&[u8]; 5] = [b"BMW is a car", b"P5s of the album", b"", b"RIFF\0\0\0\0WAVE", b"II and III"];
    assert!(texts.iter().all(|text| !is_picture(text)));
    let pictures: [&[u8]; 5] =
        [b"BM\x36\0\0\0\0\0\0\0\x36", b"P5\n2 1", b"RIFF\0\0\0\0WEBP", b"II*\0", b"\0\0\0\x18ftypheic"];
    assert!(pictures.iter().all(|picture| is_picture(picture)));
}

#[test]
fn values_between_the_stored_ones_are_rounded_and_others_become_the_nearest() {
    let byte = |value| between(value, 300, 3800);
    assert_eq!([0, 300, 2050, 3800, 65_535].map(byte), [0, 0, 128, 255, 255]);
    assert!((0..=u16::MAX).all(|value| u32::from(between(value, 0, u16::MAX)) == (u32::from(value) + 128) / 257));
}

#[test]
fn an_empty_file_is_refused_as_one() {
    let error = picture(Path::new("a.png"), b"", None).unwrap_err().to_string();
    assert!(error.contains("found an empty file; convert"), "{error}");
}

#[test]
fn the_chunks_of_a_webp_end_within_it() {
    let chunk = |name: &[u8; 4], stated: u32, held: usize| [&name[..], &stated.to_le_bytes(), &vec![7; held]].concat();
    let webp = |chunks: &[Vec<u8>]| {
        let chunks = chunks.concat();
        [b"RIFF", &(chunks.len() as u32 + 4).to_le_bytes()[..], b"WEBP", &chunks].concat()
    };
    let whole = webp(&[chunk(b"VP8L", 3, 4), chunk(b"EXIF", 2, 2)]);
    assert!(holds_its_chunks(&whole));
    assert!(holds_its_chunks(&[&whole[..], b"EXIF", &[255; 4]].concat()), "bytes after the stated length");
    assert!(!holds_its_chunks(&webp(&[chunk(b"VP8L", 3, 4), chunk(b"EXIF", u32::MAX, 2)])));
    assert!(!holds_its_chunks(&webp(&[chunk(b"VP8L", 5, 4)])));
}

#[test]
fn pictures_are_refused_where_texts_are_read_and_texts_are_not() {
    let folder = crate::synthetic::tree(&[
        ("a.csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"),
        ("b.txt", b"\xff\xd8\xff\xe0"),
        ("c.csv", b"P2 phase,label\n1,a\n"),
        ("d.txt", b"GIF89a is the format of 1989"),
        ("e.txt", "P2 \u{fc}".repeat(40).as_bytes()),
    ]);
    for (name, is_refused) in
        [("a.csv", true), ("b.txt", true), ("c.csv", false), ("d.txt", false), ("e.txt", false), ("missing", false)]
    {
        let refused = refuse_picture(&folder.path().join(name), "a table, as in training").err().map(|e| e.to_string());
        assert_eq!(refused.is_some(), is_refused, "{name}: {refused:?}");
        let expected = "expected a table, as in training, found a picture; give files of the kind";
        assert!(refused.is_none_or(|refused| refused.contains(expected)));
    }
}
