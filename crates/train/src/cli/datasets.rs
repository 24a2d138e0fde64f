//! `train data`: lists, downloads, verifies and shows data sets.

use crate::cli::own::OwnArgs;
use crate::cli::settings;
use crate::cli::source::SourceArgs;
use crate::config::{self, Override};
use crate::failure::Failure;
use crate::run::load;
use crate::{cli::samples, cli::sheet, terminal};
use data::catalogue::{self, Entry};
use data::{Choices, DataSet, Inputs, Locations, Picture, Row, Shape, State};
use preprocessing::{Columns, Kind, Preprocessing};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// The commands of `train data`.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// List the known data sets, and which of their files are present.
    List {
        #[command(flatten)]
        #[expect(missing_docs, reason = "the flattened options have their own documentation")]
        source: SourceArgs,
    },
    /// Download the files of a data set, and check the size and checksum of each file.
    Fetch {
        /// The name of the data set.
        name: String,
        #[command(flatten)]
        #[expect(missing_docs, reason = "the flattened options have their own documentation")]
        source: SourceArgs,
    },
    /// Check the size and checksum of each file of a data set.
    Verify {
        /// The name of the data set.
        name: String,
        #[command(flatten)]
        #[expect(missing_docs, reason = "the flattened options have their own documentation")]
        source: SourceArgs,
    },
    /// Show how a data set, or your own data in --data-dir, is read: columns, classes and the first examples.
    Show {
        /// The name of the data set.
        #[arg(required_unless_present = "format", conflicts_with = "format")]
        name: Option<String>,
        /// The format of your own data in the folder of --data-dir.
        #[arg(long, value_parser = settings::choice::<data::Format>("data.format"), requires = "data_dir")]
        format: Option<data::Format>,
        /// Write a PNG file that shows the first ten training images of each class or, for NISTP, the effect of each
        /// perturbation.
        #[arg(long, value_name = "FILE")]
        sheet: Option<PathBuf>,
        #[command(flatten)]
        #[expect(missing_docs, reason = "the flattened options have their own documentation")]
        source: SourceArgs,
        #[command(flatten)]
        #[expect(missing_docs, reason = "the flattened options have their own documentation")]
        own: Box<OwnArgs>,
    },
    /// Count the reviews in a file or folder by star rating or class, and show an example for each rating or class.
    Reviews {
        /// The file or folder, in any format that --format reviews reads.
        path: PathBuf,
    },
}

/// Runs `command`.
///
/// # Errors
/// [`Failure`] when the data set is unknown, when a file is missing, differs from the published file, or cannot be
/// downloaded, read or written, or when an option cannot be used with the command.
pub fn run(command: &Command) -> Result<(), Failure> {
    match command {
        Command::List { source } => list(source),
        Command::Fetch { name, source } => {
            catalogue::find(name)?.sources().into_iter().try_for_each(|part| fetch(part, source))
        }
        Command::Verify { name, source } => {
            catalogue::find(name)?.sources().into_iter().try_for_each(|part| verify(part, source))
        }
        Command::Show { name, format, sheet, source, own } => {
            sheet.as_deref().map_or(Ok(()), |sheet| check_sheet(sheet, source.data_dir.as_deref()))?;
            let (title, data) = match (name, format) {
                (Some(name), _) => {
                    let entry = catalogue::find(name)?;
                    let source = source.source(None);
                    let data = data::load(name, &source, &Choices::default(), 1, &mut terminal::download())?;
                    (entry.title.to_owned(), data)
                }
                (None, format) => {
                    let data = own_data(*format, source, own)?;
                    (data.name.clone(), data)
                }
            };
            show(&title, &data, sheet.as_deref())
        }
        Command::Reviews { path } => samples::show(path),
    }
}

fn list(source: &SourceArgs) -> Result<(), Failure> {
    for entry in &catalogue::ALL {
        let here = if entry.is_embedded() {
            "embedded".to_owned()
        } else {
            let mut here = Vec::new();
            for part in entry.sources() {
                let files = data::locate(part, &source.source(None))?;
                let folder = Locations::choose(source.data_dir.as_deref())?.folder(part);
                let found = files.iter().flatten().count();
                here.push(format!("{found} of {} files in {}", files.len(), folder.display()));
            }
            here.join(", ")
        };
        terminal::line(&format!("{:14} {}, {} classes, {here}", entry.name, entry.title, entry.classes));
        terminal::line(&format!("               {}. Licence: {}.", entry.citation, entry.licence));
    }
    Ok(())
}

fn fetch(entry: &Entry, source: &SourceArgs) -> Result<(), Failure> {
    if source.offline {
        return Err(Failure::Usage(
            "train data fetch needs the internet; leave out --offline, or use train data verify".to_owned(),
        ));
    }
    let folder = Locations::choose(source.data_dir.as_deref())?.folder(entry);
    data::fetch(entry, &folder, entry.mirrors(), &mut terminal::download())?;
    terminal::line(&if entry.is_embedded() {
        format!("{} is embedded; there is nothing to fetch", entry.name)
    } else {
        format!("{} is complete in {}", entry.name, folder.display())
    });
    Ok(())
}

fn verify(entry: &Entry, source: &SourceArgs) -> Result<(), Failure> {
    let mut first_wrong = None;
    for file in data::verify(entry, &source.source(None))? {
        match file.state {
            State::Present { sha256 } => terminal::line(&format!("{}: good, sha256 {sha256}", file.path.display())),
            State::Missing => {
                terminal::line(&format!("{}: missing", file.path.display()));
                let fetch = Locations::choose(source.data_dir.as_deref())?.fetch_command(entry);
                let missing = format!("{} is missing; run {fetch}", file.path.display());
                first_wrong.get_or_insert(Failure::Disagreement(missing));
            }
            State::Wrong(error) => {
                terminal::line(&format!("{}: wrong", file.path.display()));
                first_wrong.get_or_insert(Failure::Data(error));
            }
        }
    }
    if entry.is_embedded() {
        terminal::line(&format!("{} is embedded; there is nothing to verify", entry.name));
    }
    first_wrong.map_or(Ok(()), Err)
}

/// The user's own data in the folder of `source`, read and split as in a training run with the default seed.
fn own_data(format: Option<data::Format>, source: &SourceArgs, own: &OwnArgs) -> Result<DataSet, Failure> {
    let format = format.and_then(|format| toml::Value::try_from(format).ok());
    let format = format.map(|format| Override::option("data.format", format, "--format".to_owned()));
    let overrides = format.into_iter().chain(source.setting()?).chain(own.settings()).collect::<Vec<_>>();
    let config = config::resolve_new(None, &overrides)?;
    load::load(&config, &source.source(config.data.dir.clone()))
}

/// Checks that the name of the file `sheet` ends in `.png`, and that the file is not inside the data folder `data`.
///
/// # Errors
/// [`Failure::Usage`] if the name has a different ending, or the file is inside `data`.
fn check_sheet(sheet: &Path, data: Option<&Path>) -> Result<(), Failure> {
    let wrong = |problem: &str| Err(Failure::Usage(format!("--sheet {}: {problem}", sheet.display())));
    if !sheet.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("png")) {
        return wrong("the sheet is a PNG file; give a file name that ends in .png");
    }
    let folder = sheet.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    match (folder.canonicalize(), data.map(Path::canonicalize)) {
        (Ok(folder), Some(Ok(data))) if folder.starts_with(&data) => {
            wrong("the data folder would then contain the sheet as one of its pictures; choose another folder")
        }
        _ => Ok(()),
    }
}

/// Prints a line for each input column of a table: the name, the kind, and the statistics or categories.
fn show_columns(columns: &Columns) {
    for column in &columns.columns {
        terminal::line(&match &column.kind {
            Kind::Number { standard, fill, indicator, .. } => {
                let missing = match fill {
                    Some(fill) if *indicator => {
                        format!("; missing values become {fill}, with an indicator as another input")
                    }
                    _ => String::new(),
                };
                format!(
                    "  {:20} number, mean {}, standard deviation {}{missing}",
                    column.name, standard.mean, standard.deviation
                )
            }
            Kind::Category { categories, other } => {
                let other = if *other { ", and one input for all other categories" } else { "" };
                format!("  {:20} {} categories: {}{other}", column.name, categories.len(), categories.join(", "))
            }
        });
    }
}

fn show(title: &str, data: &DataSet, sheet: Option<&Path>) -> Result<(), Failure> {
    terminal::line(&format!("{title} ({})", data.credit));
    if let Some(Preprocessing::Columns(columns)) = &data.preprocessing {
        show_columns(columns);
    }
    let splits = [("train", &data.splits.train), ("validation", &data.splits.validation), ("test", &data.splits.test)];
    for (name, examples) in splits {
        if !examples.targets().is_empty() {
            terminal::line(&format!("{name:10} {:6} examples", examples.len()));
            continue;
        }
        let mut counts = vec![0; examples.classes()];
        examples.labels().iter().for_each(|label| counts[usize::from(*label)] += 1);
        let counts = data.classes.iter().zip(counts).map(|(class, count)| format!("{class}: {count}"));
        let counts: Vec<String> = counts.collect();
        terminal::line(&format!("{name:10} {:6} examples, by class {}", examples.len(), counts.join(", ")));
    }
    if let Some(path) = sheet {
        let (rows, what) = match data.splits.train.inputs() {
            Inputs::Endless(endless) => (sheet::of_modules(endless.nistp()), sheet::MODULES),
            _ => (sheet::of_classes(&data.splits.train), "the first training images of each class, one class per row"),
        };
        let Some(sheet) = sheet::png(&rows)? else {
            return Err(Failure::Usage(format!("{} has no images to draw; leave out --sheet", data.name)));
        };
        files::write(path, &sheet)?;
        terminal::line(&format!("{}: {what}", path.display()));
        return Ok(());
    }
    for row in 0..3.min(data.splits.train.len()) {
        if let Some(class) = data.classes.get(usize::from(data.splits.train.label(row))) {
            terminal::line(&format!("class {class}"));
        }
        if let Some(picture) = data.splits.train.picture(row) {
            terminal::line(&drawn(&picture));
        }
        if let Row::Sparse { columns, values, .. } = data.splits.train.row(row) {
            let names = data.inputs();
            let base = match &data.preprocessing {
                Some(Preprocessing::Sparse(sparse)) => sparse.base,
                _ => 0,
            };
            let shown = columns.iter().zip(values).map(|(column, value)| {
                names.get(*column as usize).cloned().unwrap_or_else(|| format!("{}:{value}", column + base))
            });
            terminal::line(&format!("  {}", shown.collect::<Vec<_>>().join(" ")));
        }
    }
    Ok(())
}

/// A picture drawn with characters, two for each pixel: spaces for the darkest pixels, `@` for the lightest.
fn drawn(picture: &Picture) -> String {
    const SHADES: [char; 5] = [' ', '.', '+', '#', '@'];
    let mut text = String::new();
    let Shape { channels, height, width } = picture.shape;
    for y in 0..height {
        for x in 0..width {
            let sum: f32 = (0..channels).map(|c| picture.pixels[(c * height + y) * width + x]).sum();
            let shade = sum * (SHADES.len() - 1) as f32 / channels as f32;
            let _ = write!(text, "{0}{0}", SHADES[shade as usize]); // writing to a String cannot fail
        }
        text.push('\n');
    }
    text
}
