//! Predictions for the examples of a file, block by block.

use super::Predictor;
use crate::failure::Failure;
use std::path::Path;

/// Consecutive examples.
pub(super) struct Block {
    /// The inputs of the examples, `[rows, inputs]`.
    pub(super) inputs: Vec<f32>,
    /// The file of each example, `[rows]`; empty unless each example is a file of a folder.
    pub(super) files: Vec<String>,
}

/// Writes the prediction for each example in `file`, which may be a folder of files. `next` appends the next example,
/// which has `width` inputs, to its argument, and returns `false` after the last example. While the network computes
/// predictions for one block of examples, the next block is read.
pub(super) fn each(
    to: &mut Predictor<'_>,
    file: &Path,
    width: usize,
    next: impl FnMut(&mut Block) -> Result<bool, Failure> + Send,
) -> Result<(), Failure> {
    let name = super::name(file);
    let mut blocks = Blocks { next, rows: super::together(width), width };
    let (mut first, mut read) = (0, blocks.read());
    while let Some(Block { inputs, files }) = read? {
        let answer = || match &files[..] {
            [] => to.answer((first..).map(|index| (&name[..], index)), &inputs),
            files => to.answer(files.iter().map(|file| (&file[..], 0)), &inputs),
        };
        let (following, answered) = rayon::join(|| blocks.read(), answer);
        answered?;
        first += inputs.len() / width;
        read = following;
    }
    Ok(())
}

/// The examples of a file in blocks of `rows` examples.
struct Blocks<N> {
    next: N,
    rows: usize,
    width: usize,
}

impl<N: FnMut(&mut Block) -> Result<bool, Failure>> Blocks<N> {
    /// The next examples; `None` after the last example.
    fn read(&mut self) -> Result<Option<Block>, Failure> {
        let mut block = Block { inputs: Vec::with_capacity(self.rows * self.width), files: Vec::new() };
        for _ in 0..self.rows {
            if !(self.next)(&mut block)? {
                break;
            }
        }
        Ok((!block.inputs.is_empty()).then_some(block))
    }
}
