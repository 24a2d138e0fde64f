use super::*;
use crate::synthetic;
use image::{DynamicImage, GrayImage, ImageBuffer, ImageFormat, Luma, Rgba, RgbaImage};
use preprocessing::Form;
use std::io::Cursor;

fn png(picture: impl Into<DynamicImage>) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.into().write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}

fn of(height: usize, width: usize) -> preprocessing::Pixels {
    preprocessing::Pixels::plain([1, height, width], 255, 0.0)
}

fn taken(bytes: &[u8], of: &preprocessing::Pixels, order: Order, ink: Ink) -> Result<(Vec<u8>, Vec<String>), String> {
    let Prepared { pixels, notes } = prepared(Path::new("a"), bytes, of, order, ink).map_err(|e| e.to_string())?;
    Ok((pixels.into_iter().map(|value| (255.0 * value).round() as u8).collect(), notes))
}

fn picture(bytes: &[u8], of: &preprocessing::Pixels) -> Result<(Vec<u8>, Vec<String>), String> {
    taken(bytes, of, Order::Rows, Ink::Light)
}

#[test]
fn idx_files_have_the_order_and_the_size_of_training() {
    let six = synthetic::idx(&[1, 2, 3], &[10, 20, 30, 40, 50, 60]);
    assert_eq!(taken(&six, &of(2, 3), Order::Rows, Ink::Light), Ok((vec![10, 20, 30, 40, 50, 60], Vec::new())));
    let (turned, notes) = taken(&six, &of(3, 2), Order::Columns, Ink::Light).unwrap();
    assert_eq!(turned, [10, 40, 20, 50, 30, 60]);
    assert_eq!(notes, ["holds images whose rows and columns are exchanged: they were transposed, as for training"]);
    let (dark, _) = taken(&synthetic::gzip(&six), &of(2, 3), Order::Rows, Ink::Dark).unwrap();
    assert_eq!(dark, [245, 235, 225, 215, 205, 195]);
    let plane = synthetic::idx(&[1, 2, 3, 1], &[10, 20, 30, 40, 50, 60]);
    assert_eq!(taken(&plane, &of(2, 3), Order::Rows, Ink::Light).unwrap().0.len(), 6);
    let bright = taken(&six, &preprocessing::Pixels { maximum: 16, ..of(2, 3) }, Order::Rows, Ink::Light).unwrap_err();
    assert!(bright.starts_with("a: expected values from 0 to 16, as for training, found the value 20;"), "{bright}");
}

#[test]
fn a_file_of_another_kind_is_refused_as_no_picture() {
    for bytes in [&b"%PDF-1.7\n%\xb5\xed"[..], b"\x89PNG", b"P5 3", b""] {
        let error = picture(bytes, &of(2, 2)).unwrap_err();
        assert!(error.starts_with("a: expected a whole picture: PNG, JPEG,"), "{error}");
    }
    let text = picture("caf\u{e9},label\n1,2\n".as_bytes(), &of(2, 2)).unwrap_err();
    assert!(
        text.starts_with("a: expected a picture or an idx file of images, as in training, found text; give pictures"),
        "{text}"
    );
    let stereo = preprocessing::Pixels::plain([2, 2, 2], 255, 0.0);
    assert!(picture(&png(GrayImage::new(2, 2)), &stereo).unwrap_err().contains("give an idx file of pairs"));
}

fn deep(values: [u16; 2]) -> Vec<u8> {
    png(ImageBuffer::<Luma<u16>, _>::from_fn(2, 1, |x, _| [values[x as usize]].into()))
}

#[test]
fn sixteen_bits_become_eight_as_in_training() {
    let (seen, notes) = picture(&deep([100, 4000]), &of(1, 2)).unwrap();
    assert_eq!(seen, [0, 255]);
    assert_eq!(notes, ["has 16-bit values from 100 to 4000 only: these two become black and white"]);
    let with = |range| preprocessing::Pixels { stored: Some(range), ..of(1, 2) };
    assert_eq!(picture(&deep([100, 4000]), &with([0, u16::MAX])).unwrap().0, [0, 16]);
    let (seen, notes) = picture(&deep([1000, 6000]), &with([0, 4000])).unwrap();
    assert_eq!(seen, [64, 255]);
    assert!(notes[0].starts_with("has 16-bit values from 1000 to 6000: those outside 0 to 4000,"), "{notes:?}");
}

#[test]
fn a_transparent_picture_is_laid_on_the_ground_on_which_it_shows() {
    let drawn = |ink: u8| png(RgbaImage::from_fn(2, 1, |x, _| Rgba([ink, ink, ink, 255 - 255 * x as u8])));
    assert_eq!(picture(&drawn(200), &of(1, 2)), Ok((vec![200, 0], Vec::new())));
    let (seen, notes) = picture(&drawn(0), &of(1, 2)).unwrap();
    assert_eq!(seen, [0, 255]);
    assert!(
        notes[0].starts_with("has transparent pixels and does not show on the black ground of training"),
        "{notes:?}"
    );
    assert_eq!(taken(&drawn(0), &of(1, 2), Order::Rows, Ink::Dark).unwrap().0, [255, 0]);
    let error = picture(&png(RgbaImage::new(2, 1)), &of(1, 2)).unwrap_err();
    assert!(error.contains("found a transparent picture in which nothing is visible;"), "{error}");
}

#[test]
fn the_negative_of_dark_ink_is_cut_out_and_centred() {
    let bar = |ground: u8, ink: u8| {
        let is_bar = |x: u32, y: u32| x.abs_diff(20) < 3 && y.abs_diff(30) < 16;
        png(GrayImage::from_fn(90, 80, |x, y| [if is_bar(x, y) { ink } else { ground }].into()))
    };
    let digits = preprocessing::Pixels { form: Some(Form::CentreOfMass), ..of(28, 28) };
    let (light, notes) = picture(&bar(0, 255), &digits).unwrap();
    assert!(notes[0].starts_with("has 90x80 pixels: its ink was cut out"), "{notes:?}");
    assert_eq!(taken(&bar(255, 0), &digits, Order::Rows, Ink::Dark).unwrap().0, light);
    // The ink of a picture that already has the size and the form of the training images is not cut out again.
    let whole: Vec<u8> = light.iter().map(|value| 255 - value).collect();
    let negative = png(GrayImage::from_raw(28, 28, whole).unwrap());
    assert_eq!(taken(&negative, &digits, Order::Rows, Ink::Dark).unwrap(), (light, Vec::new()));
}

#[test]
fn a_nearly_black_picture_is_said() {
    let (_, notes) = picture(&png(GrayImage::from_fn(2, 1, |x, _| [16 * x as u8].into())), &of(1, 2)).unwrap();
    assert_eq!(notes, ["has only values from 0 to 16, on a scale of 0 to 255: it is nearly black"]);
}
