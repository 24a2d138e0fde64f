//! Resizes pictures and places them on a ground.

use crate::shape::{Picture, Shape};

impl Picture {
    /// The picture resized by exact area averaging: each new pixel is the mean of the part of the picture that it
    /// covers.
    #[must_use]
    pub fn resized(&self, height: usize, width: usize) -> Self {
        let Shape { channels, height: from_height, width: from_width } = self.shape;
        let plane = |values: &[f32]| {
            let columns = resize_rows(values, from_height, from_width, height);
            let transposed = transpose(&columns, height, from_width);
            transpose(&resize_rows(&transposed, from_width, height, width), width, height)
        };
        let pixels = self.pixels.chunks(from_height * from_width).flat_map(plane).collect();
        Self { shape: Shape { channels, height, width }, pixels }
    }

    /// The picture scaled to the largest size that fits into `height` x `width` pixels with the same aspect ratio, and
    /// centred there; the pixels around it have the value `ground`.
    #[must_use]
    pub fn fitted(&self, height: usize, width: usize, ground: f32) -> Self {
        let (inner_height, inner_width) = inner((self.shape.height, self.shape.width), (height, width));
        let inner = self.resized(inner_height, inner_width);
        let (top, left) = ((height - inner.shape.height) / 2, (width - inner.shape.width) / 2);
        inner.placed(height, width, (top, left), ground)
    }

    /// This picture placed on a ground of `height` x `width` pixels of the value `ground`, with its first row at `top`
    /// and its first column at `left`; the picture must lie completely inside the ground.
    pub(crate) fn placed(&self, height: usize, width: usize, (top, left): (usize, usize), ground: f32) -> Self {
        let shape = Shape { height, width, ..self.shape };
        let mut pixels = vec![ground; shape.channels * height * width];
        for (k, row) in self.pixels.chunks(self.shape.width).enumerate() {
            let (channel, y) = (k / self.shape.height, k % self.shape.height);
            pixels[(channel * height + top + y) * width + left..][..row.len()].copy_from_slice(row);
        }
        Self { shape, pixels }
    }
}

/// The height and width of a picture that has the size `from` and is scaled, with the same aspect ratio, to the largest
/// size that fits into `to`. All sizes are heights and widths in pixels; the result is rounded.
pub(crate) fn inner(from: (usize, usize), to: (usize, usize)) -> (usize, usize) {
    let scale = (to.0 as f64 / from.0 as f64).min(to.1 as f64 / from.1 as f64);
    let side = |from: usize, most: usize| ((from as f64 * scale).round() as usize).clamp(1, most);
    (side(from.0, to.0), side(from.1, to.1))
}

/// The height and width, rounded, of a picture of `height` x `width` pixels that is shrunk to about `most` pixels with
/// the same aspect ratio; `None` if the picture has at most `most` pixels.
pub(crate) fn shrunk((height, width): (usize, usize), most: usize) -> Option<(usize, usize)> {
    if height * width <= most {
        return None;
    }
    let [short, long] = [height.min(width) as f64, height.max(width) as f64];
    let to = (short * (most as f64 / (short * long)).sqrt()).floor().max(1.0);
    // The short side has at least one pixel. The long side of a very long picture is therefore limited to `most`.
    let (short, long) = (to as usize, ((long * to / short).round() as usize).min(most));
    Some(if height < width { (short, long) } else { (long, short) })
}

/// Transposes `values` from `[height, width]` to `[width, height]`.
pub(crate) fn transpose<T: Copy>(values: &[T], height: usize, width: usize) -> Vec<T> {
    (0..width * height).map(|k| values[(k % height) * width + k / height]).collect()
}

/// Resizes `height` rows of `width` values to `target` rows by area averaging.
fn resize_rows(values: &[f32], height: usize, width: usize, target: usize) -> Vec<f32> {
    let scale = height as f64 / target as f64;
    let mut out = vec![0f32; target * width];
    for (t, row) in out.chunks_mut(width).enumerate() {
        let (start, end) = (t as f64 * scale, (t + 1) as f64 * scale);
        for s in start as usize..(end.ceil() as usize).min(height) {
            let covered = (end.min((s + 1) as f64) - start.max(s as f64)) / scale;
            for (sum, value) in row.iter_mut().zip(&values[s * width..]) {
                *sum += (covered * f64::from(*value)) as f32;
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn grey(height: usize, width: usize, values: &[f32]) -> Picture {
        Picture { shape: Shape::grey(height, width), pixels: values.to_vec() }
    }

    #[test]
    fn resizing_averages_what_each_pixel_covers() {
        let image = grey(2, 4, &[0.0, 1.0, 0.5, 0.5, 1.0, 0.0, 0.5, 0.5]);
        assert_eq!(image.resized(1, 2), grey(1, 2, &[0.5, 0.5]));
        // When 3 pixels become 2, half of the middle pixel belongs to each new pixel.
        let shared = grey(1, 3, &[0.0, 0.6, 0.9]).resized(1, 2).pixels;
        assert!((shared[0] - 0.2).abs() < 1e-6 && (shared[1] - 0.8).abs() < 1e-6, "{shared:?}");
        assert_eq!(grey(1, 1, &[0.25]).resized(2, 3), grey(2, 3, &[0.25; 6]));
    }

    #[test]
    fn resizing_to_the_same_size_changes_nothing() {
        let image = grey(2, 3, &[0.1, 0.2, 0.3, 0.4, 0.5, 0.6]);
        assert_eq!(image.resized(2, 3), image);
        assert_eq!(image.fitted(2, 3, 1.0), image);
    }

    #[test]
    fn planes_are_resized_separately() {
        let shape = Shape { channels: 3, height: 1, width: 2 };
        let resized = Picture { shape, pixels: vec![0.0, 1.0, 0.2, 0.4, 1.0, 1.0] }.resized(1, 1).pixels;
        assert!(
            resized.iter().zip([0.5, 0.3, 1.0]).all(|(found, wanted)| (found - wanted).abs() < 1e-6),
            "{resized:?}"
        );
    }

    #[test]
    fn a_wide_picture_lies_between_two_bands_of_ground() {
        let fitted = grey(1, 2, &[0.25, 0.5]).fitted(4, 4, 1.0).pixels;
        let band = [1.0; 4];
        let middle = [0.25, 0.25, 0.5, 0.5];
        assert_eq!(fitted, [band, middle, middle, band].concat());
    }

    proptest! {
        #[test]
        fn a_shrunk_size_needs_no_ground(from in (1usize..3000, 1usize..3000), most in 1usize..5000) {
            let shrunk = shrunk(from, most);
            prop_assert_eq!(shrunk.is_none(), from.0 * from.1 <= most);
            let Some(to) = shrunk else { return Ok(()) };
            prop_assert!(to.0 <= from.0 && to.1 <= from.1 && to.0.min(to.1) >= 1, "{to:?}");
            let (short, long) = (to.0.min(to.1), to.0.max(to.1));
            prop_assert!(2 * short * long <= 2 * most + short, "{to:?}");
            if long < most {
                prop_assert_eq!(inner(from, to), to);
                prop_assert!((short + 1) * (long + 2 + long / short) >= most, "{to:?} is too small");
            }
        }

        #[test]
        fn a_fitted_picture_keeps_its_aspect_and_its_brightness(
            from in (1usize..30, 1usize..30), to in (1usize..30, 1usize..30), value in 0.0f32..0.9, planes in 1usize..4,
        ) {
            let shape = Shape { channels: planes, height: from.0, width: from.1 };
            let fitted = Picture { shape, pixels: vec![value; planes * from.0 * from.1] }.fitted(to.0, to.1, 1.0);
            prop_assert_eq!(fitted.shape, Shape { channels: planes, height: to.0, width: to.1 });
            let drawn = |pixel: &&f32| (**pixel - value).abs() < 1e-4;
            let count = fitted.pixels.iter().filter(drawn).count();
            prop_assert!(fitted.pixels.iter().all(|pixel| drawn(&pixel) || *pixel == 1.0));
            let scale = (to.0 as f64 / from.0 as f64).min(to.1 as f64 / from.1 as f64);
            let wanted = (scale * from.0 as f64).round().max(1.0) * (scale * from.1 as f64).round().max(1.0);
            prop_assert_eq!(count, planes * wanted as usize);
        }
    }
}
