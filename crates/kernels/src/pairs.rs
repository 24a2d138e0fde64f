//! Layers of pairs: units whose two outputs share their incoming weights.
//!
//! The outputs have separate panels without weights, one per panel of units. The layer above reads these panels, and
//! their values are listed, counted and penalised like any other outputs. Only two steps are special: a pre-activation
//! a becomes a and -a before the rectifier, and the delta of a is the delta of the pair's first output minus the delta
//! of its second output.

use crate::affine::Affine;
use crate::collect::Activate;
use crate::panel::Panel;
use pulp::{Simd, WithSimd};

/// Makes the panels of the outputs of pairs with the pre-activations of `affine` and the fixed `signs` of the outputs.
pub(crate) fn outputs(affine: &Affine, signs: Option<&[f32]>, batch: usize) -> Vec<Panel> {
    let mut panels = Panel::cut(affine.outputs(), batch);
    for panel in &mut panels {
        *panel = Panel::new(2 * panel.first, 2 * panel.columns, batch);
        if let Some(signs) = signs {
            let columns = panel.first..panel.first + panel.columns;
            panel.signs[..panel.columns].copy_from_slice(&signs[columns]);
        }
    }
    panels
}

/// Writes the pre-activations a of `units` as a and -a to the panel of `activate`, and computes the outputs of
/// that panel.
pub(crate) struct Split<'a> {
    pub(crate) units: &'a Panel,
    pub(crate) activate: Activate<'a>,
}

impl WithSimd for Split<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { units, activate } = self;
        let outputs = &mut *activate.panel;
        let rows = units.value.chunks_exact(units.width).zip(outputs.value.chunks_exact_mut(outputs.width));
        for (units_row, outputs_row) in rows.take(activate.batch) {
            // `activate` sets the padding of the outputs, which belongs to no unit, to 0.
            for (a, both) in units_row[..units.columns].iter().zip(outputs_row.chunks_exact_mut(2)) {
                both[0] = *a;
                both[1] = -*a;
            }
        }
        activate.with_simd(simd);
    }
}

/// Computes the deltas of the pre-activations of `units` from the deltas of their outputs.
pub(crate) struct Join<'a> {
    pub(crate) units: &'a mut Panel,
    pub(crate) outputs: &'a Panel,
    pub(crate) batch: usize,
}

impl WithSimd for Join<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self { units: Panel { delta, width, columns, .. }, outputs, batch } = self;
        let rows = delta.chunks_exact_mut(*width).zip(outputs.delta.chunks_exact(outputs.width));
        for (units_row, outputs_row) in rows.take(batch) {
            for (delta, both) in units_row[..*columns].iter_mut().zip(outputs_row.chunks_exact(2)) {
                *delta = both[0] - both[1];
            }
        }
    }
}
