//! Shell completions and manual pages, generated from the definition of the command line.

use crate::failure::Failure;
use crate::terminal;
use clap::Command;
use clap_complete::Shell;
use clap_mangen::Man;
use std::path::Path;

/// Prints the completion script of `command` for `shell`.
pub fn completions(shell: Shell, command: &mut Command) {
    let mut script = Vec::new();
    clap_complete::generate(shell, command, "train", &mut script);
    terminal::text(&String::from_utf8_lossy(&script));
}

/// Writes a manual page for `command` and each visible subcommand into `folder`: `train.1`, `train-predict.1` and so
/// on.
///
/// # Errors
/// [`Failure::File`] when the folder cannot be created or a page cannot be written.
pub fn pages(mut command: Command, folder: &Path) -> Result<(), Failure> {
    files::create_folder(folder)?;
    command.build();
    page(&command, folder)
}

fn page(command: &Command, folder: &Path) -> Result<(), Failure> {
    let name = command.get_display_name().unwrap_or_else(|| command.get_name()).to_owned();
    let mut text = Vec::new();
    let path = folder.join(format!("{name}.1"));
    Man::new(command.clone()).render(&mut text).map_err(files::Error::new("write", &path))?;
    files::write(&path, &text)?;
    terminal::line(&path.display().to_string());
    let mut own = command.get_subcommands().filter(|command| command.get_name() != "help" && !command.is_hide_set());
    own.try_for_each(|command| page(command, folder))
}
