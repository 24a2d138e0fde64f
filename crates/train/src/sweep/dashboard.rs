//! The progress of a sweep on a terminal: the cells, the runs in progress, and the time left.

use super::lines::{self, Clock, Event, Lines};
use super::schedule::{Choice, Schedule};
use crate::failure::Failure;
use crate::run::progress::Progress;
use crate::terminal::Renderer;
use ratatui::crossterm::event::{self, KeyCode, KeyModifiers};
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::{Style, Stylize};
use ratatui::text::Line;
use ratatui::widgets::{Block, Row, Table};
use ratatui::{DefaultTerminal, Frame};
use std::path::Path;
use std::time::{Duration, Instant};

/// A run in progress: its index in the schedule, and its progress.
pub type Running = (usize, Progress);

/// The largest number of runs in progress that the dashboard lists.
const SHOWN: usize = 12;

/// The shortest time between two redraws, so that drawing takes little computing time from the runs.
const PERIOD: Duration = Duration::from_millis(250);

/// The way in which a sweep is shown.
pub enum ProgressView {
    /// A line for each event.
    Lines(Lines),
    /// A dashboard that fills the terminal and is redrawn regularly.
    Dashboard(Box<Dashboard>),
}

/// A terminal that shows a sweep. The terminal is restored when the dashboard is dropped and when the program panics.
pub struct Dashboard {
    terminal: DefaultTerminal,
    lines: Lines,
    clock: Clock,
    drawn: Option<Instant>,
    stop: bool,
    /// The text of the last event.
    last: String,
}

impl ProgressView {
    /// The view for `renderer`.
    ///
    /// # Errors
    /// [`Failure::File`] when the terminal cannot be drawn on.
    pub fn new(renderer: Renderer, clock: Clock) -> Result<Self, Failure> {
        let lines = Lines::new(renderer, clock);
        Ok(match renderer {
            Renderer::Plain | Renderer::Json => Self::Lines(lines),
            Renderer::Tui => {
                let terminal = ratatui::try_init().map_err(on_terminal)?;
                let (drawn, stop, last) = (None, false, String::new());
                Self::Dashboard(Box::new(Dashboard { terminal, lines, clock, drawn, stop, last }))
            }
        })
    }

    /// Shows `event`: as a line of output or, on the dashboard, as the last event.
    pub fn handle_event(&mut self, event: &Event, schedule: &Schedule) {
        match self {
            Self::Lines(lines) => lines.print(event, schedule),
            Self::Dashboard(dashboard) => {
                if let Some(text) = dashboard.lines.text(event, schedule) {
                    dashboard.last = text;
                }
            }
        }
    }

    /// Handles pressed keys, and redraws the dashboard if a redraw is due. For [`ProgressView::Lines`], this function
    /// does nothing.
    ///
    /// # Errors
    /// [`Failure::File`] when the terminal cannot be drawn on.
    pub fn draw(&mut self, schedule: &Schedule, running: impl Fn() -> Vec<Running>) -> Result<(), Failure> {
        match self {
            Self::Lines(_) => Ok(()),
            Self::Dashboard(dashboard) => dashboard.draw(schedule, running).map_err(|e| on_terminal(e).into()),
        }
    }

    /// Closes the dashboard and restores the terminal; later events are shown as lines.
    pub fn close(&mut self) {
        if let Self::Dashboard(dashboard) = self {
            *self = Self::Lines(dashboard.lines);
        }
    }

    /// Whether the user has pressed a key that requests a stop.
    #[must_use]
    pub fn stop_requested(&self) -> bool {
        matches!(self, Self::Dashboard(dashboard) if dashboard.stop)
    }
}

fn on_terminal(e: std::io::Error) -> files::Error {
    files::Error::new("draw on", Path::new("the terminal"))(e)
}

impl Dashboard {
    fn draw(&mut self, schedule: &Schedule, running: impl Fn() -> Vec<Running>) -> std::io::Result<()> {
        while event::poll(Duration::ZERO)? {
            if let Some(key) = event::read()?.as_key_press_event() {
                // In raw mode, Ctrl-C is read as a key and causes no signal.
                let interrupt = key.code == KeyCode::Char('c') && key.modifiers.contains(KeyModifiers::CONTROL);
                self.stop |= interrupt || key.code == KeyCode::Char('q');
            }
        }
        if self.drawn.is_some_and(|drawn| drawn.elapsed() < PERIOD) {
            return Ok(());
        }
        self.drawn = Some(Instant::now());
        let (running, last, left) = (running(), &self.last, self.clock.left(schedule.progress()));
        self.terminal.draw(|frame| render(frame, schedule, &running, (left, last))).map(|_| ())
    }
}

impl Drop for Dashboard {
    fn drop(&mut self) {
        let _ = ratatui::try_restore(); // if the terminal is gone, there is nothing to restore
    }
}

/// Draws the dashboard: the progress of the sweep, its cells, the runs in progress, and the last event.
fn render(frame: &mut Frame, schedule: &Schedule, running: &[Running], (left, last): (Option<Duration>, &str)) {
    let rows = running.len().min(SHOWN) as u16 + 3;
    let parts = [Constraint::Length(1), Constraint::Min(4), Constraint::Length(rows), Constraint::Length(1)];
    let [head, cells, workers, foot] = Layout::vertical(parts).areas(frame.area());
    let (done, total) = schedule.progress();
    let left = left.map(|left| format!(", about {} left", lines::duration(left))).unwrap_or_default();
    let text = format!(" {done} of {total} runs done{left}     q: save and stop");
    frame.render_widget(Line::from(text).bold(), head);
    frame.render_widget(cell_table(schedule, cells), cells);
    frame.render_widget(worker_table(schedule, running), workers);
    frame.render_widget(Line::from(format!(" {last}")).dim(), foot);
}

fn table<const N: usize>(
    title: String,
    names: [&'static str; N],
    widths: [u16; N],
    rows: Vec<Row<'static>>,
) -> Table<'static> {
    let mut constraints = widths.map(Constraint::Length);
    constraints[0] = Constraint::Min(widths[0]); // the first column takes the remaining width
    let head = Row::new(names).style(Style::new().dim());
    Table::new(rows, constraints).header(head).block(Block::bordered().title(title)).column_spacing(2)
}

/// The table of cells. If not all cells fit into `area`, cells with some of their runs done come first, then cells with
/// no run done, then cells with all runs done.
fn cell_table(schedule: &Schedule, area: Rect) -> Table<'static> {
    let room = usize::from(area.height.saturating_sub(3));
    let mut order: Vec<usize> = (0..schedule.cells()).collect();
    if order.len() > room {
        order.sort_by_key(|&cell| {
            let (done, total) = schedule.progress_of(cell);
            (done == total, done == 0)
        });
    }
    let title = format!(" {} cells ", order.len());
    let rows = order.into_iter().take(room).map(|cell| cell_row(schedule, cell)).collect();
    table(title, ["cell", "done", "chosen", "best validation", "mean test"], [20, 9, 30, 15, 10], rows)
}

fn cell_row(schedule: &Schedule, cell: usize) -> Row<'static> {
    let (done, total) = schedule.progress_of(cell);
    let runs = schedule.cell(cell);
    let chosen = match schedule.choice(cell) {
        Choice::Point(_) if runs.points.len() == 1 => String::new(),
        Choice::Point(k) => report::settings_text(&runs.cell.points[k].grid),
        Choice::Pending => "...".to_owned(),
        Choice::Impossible => "impossible".to_owned(),
        Choice::Failed => "a run failed".to_owned(),
    };
    let choose_by = &schedule.plan(cell).choose_by;
    let test = choose_by.replace("validation", "test");
    let shown = |name: &str, value: Option<f64>| value.map_or_else(String::new, |value| lines::number(name, value));
    let (best, mean) = (shown(choose_by, schedule.best(cell)), shown(&test, schedule.mean(cell, &test)));
    let row = Row::new([runs.cell.name.clone(), format!("{done}/{total}"), chosen, best, mean]);
    if done == total { row.green() } else { row }
}

fn worker_table(schedule: &Schedule, running: &[Running]) -> Table<'static> {
    let row = |(item, progress): &Running| {
        let item = &schedule.items()[*item];
        let config = &item.run.config;
        let epochs = match (progress.layer, &config.pretraining) {
            (Some(layer), Some(pretraining)) => format!("layer {layer}, {}/{}", progress.epoch, pretraining.epochs),
            _ => format!("{}/{}", progress.epoch, config.training.epochs),
        };
        let error = progress.validation_error.map(|error| lines::number("validation_error", 100.0 * error));
        Row::new([lines::name(item, schedule), epochs, error.unwrap_or_default()])
    };
    let title = format!(" {} running ", running.len());
    table(title, ["run", "epoch", "validation"], [40, 18, 10], running.iter().take(SHOWN).map(row).collect())
}

#[cfg(test)]
mod tests {
    use super::super::agenda::Agenda;
    use super::*;
    use plan::{Plan, ScaleName};
    use ratatui::Terminal;
    use ratatui::backend::TestBackend;
    use std::collections::BTreeMap;

    /// The dashboard on a terminal of `height` lines, as text.
    fn seen(height: u16) -> String {
        let text = "title = 't'\nabout = 'a'\nscale.smoke = { choose_on = [1], seeds = [2, 3] }\n[[cell]]\nname = 'rectifier'\n\
             grid = { 'training.learning_rate' = [0.1, 0.01] }\n[[cell]]\nname = 'tanh'\n";
        let plan = Plan::parse(Path::new("p.toml"), text).unwrap();
        let agendas = [Agenda::new(plan, ScaleName::Smoke, None, None).unwrap()];
        let schedule = Schedule::new(&agendas, BTreeMap::new());
        let running = [(0, Progress { layer: None, epoch: 3, validation_error: Some(0.125) })];
        let mut terminal = Terminal::new(TestBackend::new(120, height)).unwrap();
        terminal
            .draw(|frame| render(frame, &schedule, &running, (Some(Duration::from_mins(14)), "last event")))
            .unwrap();
        let cells = terminal.backend().buffer().content.iter().map(ratatui::buffer::Cell::symbol);
        cells.collect()
    }

    #[test]
    fn cells_running_runs_and_the_time_left_are_shown() {
        let seen = seen(24);
        for part in [
            "0 of 4 runs",
            "14 min",
            "0/4",
            "tanh",
            "0/2",
            "learning_rate 0.1  seed 1",
            "3/30",
            "12.50 %",
            "last event",
        ] {
            assert!(seen.contains(part), "{part}: {seen}");
        }
    }

    #[test]
    fn a_terminal_of_any_height_is_drawn_on() {
        for height in 1..24 {
            seen(height);
        }
    }
}
