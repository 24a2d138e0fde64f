//! The output of a sweep: its events as lines of text or JSON.

use super::schedule::{Item, Schedule};
use super::status::RunStatus;
use crate::terminal::{self, Renderer};
use report::{End, Outcome};
use serde::Serialize;
use std::time::{Duration, Instant};

/// Something that happened to a run.
#[derive(Clone, Debug)]
pub struct Event {
    /// The kind of the event.
    pub kind: EventKind,
    /// The index of the run in the schedule.
    pub item: usize,
}

/// The kinds of events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EventKind {
    /// A worker starts the run from the beginning.
    Started {
        /// The id of the worker's process.
        process: u32,
    },
    /// A worker resumes the run, which an earlier worker has started.
    Resumed {
        /// The id of the worker's process.
        process: u32,
    },
    /// The run has finished or diverged, and is published.
    Done,
    /// Another sweep has published the run.
    DoneElsewhere,
    /// The worker of the run failed for this reason; the run is tried again.
    Retried(String),
    /// The worker of the run failed for this reason; the run is not tried again.
    Failed(String),
    /// The fleet of the run failed; all unfinished runs of this fleet are tried again in smaller fleets.
    Halved {
        /// The largest number of runs in a smaller fleet.
        slots: usize,
        /// Why the fleet failed.
        reason: String,
    },
}

/// A line of `--renderer json`.
#[derive(Serialize)]
struct Line<'a> {
    event: &'static str,
    run: &'a str,
    plan: &'a str,
    cell: &'a str,
    repeat: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    process: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    validation_error: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    test_error: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    done: usize,
    total: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    left_seconds: Option<f64>,
}

/// The time at which a sweep started, from which the time left is estimated.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    start: Instant,
    /// The number of runs that were done before the start.
    before: usize,
}

impl Clock {
    /// The clock of a sweep that starts now, when `before` runs are done.
    #[must_use]
    pub fn new(before: usize) -> Self {
        Self { start: Instant::now(), before }
    }

    /// The time that the remaining runs will take at the pace of this sweep so far, when `done` of `total` runs are
    /// done; `None` until the sweep has completed a run.
    #[must_use]
    pub fn left(&self, (done, total): (usize, usize)) -> Option<Duration> {
        let fresh = done.checked_sub(self.before).filter(|fresh| *fresh > 0)?;
        Some(self.start.elapsed().mul_f64(total.saturating_sub(done) as f64 / fresh as f64))
    }
}

/// Prints the events of a sweep as lines of text or JSON.
#[derive(Clone, Copy, Debug)]
pub struct Lines {
    renderer: Renderer,
    clock: Clock,
}

impl Lines {
    /// Lines in the format of `renderer`, with the time left according to `clock`.
    #[must_use]
    pub fn new(renderer: Renderer, clock: Clock) -> Self {
        Self { renderer, clock }
    }

    /// Prints `event` as a line. As text, the start or resumption of a run is not printed.
    pub fn print(&self, event: &Event, schedule: &Schedule) {
        match self.renderer {
            Renderer::Json => terminal::line(&terminal::json(&self.line(event, schedule))),
            Renderer::Tui | Renderer::Plain => {
                if let Some(text) = self.text(event, schedule) {
                    terminal::line(&text);
                }
            }
        }
    }

    fn line<'a>(&self, event: &'a Event, schedule: &'a Schedule) -> Line<'a> {
        let item = &schedule.items()[event.item];
        let outcome = outcome(item);
        let (done, total) = schedule.progress();
        let (name, process, reason) = match &event.kind {
            EventKind::Started { process } => ("started", Some(*process), None),
            EventKind::Resumed { process } => ("resumed", Some(*process), None),
            EventKind::Done => (outcome.map_or("done", ended), None, outcome.and_then(reason)),
            EventKind::DoneElsewhere => ("done elsewhere", None, outcome.and_then(reason)),
            EventKind::Retried(why) => ("retried", None, Some(why.as_str())),
            EventKind::Failed(why) => ("failed", None, Some(why.as_str())),
            EventKind::Halved { reason, .. } => ("halved", None, Some(reason.as_str())),
        };
        Line {
            event: name,
            run: &item.run.id,
            plan: &schedule.plan(item.cell).name,
            cell: &schedule.cell(item.cell).cell.name,
            repeat: item.run.repeat,
            process,
            validation_error: outcome.and_then(|outcome| outcome.number("validation_error")),
            test_error: outcome.and_then(|outcome| outcome.number("test_error")),
            reason,
            done,
            total,
            left_seconds: self.clock.left((done, total)).map(|left| left.as_secs_f64()),
        }
    }

    /// The text of `event`; `None` if a run has only been started or resumed, which is not shown.
    #[must_use]
    pub fn text(&self, event: &Event, schedule: &Schedule) -> Option<String> {
        let item = &schedule.items()[event.item];
        let name = name(item, schedule);
        let (done, total) = schedule.progress();
        let what = match &event.kind {
            EventKind::Started { .. } | EventKind::Resumed { .. } => return None,
            EventKind::Done | EventKind::DoneElsewhere => outcome(item).map_or_else(String::new, numbers),
            EventKind::Retried(why) => format!("is tried again: {why}"),
            EventKind::Failed(why) => format!("failed: {why}"),
            EventKind::Halved { slots, reason } => {
                format!("and the other runs of its fleet are tried again in fleets of {slots}: {reason}")
            }
        };
        let elsewhere = if event.kind == EventKind::DoneElsewhere { "  (another sweep)" } else { "" };
        let choose_by = &schedule.plan(item.cell).choose_by;
        let best = schedule.best(item.cell).map(|best| format!("  best so far {}", number(choose_by, best)));
        let left = self.clock.left((done, total)).map(|left| format!("  about {} left", duration(left)));
        let width = total.to_string().len();
        Some(format!(
            "run {done:>width$}/{total}  {name}  {what}{elsewhere}{}{}",
            best.unwrap_or_default(),
            left.unwrap_or_default()
        ))
    }
}

fn outcome<'a>(item: &'a Item) -> Option<&'a Outcome> {
    match &item.status {
        RunStatus::Done(outcome) => Some(outcome),
        _ => None,
    }
}

fn ended(outcome: &Outcome) -> &'static str {
    match outcome.end {
        End::Finished { .. } => "done",
        End::Diverged { .. } => "diverged",
    }
}

fn reason(outcome: &Outcome) -> Option<&str> {
    match &outcome.end {
        End::Finished { .. } => None,
        End::Diverged { reason } => Some(reason),
    }
}

/// The errors of a run, or why it diverged, as text.
fn numbers(outcome: &Outcome) -> String {
    if let Some(reason) = reason(outcome) {
        return format!("diverged: {reason}");
    }
    let names = [
        ("test", "test_error"),
        ("validation", "validation_error"),
        ("test RMSE", "test_rmse"),
        ("validation RMSE", "validation_rmse"),
    ];
    let shown = names.iter().filter_map(|(label, name)| {
        let value = outcome.number(name)?;
        Some(format!("{label} {}", number(name, value)))
    });
    shown.collect::<Vec<_>>().join("  ")
}

/// The name of a run: the name of the cell, the settings of the grid point, and the value that distinguishes repeated
/// runs, such as `rectifier  learning_rate 0.1  seed 3`.
#[must_use]
pub fn name(item: &Item, schedule: &Schedule) -> String {
    let cell = &schedule.cell(item.cell).cell;
    let repeat = &schedule.plan(item.cell).repeat;
    let point = report::settings_text(&cell.points[item.point].grid);
    let point = if point.is_empty() { point } else { format!("  {point}") };
    format!("{}{point}  {} {}", cell.name, last_part(repeat), item.run.repeat)
}

fn last_part(key: &str) -> &str {
    key.rsplit('.').next().unwrap_or(key)
}

/// The value of the metric `name` as text; the value of an error is in percent.
#[must_use]
pub fn number(name: &str, value: f64) -> String {
    if name.ends_with("_error") { format!("{value:.2} %") } else { format!("{value:.4}") }
}

/// A duration as text, in seconds, minutes or hours, such as `14 min`.
#[must_use]
pub fn duration(time: Duration) -> String {
    let minutes = time.as_secs_f64() / 60.0;
    match minutes {
        0.0..1.0 => format!("{:.0} s", time.as_secs_f64()),
        1.0..90.0 => format!("{minutes:.0} min"),
        _ => format!("{:.1} h", minutes / 60.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_left_is_proportional_to_the_runs_left() {
        let clock = Clock { start: Instant::now().checked_sub(Duration::from_mins(1)).unwrap(), before: 10 };
        assert_eq!(clock.left((10, 40)), None);
        let left = clock.left((20, 40)).unwrap().as_secs_f64();
        assert!((left - 120.0).abs() < 1.0, "{left}");
        assert_eq!(clock.left((40, 40)).unwrap().as_secs(), 0);
    }

    #[test]
    fn durations_and_numbers_are_rounded() {
        assert_eq!([3, 840, 9000].map(|s| duration(Duration::from_secs(s))), ["3 s", "14 min", "2.5 h"]);
        assert_eq!([number("test_error", 4.321), number("test_rmse", 0.5)], ["4.32 %", "0.5000"]);
    }
}
