//! Tests of the ground under pictures, of 16-bit values, of sizes and of colours.

use super::*;
use crate::{Ground, Scaling, Size};

/// A picture of 2x1 pixels: an opaque pixel of the brightness `ink` on the left, and a transparent pixel on the right.
fn half_drawn(ink: u8) -> Vec<u8> {
    encoded(RgbaImage::from_fn(2, 1, |x, _| Rgba([ink, ink, ink, 255 - 255 * x as u8])), ImageFormat::Png)
}

#[test]
fn the_ground_is_the_one_on_which_the_drawing_is_seen() {
    for (ink, ground, name) in [(0, 255, "white"), (100, 255, "white"), (160, 0, "black"), (255, 0, "black")] {
        let album = Album::new();
        album.put("a/1.png", &half_drawn(ink));
        album.put("b/1.png", &png(7));
        let found = album.read().unwrap();
        assert_eq!(pixels(&found.tables.train), [ink, ground, 7, 8]);
        assert_eq!(found.pixels.unwrap().0.ground, ground);
        let note = &found.notes[0];
        assert!(
            note.starts_with(&format!(
                "1 of 2 pictures have transparent pixels, under which the ground is {name} (a guess:"
            )),
            "{note}"
        );
        let chosen = PictureChoices { ground: Some(Ground::Black), ..PictureChoices::default() };
        let found = album.read_with(&chosen).unwrap();
        assert_eq!(pixels(&found.tables.train), [ink, 0, 7, 8]);
        assert!(found.notes[0].ends_with("under which the ground is black"), "{:?}", found.notes);
    }
}

#[test]
fn pictures_that_show_nothing_on_their_ground_are_said_to_be_transparent() {
    let album = Album::new();
    for name in ["a/1.png", "b/1.png"] {
        album.put(name, &half_drawn(0));
    }
    assert!(album.read().is_ok());
    let black = PictureChoices { ground: Some(Ground::Black), ..PictureChoices::default() };
    let error = album.read_with(&black).unwrap_err().to_string();
    assert!(
        error.contains("found only transparent pictures, each of one colour on the black ground; choose the other"),
        "{error}"
    );
    album.put("b/2.png", &half_drawn(90));
    let notes = album.read_with(&black).unwrap().notes;
    assert!(notes[1].starts_with("2 of the transparent pictures are of one colour on this ground"), "{notes:?}");
}

#[test]
fn opaque_pictures_say_by_their_borders_what_lies_around_another_picture() {
    for (border, ground) in [(250, 255), (5, 0)] {
        let album = two();
        for (k, class) in ["9", "10"].into_iter().enumerate() {
            let framed =
                GrayImage::from_fn(5, 5, |x, y| [if x % 4 == 0 || y % 4 == 0 { border } else { 128 + k as u8 }].into());
            album.put(&format!("{class}/a.png"), &encoded(framed, ImageFormat::Png));
        }
        let found = album.read().unwrap();
        assert_eq!((found.pixels.unwrap().0.ground, found.notes), (ground, Vec::new()));
    }
}

fn deep(values: [u16; 2]) -> Vec<u8> {
    let picture = image::ImageBuffer::<image::Luma<u16>, _>::from_fn(2, 1, |x, _| [values[x as usize]].into());
    encoded(picture, ImageFormat::Png)
}

proptest! {
    #[test]
    fn a_narrow_range_of_16_bits_is_stretched(values in [[0u16..32_000, 0u16..32_000], [0u16..32_000, 0u16..32_000]]) {
        let album = two();
        album.put("10/a.png", &deep(values[0]));
        album.put("9/a.png", &deep(values[1]));
        let all = values.concat();
        let (lowest, highest) = (*all.iter().min().unwrap(), *all.iter().max().unwrap());
        prop_assume!(lowest < highest);
        let found = album.read().unwrap();
        let exact = all.iter().map(|value| 255.0 * f64::from(value - lowest) / f64::from(highest - lowest));
        for (found, exact) in pixels(&found.tables.train).iter().zip(exact) {
            prop_assert!((f64::from(*found) - exact).abs() <= 0.5 + 1e-9, "{found} {exact}");
        }
        prop_assert_eq!(found.pixels.unwrap().0.stored, Some([lowest, highest]));
        let note = format!("2 of 2 pictures have 16-bit values, from {lowest} to {highest} only: these two become");
        prop_assert!(found.notes[0].starts_with(&note), "{}", found.notes[0]);
    }
}

#[test]
fn a_wide_range_of_16_bits_is_rounded() {
    let album = two();
    album.put("9/a.png", &deep([0x1234, 0xfe00]));
    let found = album.read().unwrap();
    assert_eq!(pixels(&found.tables.train), [1, 2, 0x12, 0xfd]); // 0xfe00 / 257 = 253.01
    assert_eq!(found.notes, ["1 of 2 pictures have 16-bit values, rounded to 8 bits"]);
    assert_eq!(found.pixels.unwrap().0.stored, Some([0, u16::MAX]));
}

#[test]
fn pictures_are_turned_upright() {
    // This EXIF block has one entry, orientation 6: the first stored row is the right-hand column of the upright
    // picture.
    let exif = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
    let mut bytes = Vec::new();
    let mut encoder = image::codecs::png::PngEncoder::new(&mut bytes);
    image::ImageEncoder::set_exif_metadata(&mut encoder, exif.to_vec()).unwrap();
    let lying = grey(1, 2, 1); // upright, it has two columns: 2 on the left and 1 on the right
    image::ImageEncoder::write_image(encoder, &lying, 1, 2, image::ExtendedColorType::L8).unwrap();
    let album = two();
    album.put("9/a.png", &bytes);
    let found = album.read().unwrap();
    assert_eq!(pixels(&found.tables.train), [1, 2, 2, 1]);
    assert_eq!(found.notes, ["1 of 2 pictures turned upright as their EXIF data says"]);
}

#[test]
fn another_size_names_both_pictures() {
    let album = two();
    album.put("9/b.png", &encoded(grey(3, 2, 0), ImageFormat::Png));
    let (first, path) = (album.0.path().join("10/a.png"), album.0.path().join("9/b.png"));
    let expected = format!(
        "{}: expected 2x1 pixels as in {}, found 3x2 pixels; choose one size for all, such as --resize 32x32, which \
         keeps the aspect ratio of each picture, or give pictures of the same size",
        path.display(),
        first.display()
    );
    assert_eq!(album.refused(), expected);
}

#[test]
fn large_pictures_are_shrunk_unless_a_size_is_chosen() {
    let album = Album::new();
    // The left half is black, and the right half is white.
    let halves = GrayImage::from_fn(320, 240, |x, _| [if x < 160 { 0 } else { 255 }].into());
    album.put("a/1.png", &encoded(halves, ImageFormat::Png));
    album.put("b/1.png", &encoded(GrayImage::from_pixel(320, 240, [50].into()), ImageFormat::Png));
    let found = album.read().unwrap();
    let Found { tables, notes, pixels: how, .. } = found;
    assert_eq!(shape(&tables.train), Shape::grey(27, 36));
    let (how, _) = how.unwrap();
    assert_eq!((how.height, how.width), (27, 36));
    let rows: Vec<&[u8]> = pixels(&tables.train)[..27 * 36].chunks(36).collect();
    assert!(
        rows.iter().all(|row| row[..18] == [0; 18] && row[18..] == [255; 18]),
        "a shrunk picture must have no ground at its sides"
    );
    assert_eq!(
        notes,
        ["pictures of 320x240 pixels shrunk to 36x27, enough for dense layers; --resize 320x240 keeps their size"]
    );
    let kept = album.read_with(&PictureChoices { resize: Size::new(320, 240), ..PictureChoices::default() }).unwrap();
    assert_eq!((shape(&kept.tables.train), &kept.notes[..]), (Shape::grey(240, 320), &[][..]));
}

#[test]
fn pictures_are_brought_to_the_chosen_size() {
    let album = Album::new();
    album.put("a/1.png", &encoded(GrayImage::from_pixel(8, 4, [100].into()), ImageFormat::Png));
    album.put("a/2.png", &encoded(GrayImage::from_pixel(4, 4, [110].into()), ImageFormat::Png));
    album.put("b/1.png", &encoded(GrayImage::from_pixel(2, 2, [120].into()), ImageFormat::Png));
    let choices = PictureChoices { resize: Size::new(4, 4), ground: Some(Ground::White), ..PictureChoices::default() };
    let found = album.read_with(&choices).unwrap();
    let table = found.tables.train;
    assert_eq!(shape(&table), Shape::grey(4, 4));
    assert_eq!(pixels(&table), [[255; 4].as_slice(), &[100; 8], &[255; 4], &[110; 16], &[120; 16]].concat());
    assert_eq!(found.notes, ["2 of 3 pictures brought to 4x4 pixels, 1 of them on a white ground"]);
}

#[test]
fn colour_may_be_chosen() {
    let album = two();
    let red = encoded(RgbImage::from_pixel(2, 1, Rgb([255, 0, 0])), ImageFormat::Png);
    album.put("9/b.png", &red);
    let with = |colour| album.read_with(&PictureChoices { colour, ..PictureChoices::default() }).unwrap();
    let free = with(None);
    assert_eq!(shape(&free.tables.train).channels, 3);
    assert_eq!(free.notes, ["1 of 3 pictures have colour, so all have three planes"]);
    let grey = with(Some(Colour::Grey));
    assert_eq!(pixels(&grey.tables.train), [1, 2, 3, 4, 76, 76]);
    assert_eq!(grey.notes, ["1 of 3 pictures lose their colour"]);
    let plain = two().read_with(&PictureChoices { colour: Some(Colour::Colour), ..PictureChoices::default() }).unwrap();
    assert_eq!(pixels(&plain.tables.train), [1, 2, 1, 2, 1, 2, 3, 4, 3, 4, 3, 4]);
}

proptest! {
    /// A picture file becomes the same inputs for a trained network as in training.
    #[test]
    fn a_picture_is_prepared_as_for_training(
        sizes in prop::collection::vec((1u32..12, 1u32..12), 6),
        kind in 0usize..4,
        size in prop::option::of((1usize..10, 1usize..10)),
        scaling in prop::sample::select(vec![Scaling::Standard, Scaling::Unit, Scaling::Symmetric]),
        colour in prop::sample::select(vec![None, Some(Colour::Grey), Some(Colour::Colour)]),
        seed in any::<u8>(),
    ) {
        prop_assume!(kind != 2 || sizes.iter().all(|size| *size != (1, 1)));
        let album = Album::new();
        let mut files = Vec::new();
        for (k, (width, height)) in sizes.iter().enumerate() {
            let (width, height) = if size.is_some() { (*width, *height) } else { sizes[0] };
            let value = |x: u32, y: u32| seed.wrapping_mul(31).wrapping_add((x * 37 + y * 101 + k as u32 * 57) as u8);
            let picture: DynamicImage = match kind {
                0 => GrayImage::from_fn(width, height, |x, y| [value(x, y)].into()).into(),
                1 => RgbImage::from_fn(width, height, |x, y| Rgb([value(x, y), value(y, x), seed])).into(),
                // The first pixel is opaque and the last is transparent, so that the drawing shows on a black or a
                // white ground.
                2 => RgbaImage::from_fn(width, height, |x, y| match (x + 1, y + 1) {
                    (1, 1) => Rgba([200, seed, 9, 255]),
                    last if last == (width, height) => Rgba([0; 4]),
                    _ => Rgba([value(x, y), seed, 9, value(y, x)]),
                }).into(),
                _ => image::ImageBuffer::<image::Luma<u16>, _>::from_fn(width, height, |x, y| [17 * u16::from(value(x, y))].into()).into(),
            };
            let bytes = encoded(picture, ImageFormat::Png);
            album.put(&format!("{}/{k}.png", k % 2), &bytes);
            files.push((k % 2, k, bytes));
        }
        files.sort();
        let resize = size.and_then(|(width, height)| Size::new(width, height));
        let choices = crate::Choices {
            pictures: PictureChoices { resize, colour, scaling, ..PictureChoices::default() },
            ..crate::Choices::default()
        };
        let data = match crate::load_own(album.0.path(), crate::Format::Images, &choices, 1) {
            Err(e) if e.to_string().contains("expected inputs that differ") => return Ok(()),
            data => data.unwrap(),
        };
        let Some(preprocessing::Preprocessing::Pixels(pixels)) = data.preprocessing() else {
            panic!("pictures must have the preprocessing of pixels")
        };
        let mut prepared: Vec<Vec<u32>> = files.iter().map(|(_, _, bytes)| {
            let picture = picture::picture(Path::new("a"), bytes, pixels.stored).unwrap().prepared(&pixels).unwrap().0;
            pixels.scaled(&picture.pixels).iter().map(|x| x.to_bits()).collect()
        }).collect();
        let mut seen: Vec<Vec<u32>> = Vec::new();
        for part in [&data.splits.train, &data.splits.validation, &data.splits.test] {
            for i in 0..part.len() {
                let mut row = Vec::new();
                part.row(i).write(&mut row);
                seen.push(row.iter().map(|x| x.to_bits()).collect());
            }
        }
        prepared.sort();
        seen.sort();
        prop_assert_eq!(prepared, seen);
    }
}

#[test]
fn equal_pictures_of_different_classes_and_classes_of_equal_size_are_said() {
    let found = |test: u8| {
        let album = Album::new();
        let training = [("train/a/1", 0), ("train/a/2", 50), ("train/b/1", 100), ("train/b/2", 150)];
        for (name, first) in training.into_iter().chain([("val/a/1", 20), ("test/a/1", test)]) {
            album.put(&format!("{name}.png"), &png(first));
        }
        let data = crate::load_own(album.0.path(), crate::Format::Images, &crate::Choices::default(), 1).unwrap();
        data.found.join("; ")
    };
    let contradicting = found(100);
    assert!(contradicting.contains("2 pictures are equal to a picture of another class"), "{contradicting}");
    assert!(contradicting.contains("2 classes of 2 training examples each; always predicting a"), "{contradicting}");
    assert!(!found(0).contains("equal to a picture"));
}
