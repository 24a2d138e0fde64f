//! `--shard`: the runs with which a process starts when several processes share a sweep.

use std::str::FromStr;

/// The index of a process, counted from 0, and the number of processes that share the sweep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    index: usize,
    of: usize,
}

impl Shard {
    /// The shard of the only process of a sweep: all runs.
    pub const WHOLE: Self = Self { index: 0, of: 1 };

    /// Whether a process with this shard starts the run with the index `k` before the runs of other shards.
    #[must_use]
    pub fn prefers(self, k: usize) -> bool {
        k % self.of == self.index
    }

    /// The shard of a task in a Slurm job array, from the environment variables that `variable` reads; [`Shard::WHOLE`]
    /// outside a job array.
    #[must_use]
    pub fn of_slurm(variable: impl Fn(&str) -> Option<String>) -> Self {
        let number = |name: &str| variable(&format!("SLURM_ARRAY_TASK_{name}"))?.parse::<usize>().ok();
        let (Some(id), Some(of)) = (number("ID"), number("COUNT").filter(|count| *count > 0)) else {
            return Self::WHOLE;
        };
        let lowest = number("MIN").unwrap_or(0).min(id);
        let step = number("STEP").filter(|step| *step > 0).unwrap_or(1);
        // The ids of an array need not be evenly spaced. Two tasks may therefore get the same shard, which does no
        // harm: both prefer the same runs, but only one of them can claim a run.
        Self { index: (id - lowest) / step % of, of }
    }
}

impl FromStr for Shard {
    type Err = String;

    /// Parses `I/N`, with I from 1 to N.
    fn from_str(text: &str) -> Result<Self, String> {
        let numbers = text.split_once('/').and_then(|(i, n)| Some((i.parse().ok()?, n.parse().ok()?)));
        match numbers {
            Some((i, of)) if (1..=of).contains(&i) => Ok(Self { index: i - 1, of }),
            _ => Err("write I/N with I from 1 to N, such as 2/4".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shards_are_counted_from_one_and_cover_all_runs() {
        assert_eq!("1/1".parse(), Ok(Shard::WHOLE));
        let shards: Vec<Shard> = ["1/3", "2/3", "3/3"].iter().map(|text| text.parse().unwrap()).collect();
        for k in 0..10 {
            assert_eq!(shards.iter().filter(|shard| shard.prefers(k)).count(), 1);
        }
        assert!(shards[1].prefers(1) && shards[1].prefers(4));
    }

    #[test]
    fn malformed_shards_are_rejected() {
        for text in ["", "3", "0/3", "4/3", "1/0", "-1/3", "1/x", "1/2/3", " 1/2"] {
            assert!(text.parse::<Shard>().unwrap_err().contains("such as 2/4"), "{text}");
        }
    }

    #[test]
    fn the_tasks_of_an_array_are_its_shards_whatever_their_ids() {
        let slurm = |set: &'static [(&str, &str)]| {
            let name = |name: &str| format!("SLURM_ARRAY_TASK_{name}");
            Shard::of_slurm(move |asked| set.iter().find(|(key, _)| name(key) == asked).map(|(_, v)| (*v).to_owned()))
        };
        assert_eq!(slurm(&[]), Shard::WHOLE);
        assert_eq!(slurm(&[("ID", "1"), ("COUNT", "4"), ("MIN", "1")]), "1/4".parse().unwrap());
        assert_eq!(slurm(&[("ID", "0"), ("COUNT", "4"), ("MIN", "0")]), "1/4".parse().unwrap());
        assert_eq!(slurm(&[("ID", "13"), ("COUNT", "4"), ("MIN", "10"), ("STEP", "1")]), "4/4".parse().unwrap());
        assert_eq!(slurm(&[("ID", "11"), ("COUNT", "4"), ("MIN", "3"), ("STEP", "4")]), "3/4".parse().unwrap());
        assert_eq!(slurm(&[("ID", "9"), ("COUNT", "2"), ("MIN", "1")]), "1/2".parse().unwrap(), "--array=1,9");
        assert_eq!(slurm(&[("ID", "x"), ("COUNT", "2")]), Shard::WHOLE);
        assert_eq!(slurm(&[("ID", "2"), ("COUNT", "0")]), Shard::WHOLE);
    }
}
