//! Comparisons in words.

use super::{Compared, Difference, Further};
use crate::run::Discordant;
use crate::study::verdict::LEVEL;
use crate::text::number::{count, counted, fixed, p_value, range};
use crate::text::quantity::{decimals, is_plural, title, unit};
use stats::Interval;

impl Compared {
    /// The answer in a few sentences: the direction and size of the difference first, then the tests.
    #[must_use]
    pub fn sentence(&self) -> String {
        match &self.answer {
            Err(reason) => format!("Not run: {reason}."),
            Ok(found) => {
                let sentences = [self.size(found), self.judgement(found), self.further(found), self.paper(found)];
                sentences.into_iter().filter(|sentence| !sentence.is_empty()).collect::<Vec<_>>().join(" ")
            }
        }
    }

    /// A difference without its cells, such as `0.20 points lower`.
    pub(crate) fn short(&self, difference: f64) -> String {
        self.order(difference).trim_end_matches(" than").trim_end_matches(" to").to_owned()
    }

    /// The 95 % interval over seeds and test examples if it is known, and otherwise that over seeds, such as `0.02 to
    /// 0.35`, of the difference in the direction of the mean; `None` for a single seed.
    pub(crate) fn interval(&self, found: &Difference) -> Option<String> {
        Some(self.range(found, found.over_both.or(found.over_seeds)?))
    }

    fn size(&self, found: &Difference) -> String {
        let (metric, order, intervals) = (title(&self.metric), self.order(found.mean), self.intervals(found));
        let (a, b) = (&self.a, &self.b);
        let (is, that) = if is_plural(&self.metric) { ("are", "those") } else { ("is", "that") };
        match &self.minus {
            None => {
                let pairs = counted(found.values.len(), "pair");
                format!("The {metric} of {a} {is} {order} {that} of {b} ({intervals}; {pairs}).")
            }
            Some([c, d]) => {
                let [first, second] = found.sides.map(|side| fixed(side, self.decimals(found.mean)));
                let seeds = counted(found.values.len(), "seed");
                format!(
                    "The {metric} of {a} minus {that} of {b} {is} {order} {that} of {c} minus {that} of {d} ({first} and \
                     {second}; {intervals}; {seeds})."
                )
            }
        }
    }

    /// A difference in words, such as `0.20 points lower than`.
    fn order(&self, difference: f64) -> String {
        let size = self.sized(difference.abs());
        match difference {
            below if below < 0.0 => format!("{size} lower than"),
            above if above > 0.0 => format!("{size} higher than"),
            _ => "equal to".to_owned(),
        }
    }

    /// A size with its unit, such as `0.20 points`.
    fn sized(&self, size: f64) -> String {
        format!("{}{}", fixed(size, self.decimals(size)), unit(&self.metric))
    }

    fn decimals(&self, size: f64) -> usize {
        decimals(&self.metric, size)
    }

    /// The intervals of the difference. Positive numbers are differences in the direction of the mean.
    fn intervals(&self, found: &Difference) -> String {
        let text = |interval| self.range(found, interval);
        match (found.over_seeds, found.over_both) {
            (Some(seeds), Some(both)) => {
                format!("95 % {} over seeds; {} over seeds and test examples", text(seeds), text(both))
            }
            (Some(seeds), None) => format!("95 % {} over seeds", text(seeds)),
            (None, _) => "too few for an interval".to_owned(),
        }
    }

    fn range(&self, found: &Difference, Interval { low, high }: Interval) -> String {
        let (low, high) = if found.mean < 0.0 { (-high, -low) } else { (low, high) };
        range(Interval { low, high }, |end| fixed(end, self.decimals(found.mean)))
    }

    /// What the p-value says, and what it does not say.
    fn judgement(&self, found: &Difference) -> String {
        if let Some(reason) = &found.untested {
            return format!("No p-value: {reason}.");
        }
        let (Some(p), Some(corrected), Some(interval)) = (found.p, self.holm, found.over_both.or(found.over_seeds))
        else {
            return String::new();
        };
        let over = if found.over_both.is_some() { "Over seeds and test examples" } else { "In a t test over seeds" };
        let most = interval.low.abs().max(interval.high.abs());
        let judgement = match (corrected < LEVEL, found.over_both) {
            (true, Some(_)) => format!("significant at {LEVEL}"),
            (true, None) => {
                "the cells differ by more than their seeds do; other test examples were not looked at".to_owned()
            }
            (false, _) => {
                format!("a difference is not shown at {LEVEL}, and one of up to {} is not excluded", self.sized(most))
            }
        };
        format!("{over} p {}, after Holm p {}: {judgement}.", p_value(p), p_value(corrected))
    }

    /// The further test, whose p-value is given only where the test is able to give a small one, and with the source of
    /// variation that it looks at.
    fn further(&self, found: &Difference) -> String {
        let (a, b, tested) = (&self.a, &self.b, found.untested.is_none());
        match found.further {
            Further::Wilcoxon(p) if tested => {
                let pairs = found.values.len();
                let least = 2.0 * 0.5_f64.powi(i32::try_from(pairs).unwrap_or(i32::MAX));
                if least < LEVEL { format!("Wilcoxon's test over seeds: p {}.", p_value(p)) } else { String::new() }
            }
            Further::Mcnemar(Discordant { only_a, only_b, p, .. }) => {
                let p = if tested {
                    format!(" (McNemar p {}, for these networks only)", p_value(p))
                } else {
                    String::new()
                };
                let [only_a, only_b] = [only_a, only_b].map(count);
                format!("Misclassified by {a} alone: {only_a} test examples; by {b} alone: {only_b}{p}.")
            }
            Further::Wilcoxon(_) | Further::Nothing => String::new(),
        }
    }

    /// The paper's difference with the verdict on it; empty without a verdict.
    fn paper(&self, found: &Difference) -> String {
        let (Some(paper), Some(verdict)) = (found.paper, &found.verdict) else { return String::new() };
        format!("In the paper {}: {}.", self.short(paper), verdict.words(self.decimals(paper)))
    }
}

#[cfg(test)]
mod tests {
    use crate::study::sample::Sample;
    use plan::{Minus, ScaleName};

    fn sentence(change: impl Fn(&mut Sample)) -> String {
        let mut sample = Sample::new();
        change(&mut sample);
        sample.study().comparisons[0].sentence()
    }

    #[test]
    fn direction_and_size_come_first_and_then_the_test_over_both_sources_of_variation() {
        let text = sentence(|_| {});
        assert!(text.starts_with("The test error of rectifier is 0.3"), "{text}");
        assert!(text.contains(" points lower than that of tanh (95 % 0."), "{text}");
        assert!(text.contains(" over seeds and test examples; 5 pairs). Over seeds and test examples p "), "{text}");
        assert!(text.contains(": significant at 0.05."), "{text}");
        assert!(text.contains("In the paper 0.14 points lower: ✗ contradicts (−0."), "{text}");
        assert!(!text.contains("Wilcoxon"), "five pairs cannot give a small p: {text}");
    }

    #[test]
    fn a_difference_over_seeds_alone_is_never_called_significant() {
        let text = sentence(|sample| sample.plan.comparison[0].metric = "test_nll".to_owned());
        assert!(text.contains("In a t test over seeds p "), "{text}");
        assert!(text.contains("other test examples were not looked at"), "{text}");
        assert!(!text.contains("significant"), "{text}");
    }

    #[test]
    fn zeros_are_plural() {
        let text = sentence(|sample| sample.plan.comparison[0].metric = "sparsity".to_owned());
        assert!(
            text.starts_with("The exact zeros of rectifier are 82.00 points higher than those of tanh ("),
            "{text}"
        );
    }

    #[test]
    fn a_difference_that_is_not_shown_says_what_is_not_excluded() {
        let text = sentence(|sample| sample.plan.comparison[0].a = "softplus/6".to_owned());
        assert!(text.contains("a difference is not shown at 0.05, and one of up to 0."), "{text}");
        assert!(!text.contains("not significant"), "{text}");
    }

    #[test]
    fn a_difference_of_differences_names_both() {
        let text = sentence(|sample| {
            sample.plan.comparison[0].minus = Some(Minus { a: "softplus/6".to_owned(), b: "softplus/1".to_owned() });
        });
        let start = "The test error of rectifier minus that of tanh is 0.";
        assert!(text.starts_with(start), "{text}");
        assert!(text.contains(" points lower than that of softplus/6 minus that of softplus/1 (−0."), "{text}");
        assert!(text.contains("; 5 seeds)."), "{text}");
    }

    #[test]
    fn mcnemar_says_of_which_networks_it_speaks() {
        let text = Sample::new().study().comparisons[1].sentence();
        assert!(text.contains("Misclassified by rectifier alone: "), "{text}");
        assert!(text.contains(", for these networks only)."), "{text}");
    }

    #[test]
    fn smoke_runs_have_differences_without_p_values() {
        let study = Sample::new().at(ScaleName::Smoke).study();
        for compared in &study.comparisons {
            let text = compared.sentence();
            assert!(text.contains("No p-value: runs at the smoke scale only show that everything works."), "{text}");
            assert!(!text.contains(" p ") && !text.contains("significant"), "{text}");
        }
    }

    #[test]
    fn wilcoxon_is_given_when_it_can_say_something() {
        let text = sentence(|sample| {
            sample.plan.scale.get_mut(&ScaleName::Desk).unwrap().seeds = vec![2, 3, 4, 5, 6, 8, 9];
        });
        assert!(text.contains("Wilcoxon's test over seeds: p = 0.016."), "{text}");
    }
}
