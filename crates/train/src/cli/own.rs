//! `--label`, `--drop` and the other options that state how the user's own files are read.

use crate::cli::settings;
use crate::config::Override;
use clap::Args;
use toml::Value;

/// Options that state how the user's own files are read.
#[derive(Args, Clone, Debug, Default)]
pub struct OwnArgs {
    /// The column of your own table that holds the labels or the numbers to predict.
    #[arg(long, value_name = "COLUMN", help_heading = "Your own data")]
    pub label: Option<String>,
    /// A column of your own table that is not an input; may be repeated.
    #[arg(long, value_name = "COLUMN", help_heading = "Your own data")]
    pub drop: Vec<String>,
    /// A column of your own table to use as an input; may be repeated; default: every suitable column.
    #[arg(long, value_name = "COLUMN", help_heading = "Your own data")]
    pub only: Vec<String>,
    /// The column that groups the rows of your own table, such as a patient number: all rows of a group are in the same
    /// split.
    #[arg(long, value_name = "COLUMN", help_heading = "Your own data")]
    pub group: Option<String>,
    /// Whether the first line of your own table names the columns.
    #[arg(long, value_parser = settings::choice::<data::Header>("data.table.header"), help_heading = "Your own data")]
    pub header: Option<data::Header>,
    /// Whether the label of your own table is a class or a number to predict.
    #[arg(long, value_parser = settings::choice::<data::Task>("data.table.task"), help_heading = "Your own data")]
    pub task: Option<data::Task>,
    /// The width and height, such as 28x28, to which your own pictures are fitted; the aspect ratio is kept.
    #[arg(long, value_name = "WxH", help_heading = "Your own data")]
    pub resize: Option<data::Size>,
    /// The background under transparent pixels of your own pictures, and around pictures of another aspect ratio.
    #[arg(long, value_parser = settings::choice::<data::Ground>("data.pictures.ground"), help_heading = "Your own data")]
    pub ground: Option<data::Ground>,
    /// Whether your own pictures are read in grey or in colour.
    #[arg(long, value_parser = settings::choice::<data::Colour>("data.pictures.colour"), help_heading = "Your own data")]
    pub colour: Option<data::Colour>,
    /// How the pixel values of your own pictures are scaled.
    #[arg(long, value_parser = settings::choice::<data::Scaling>("data.pictures.scaling"), help_heading = "Your own data")]
    pub scaling: Option<data::Scaling>,
    /// Exchange the rows and columns of the images in your own idx files, as is needed for the files of EMNIST.
    #[arg(long, help_heading = "Your own data")]
    pub transpose: bool,
}

impl OwnArgs {
    /// The given options, as overrides of settings.
    #[must_use]
    pub fn settings(&self) -> Vec<Override> {
        let mut all = Vec::new();
        let mut set = |name: &str, key: &str, value: Option<Value>| {
            if let Some(value) = value {
                all.push(Override::option(key, value, format!("--{name}")));
            }
        };
        let list = |columns: &[String]| (!columns.is_empty()).then(|| Value::from(columns.to_vec()));
        set("label", "data.table.label", self.label.clone().map(Value::from));
        set("drop", "data.table.drop", list(&self.drop));
        set("only", "data.table.only", list(&self.only));
        set("group", "data.table.group", self.group.clone().map(Value::from));
        set("header", "data.table.header", self.header.and_then(|header| Value::try_from(header).ok()));
        set("task", "data.table.task", self.task.and_then(|task| Value::try_from(task).ok()));
        set("resize", "data.pictures.resize", self.resize.and_then(|size| Value::try_from(size).ok()));
        set("ground", "data.pictures.ground", self.ground.and_then(|ground| Value::try_from(ground).ok()));
        set("colour", "data.pictures.colour", self.colour.and_then(|colour| Value::try_from(colour).ok()));
        set("scaling", "data.pictures.scaling", self.scaling.and_then(|scaling| Value::try_from(scaling).ok()));
        set("transpose", "data.pictures.order", self.transpose.then(|| Value::from("columns")));
        all
    }
}
