//! Everything that the program prints: results and finished epochs on stdout; notices, downloads and errors on stderr.

use data::Progress;
use indicatif::{ProgressBar, ProgressStyle};
use report::{Epoch, Manifest, PretrainingEpoch, RunResult};
use std::borrow::Cow;
use std::io::{ErrorKind, IsTerminal, Write};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

/// How the progress of training is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Renderer {
    /// A dashboard that fills the terminal.
    Tui,
    /// One line of text per epoch of a run, or per event of a sweep other than the start or resumption of a run.
    Plain,
    /// One line of JSON per epoch and one for the result of a run, or one per event of a sweep.
    Json,
}

/// The values of `--renderer`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum RendererChoice {
    /// The dashboard on a terminal; lines of text elsewhere.
    Auto,
    /// A dashboard that fills the terminal.
    Tui,
    /// One line of text per epoch of a run, or per event of a sweep.
    Plain,
    /// One line of JSON per epoch and one for the result of a run, or one per event of a sweep.
    Json,
}

/// How results are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Text for people.
    Text,
    /// JSON for programs.
    Json,
}

impl RendererChoice {
    /// The renderer to use; [`RendererChoice::Auto`] depends on whether the process has a terminal.
    ///
    /// # Errors
    /// A message, if the dashboard is requested without a terminal or after a call of [`hush`].
    pub fn resolve(self) -> Result<Renderer, String> {
        let terminal = std::io::stdout().is_terminal() && std::io::stdin().is_terminal() && !is_quiet();
        match self {
            Self::Auto | Self::Tui if terminal => Ok(Renderer::Tui),
            Self::Tui => Err("--renderer tui needs a terminal; use --renderer plain or json".to_owned()),
            Self::Auto | Self::Plain => Ok(Renderer::Plain),
            Self::Json => Ok(Renderer::Json),
        }
    }
}

/// Whether only errors are printed.
static QUIET: AtomicBool = AtomicBool::new(false);

/// Makes the program print only errors from now on.
pub fn hush() {
    QUIET.store(true, Ordering::Relaxed);
}

fn is_quiet() -> bool {
    QUIET.load(Ordering::Relaxed)
}

/// The first error in writing to stdout, other than a closed pipe.
static LOST: OnceLock<ErrorKind> = OnceLock::new();

/// The first error in writing to stdout, other than a closed pipe; `None` if no such error has occurred.
pub fn lost() -> Option<ErrorKind> {
    LOST.get().copied()
}

/// Writes a line to stdout, unless [`hush`] was called. A closed pipe, as after `head`, is not an error; [`lost`]
/// returns the first other error.
pub fn line(line: &str) {
    text(&format!("{line}\n"));
}

/// Writes `text`, which includes its line endings, to stdout, and treats errors as [`line()`] does.
pub fn text(text: &str) {
    if is_quiet() {
        return;
    }
    let mut stdout = std::io::stdout();
    note_loss(stdout.write_all(escaped(text).as_bytes()).and_then(|()| stdout.flush()));
}

/// Records the error, if any, of writing to stdout. A closed pipe is not an error; [`lost`] returns the first other
/// error.
pub fn note_loss(written: std::io::Result<()>) {
    match written {
        Err(e) if e.kind() != ErrorKind::BrokenPipe => _ = LOST.set(e.kind()),
        _ => {}
    }
}

/// `text` with escape sequences, as in JSON, for control characters other than line ends and tabs, and for marks that
/// change the direction of writing. The name of a file can then neither control the terminal nor be shown with its
/// letters in another order.
#[must_use]
pub fn escaped(text: &str) -> Cow<'_, str> {
    let is_escaped = |letter: char| {
        let is_mark =
            matches!(letter, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        is_mark || (letter.is_control() && !matches!(letter, '\n' | '\t'))
    };
    if !text.contains(is_escaped) {
        return Cow::Borrowed(text);
    }
    let escape = |letter: char| {
        if is_escaped(letter) { format!("\\u{:04x}", u32::from(letter)) } else { letter.to_string() }
    };
    Cow::Owned(text.chars().map(escape).collect())
}

/// Writes a notice to stderr, unless [`hush`] was called.
pub fn notice(text: &str) {
    if !is_quiet() {
        let _ = writeln!(std::io::stderr(), "{}", escaped(text));
    }
}

/// Prints a finished epoch in the style of `renderer`. `of` is the largest number of epochs that the run may have. For
/// regression, `deviation` is the standard deviation of the target; for classification, it is `None`. Prints nothing
/// for the dashboard, which shows epochs itself.
pub fn epoch(renderer: Renderer, epoch: &Epoch, of: usize, deviation: Option<f64>) {
    match renderer {
        Renderer::Tui => {}
        Renderer::Plain => line(&plain(epoch, of, deviation)),
        Renderer::Json => line(&json(epoch)),
    }
}

/// Prints a finished epoch of pre-training in the style of `renderer`; `of` is the number of epochs for each layer and
/// learning rate. Prints nothing for the dashboard, which shows epochs itself.
pub fn pretraining_epoch(renderer: Renderer, epoch: &PretrainingEpoch, of: usize) {
    match renderer {
        Renderer::Tui => {}
        Renderer::Json => line(&json(epoch)),
        Renderer::Plain => line(&format!(
            "layer {} rate {}  epoch {:>width$}/{of}  train cost {:.4}  validation cost {:.4}  zeros {:.0} %{}",
            epoch.layer,
            epoch.learning_rate,
            epoch.epoch,
            epoch.train_cost,
            epoch.validation_cost,
            100.0 * epoch.train_sparsity,
            if epoch.best { "  best" } else { "" },
            width = of.to_string().len(),
        )),
    }
}

fn plain(epoch: &Epoch, of: usize, deviation: Option<f64>) -> String {
    let zeros: Vec<String> = epoch.train_sparsity.iter().map(|s| format!("{:.0}", 100.0 * s)).collect();
    let part = |nll: f64, error: f64| match deviation {
        // For regression, the error is the mean squared error divided by the variance of the target.
        Some(deviation) => format!("RMSE {:.4}", error.sqrt() * deviation),
        None => format!("nll {nll:.4} error {:>5.2} %", 100.0 * error),
    };
    format!(
        "epoch {:>width$}/{of}  train {}  validation {}  zeros {} %{}",
        epoch.epoch,
        part(epoch.train_nll, epoch.train_error),
        part(epoch.validation_nll, epoch.validation_error),
        zeros.join("/"),
        if epoch.best { "  best" } else { "" },
        width = of.to_string().len(),
    )
}

/// `value` as one line of JSON.
#[must_use]
pub fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default() // structs of numbers and strings always serialise
}

/// The summary of the finished `run`, in one to four lines.
#[must_use]
pub fn summary(run: &Manifest, result: &RunResult) -> String {
    let facts = facts(result);
    let of_network = match result.selected_epoch {
        0 => "the network as it was imported, whose validation error is".to_owned(),
        epoch => format!("the network of epoch {epoch}, whose validation error was the lowest,"),
    };
    let rmse = match (result.test_rmse, result.validation_rmse, result.constant_rmse) {
        (Some(test), Some(validation), Some(constant)) => {
            let mae = result.test_mae.map_or_else(String::new, |mae| format!(", MAE {mae:.4}"));
            let r2 = match (result.test_mae, result.test_r2) {
                (_, Some(r2)) => format!(", R\u{b2} {r2:.4}"),
                (Some(_), None) => ", R\u{b2} not defined for equal numbers".to_owned(),
                (None, None) => String::new(),
            };
            let further = mae + &r2;
            format!(
                "\ntest RMSE {test:.4}{further}, validation RMSE {validation:.4}; always \
                 predicting the training mean gives a test RMSE of {constant:.4}"
            )
        }
        _ => String::new(),
    };
    let warning = report::warning(run, result);
    let warning = warning.map_or_else(String::new, |warning| format!("\nwarning: {warning}"));
    if result.test_mae.is_some() {
        let of_network = match result.selected_epoch {
            0 => "as it was imported".to_owned(),
            epoch => format!("that of epoch {epoch}, whose validation error was the lowest"),
        };
        return format!("{}\nthe network is {of_network}{facts}{warning}", rmse.trim_start());
    }
    let baseline = result.baseline_error.map_or_else(String::new, |error| {
        format!("; {:.2} % by always predicting the most frequent class", 100.0 * error)
    });
    format!(
        "test error {:.2} % (nll {:.4}{baseline}) with {of_network} {:.2} %{rmse}{facts}{warning}",
        100.0 * result.test_error,
        result.test_nll,
        100.0 * result.validation_error,
    )
}

/// A line with the zeros of the hidden layers and the speed of training, after a line end; only what the run has.
fn facts(result: &RunResult) -> String {
    let mut facts = Vec::new();
    if !result.sparsity.is_empty() {
        let zeros: Vec<String> = result.sparsity.iter().map(|s| format!("{:.1}", 100.0 * s)).collect();
        facts.push(format!("zeros per hidden layer {} %, dead units {:?}", zeros.join(" / "), result.dead_units));
    }
    if result.selected_epoch > 0 {
        facts.push(format!(
            "{:.0} examples/s, {:.0} s of training",
            result.examples_per_second, result.training_seconds
        ));
    }
    if facts.is_empty() { String::new() } else { format!("\n{}", facts.join(", ")) }
}

/// Returns a function that shows the progress of a download: as a bar on a terminal, as lines of text elsewhere.
pub fn download() -> impl FnMut(Progress<'_>) {
    let bar = if is_quiet() { ProgressBar::hidden() } else { ProgressBar::new(0) };
    let style = ProgressStyle::with_template("{msg} {bar:30} {bytes}/{total_bytes} {bytes_per_sec} {eta}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    move |progress| match progress {
        Progress::Waiting { folder } => {
            notice(&format!("waiting for another process that is writing into {}", folder.display()));
        }
        Progress::Started { file, bytes, from } => {
            bar.set_length(bytes.unwrap_or(0));
            bar.set_message(file.to_owned());
            if bar.is_hidden() {
                let length = bytes.map_or(String::new(), |bytes| format!(" ({bytes} bytes)"));
                notice(&format!("fetching {file}{length} from {from}"));
            }
        }
        Progress::Received { bytes_so_far, bytes, .. } => {
            bar.set_length(bytes.unwrap_or(bytes_so_far));
            bar.set_position(bytes_so_far);
        }
        Progress::Failed { from, reason, .. } => bar.suspend(|| notice(&format!("{from}: {reason}"))),
        Progress::Verified { file } => bar.suspend(|| notice(&format!("{file}: complete and verified"))),
    }
}

/// Prints the error that ends the program.
pub fn failure(text: &str) {
    let _ = writeln!(std::io::stderr(), "error: {}", escaped(text));
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn what_commands_a_terminal_is_escaped() {
        assert_eq!(escaped("a\u{1b}[31m\r\u{202e}b\tc\n\u{e9}"), "a\\u001b[31m\\u000d\\u202eb\tc\n\u{e9}");
        assert_eq!(escaped("plain\n"), "plain\n");
    }
}
