//! Reduction of images of any size to 32x32 pixels.
//!
//! The paper says that NORB was subsampled from 2x108x108 to 2x32x32, but not with which filter. Here, each pixel of
//! the small image is the mean over the area that it covers in the large image, 3.375 x 3.375 pixels, with each pixel
//! weighted by the covered fraction: an exact box filter. The weights are exact; only the mean is rounded, to the
//! nearest byte, with halves rounded up.

/// The height and width of a reduced image.
pub(crate) const SIDE: usize = 32;

/// The largest height or width of an image; up to this size, the weighted sums of pixels fit into 32 bits.
pub(crate) const MAX_SIDE: usize = 4096;

/// The name of this reduction, for records and caches.
pub(crate) const FILTER: &str = "area average";

/// The reduction of images of one size.
pub(crate) struct AreaAverage {
    rows: Vec<Cover>,    // [SIDE]
    columns: Vec<Cover>, // [SIDE]
    width: usize,
    area: usize,
    strip: Vec<u32>, // [width], a reduced row before its columns are reduced
}

/// The part of an image that a reduced row or column covers: the weights of the rows or columns of pixels from `first`
/// on, in 32nds of a pixel.
#[derive(Debug, PartialEq)]
struct Cover {
    first: usize,
    weights: Vec<u32>, // their sum is the height or width of the image
}

impl AreaAverage {
    /// The reduction of images of `height` x `width` pixels; both dimensions are from [`SIDE`] to [`MAX_SIDE`].
    pub(crate) fn new(height: usize, width: usize) -> Self {
        Self { rows: covers(height), columns: covers(width), width, area: height * width, strip: vec![0; width] }
    }

    /// Appends to `reduced` the reductions (`[planes, SIDE, SIDE]`) of `planes` (`[planes, height, width]`, row-major).
    pub(crate) fn reduce(&mut self, planes: &[u8], reduced: &mut Vec<u8>) {
        let area = self.area as u32;
        for plane in planes.chunks_exact(self.area) {
            self.sums(plane, |sum| reduced.push(((sum + area / 2) / area) as u8));
        }
    }

    /// Passes each reduced pixel of `plane`, row by row, to `pixel`: its mean before rounding, multiplied by the number
    /// of pixels of the image.
    fn sums(&mut self, plane: &[u8], mut pixel: impl FnMut(u32)) {
        for row in &self.rows {
            self.strip.fill(0);
            for (weight, pixels) in row.weights.iter().zip(plane.chunks_exact(self.width).skip(row.first)) {
                for (sum, pixel) in self.strip.iter_mut().zip(pixels) {
                    *sum += weight * u32::from(*pixel);
                }
            }
            for column in &self.columns {
                pixel(column.weights.iter().zip(&self.strip[column.first..]).map(|(weight, sum)| weight * sum).sum());
            }
        }
    }
}

/// The coverage of each of the [`SIDE`] reduced rows of an image with the height `size` (or columns, with that width):
/// reduced row `j` covers the rows of the image from `j size / 32` to `(j + 1) size / 32`.
fn covers(size: usize) -> Vec<Cover> {
    let cover = |j: usize| {
        let (start, end) = (j * size, (j + 1) * size); // in 32nds of a pixel, like the weights below
        let first = start / SIDE;
        let weight = |i: usize| end.min((i + 1) * SIDE) - start.max(i * SIDE);
        Cover { first, weights: (first..end.div_ceil(SIDE)).map(|i| weight(i) as u32).collect() }
    };
    (0..SIDE).map(cover).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn reduced(height: usize, width: usize, planes: &[u8]) -> Vec<u8> {
        let mut reduced = Vec::new();
        AreaAverage::new(height, width).reduce(planes, &mut reduced);
        reduced
    }

    fn total(bytes: &[u8]) -> u64 {
        bytes.iter().copied().map(u64::from).sum()
    }

    #[test]
    fn of_108_pixels_each_covers_three_and_three_eighths() {
        let covers = covers(108);
        assert_eq!(covers[0], Cover { first: 0, weights: vec![32, 32, 32, 12] });
        assert_eq!(covers[1], Cover { first: 3, weights: vec![20, 32, 32, 24] });
        assert_eq!(covers[2], Cover { first: 6, weights: vec![8, 32, 32, 32, 4] });
        assert_eq!(covers[31], Cover { first: 104, weights: vec![12, 32, 32, 32] });
        assert!(covers.iter().all(|cover| cover.weights.iter().sum::<u32>() == 108));
    }

    #[test]
    fn a_white_pixel_is_shared_by_the_pixels_that_cover_it() {
        // Of the white pixel (3, 3), 12/32 lie in the first reduced row and 20/32 in the second, and likewise for
        // columns.
        let mut plane = vec![0; 108 * 108];
        plane[3 * 108 + 3] = 255;
        let small = reduced(108, 108, &plane);
        let share = |rows: f64, columns: f64| (255.0 * rows * columns / (3.375 * 3.375)).round() as u8;
        let (first, second) = (12.0 / 32.0, 20.0 / 32.0);
        assert_eq!([share(first, first), share(first, second), share(second, second)], [3, 5, 9]);
        assert_eq!([small[0], small[1], small[SIDE], small[SIDE + 1]], [3, 5, 5, 9]);
        assert_eq!(total(&small), 22); // 22.4 before rounding
    }

    #[test]
    fn of_64_pixels_two_by_two_are_averaged() {
        let planes: Vec<u8> = (0..2 * 64 * 64u32).map(|k| (k * k % 251) as u8).collect();
        let small = reduced(64, 64, &planes);
        assert_eq!(small.len(), 2 * SIDE * SIDE);
        for (plane, row, column) in [(0, 0, 0), (0, 31, 5), (1, 7, 31), (1, 31, 31)] {
            let at = |r: usize, c: usize| u32::from(planes[plane * 4096 + (2 * row + r) * 64 + 2 * column + c]);
            let mean = (at(0, 0) + at(0, 1) + at(1, 0) + at(1, 1) + 2) / 4;
            assert_eq!(u32::from(small[plane * 1024 + row * SIDE + column]), mean);
        }
    }

    #[test]
    fn the_smallest_image_is_itself_and_the_largest_does_not_overflow() {
        let plane: Vec<u8> = (0..1024u32).map(|k| (k % 256) as u8).collect();
        assert_eq!(reduced(SIDE, SIDE, &plane), plane);
        assert_eq!(reduced(MAX_SIDE, MAX_SIDE, &vec![255; MAX_SIDE * MAX_SIDE]), [255; 1024]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn the_mean_is_kept_exactly_until_the_rounding(height in 32usize..120, width in 32usize..120, salt: u32) {
            let pixel = |k: usize| (k as u32).wrapping_mul(2_654_435_761).wrapping_add(salt).to_be_bytes()[0];
            let plane: Vec<u8> = (0..height * width).map(pixel).collect();
            let mut sums = 0;
            AreaAverage::new(height, width).sums(&plane, |sum| sums += u64::from(sum));
            prop_assert_eq!(sums, 1024 * total(&plane));
            let mean = |bytes: &[u8]| total(bytes) as f64 / bytes.len() as f64;
            prop_assert!((mean(&reduced(height, width, &plane)) - mean(&plane)).abs() <= 0.5);
        }

        #[test]
        fn a_constant_image_stays_constant(height in 32usize..120, width in 32usize..120, value: u8) {
            prop_assert_eq!(reduced(height, width, &vec![value; height * width]), vec![value; 1024]);
        }
    }
}
