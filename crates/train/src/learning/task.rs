//! The tasks for which networks are trained.

use denoising::Denoising;

/// The task for which a network is trained.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Task {
    /// Classification: the cost is the negative log-likelihood (section 4.1).
    Classify,
    /// Regression: the cost is the squared error of the predicted number, which is standardised by the mean and the
    /// standard deviation of the training targets.
    Regress {
        /// The standard deviation of the training targets, in their own units.
        deviation: f64,
    },
    /// Reconstruction of the inputs, as an auto-encoder (section 3.2).
    Reconstruct(Denoising),
}

impl Task {
    /// Advice if training at learning rate `rate` fails: the setting to lower, with an example.
    #[must_use]
    pub fn lower_rate(self, rate: f64) -> String {
        let lower = rate / 10.0;
        match self {
            Self::Classify | Self::Regress { .. } => format!(
                "lower training.learning_rate (it is {rate}), for instance --set training.learning_rate={lower}"
            ),
            Self::Reconstruct(_) => format!(
                "lower pretraining.learning_rates (the rate was {rate}), for instance --set \
                 pretraining.learning_rates=[{lower}]"
            ),
        }
    }
}
