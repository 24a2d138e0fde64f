//! Finds connected regions of ink, and the regions that make up a character.

use crate::shape::{Picture, Shape};

/// The largest distance between a character's main region and its other regions, such as the bar of a 5, as a fraction
/// of the main region's size.
const NEAR: f64 = 0.25;

/// A region is taken as dirt if it has fewer pixels than this fraction of the main region's pixels.
const DIRT: f64 = 0.03;

/// The largest region, if it reaches the border of the picture (as the edge of the paper does), is taken as the
/// character only if each region that does not reach the border has fewer pixels than this fraction of the largest
/// region's pixels.
const BEYOND: f64 = 0.1;

/// A region is of similar size if it has at least this fraction of the main region's pixels.
const SIMILAR: f64 = 0.33;

/// The part of a picture that shows the character: its main region of ink, and the regions close to it.
#[derive(Clone, Debug)]
pub(super) struct Region {
    /// Whether each pixel belongs to the region, `[height, width]` of the picture.
    pub(super) holds: Vec<bool>,
    pub(super) top: usize,
    /// One more than the index of the last row.
    pub(super) bottom: usize,
    pub(super) left: usize,
    /// One more than the index of the last column.
    pub(super) right: usize,
    /// Whether the region reaches the border of the picture.
    pub(super) reaches_border: bool,
    /// The number of other connected regions of a size similar to the size of the main region. Regions that reach the
    /// border of the picture count only if the main region reaches the border, too.
    pub(super) others: usize,
}

impl Region {
    /// Whether pixel `k` of a picture of `width` columns and its four neighbours belong to the region.
    pub(super) fn is_inner(&self, k: usize, width: usize) -> bool {
        let x = k % width;
        let holds = |k: Option<usize>| k.and_then(|k| self.holds.get(k)).is_some_and(|holds| *holds);
        x > 0
            && x + 1 < width
            && [k.checked_sub(width), Some(k + width), Some(k - 1), Some(k + 1)].into_iter().all(holds)
    }
}

/// A connected region of ink: the indices of its pixels, and the smallest rectangle around them.
struct Ink {
    pixels: Vec<usize>,
    top: usize,
    bottom: usize,
    left: usize,
    right: usize,
}

impl Ink {
    fn reaches_border(&self, Shape { height, width, .. }: Shape) -> bool {
        self.top == 0 || self.left == 0 || self.bottom == height || self.right == width
    }

    fn size(&self) -> usize {
        (self.bottom - self.top).max(self.right - self.left)
    }

    /// The number of rows or of columns between the rectangles around both regions, whichever is larger.
    fn distance(&self, other: &Self) -> usize {
        let apart = |first: (usize, usize), second: (usize, usize)| {
            first.0.saturating_sub(second.1).max(second.0.saturating_sub(first.1))
        };
        apart((self.top, self.bottom), (other.top, other.bottom))
            .max(apart((self.left, self.right), (other.left, other.right)))
    }
}

/// The character in the picture `ink`, in which pixels of at least `threshold` are ink; `None` if there is no ink.
pub(super) fn character(ink: &Picture, threshold: f32) -> Option<Region> {
    let all = connected(ink, threshold);
    let largest = all.iter().max_by_key(|part| part.pixels.len())?;
    let inside = all.iter().filter(|part| !part.reaches_border(ink.shape)).max_by_key(|part| part.pixels.len());
    let main =
        inside.filter(|part| part.pixels.len() as f64 >= BEYOND * largest.pixels.len() as f64).unwrap_or(largest);
    let reaches_border = main.reaches_border(ink.shape);
    let is_whole = |part: &Ink| !part.reaches_border(ink.shape) || reaches_border;
    let is_similar = |part: &&Ink| is_whole(part) && part.pixels.len() as f64 >= SIMILAR * main.pixels.len() as f64;
    let belongs = |part: &&Ink| {
        let is_near = part.distance(main) as f64 <= NEAR * main.size() as f64;
        is_near && is_whole(part) && part.pixels.len() as f64 >= DIRT * main.pixels.len() as f64
    };
    let mut holds = vec![false; ink.pixels.len()];
    let (mut top, mut bottom, mut left, mut right) = (main.top, main.bottom, main.left, main.right);
    for part in all.iter().filter(belongs) {
        part.pixels.iter().for_each(|k| holds[*k] = true);
        (top, bottom) = (top.min(part.top), bottom.max(part.bottom));
        (left, right) = (left.min(part.left), right.max(part.right));
    }
    // The main region, which is counted as similar to itself, is not one of the others.
    let others = all.iter().filter(is_similar).count() - 1;
    Some(Region { holds, top, bottom, left, right, reaches_border, others })
}

/// The connected regions of pixels of at least `threshold`; pixels that touch at a corner are connected.
fn connected(ink: &Picture, threshold: f32) -> Vec<Ink> {
    let Shape { height, width, .. } = ink.shape;
    let mut open: Vec<bool> = ink.pixels.iter().map(|value| *value >= threshold).collect();
    let mut parts = Vec::new();
    for start in 0..open.len() {
        if !std::mem::take(&mut open[start]) {
            continue;
        }
        let mut part = Ink { pixels: vec![start], top: height, bottom: 0, left: width, right: 0 };
        let mut next = 0;
        while let Some(k) = part.pixels.get(next).copied() {
            next += 1;
            let (y, x) = (k / width, k % width);
            (part.top, part.bottom) = (part.top.min(y), part.bottom.max(y + 1));
            (part.left, part.right) = (part.left.min(x), part.right.max(x + 1));
            for y in y.saturating_sub(1)..(y + 2).min(height) {
                for x in x.saturating_sub(1)..(x + 2).min(width) {
                    if std::mem::take(&mut open[y * width + x]) {
                        part.pixels.push(y * width + x);
                    }
                }
            }
        }
        parts.push(part);
    }
    parts
}
