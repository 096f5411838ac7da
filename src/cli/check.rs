//! `sprechzeit flow check`: all findings of all files in one run.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::bail;
use clap::Args;

use sprechzeit::flows::{File, Files, Findings, Told};
use sprechzeit::library::Allowed;

use super::{Format, Unusable, say};
use crate::ConfigFile;

#[derive(Args)]
pub struct Options {
    /// Files, or folders with files [default: the folder of the configuration, or the flows inside the program].
    files: Vec<PathBuf>,
    /// For people, or for editors and programs.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    #[command(flatten)]
    file: ConfigFile,
}

pub fn run(options: &Options) -> anyhow::Result<()> {
    let config = crate::read(options.file.config.as_deref()).map_err(|why| Unusable(format!("{why:#}")))?;
    let allowed = Allowed::by(&config);
    let shelves = match options.files.is_empty() {
        true => vec![(read(config.telephony.flows.as_deref())?, None)],
        false => by_folder(&options.files)?,
    };
    let (mut checked, mut wrong) = (0, Vec::new());
    for (files, asked) in &shelves {
        let is_asked = |name: &str| asked.as_ref().is_none_or(|asked| asked.iter().any(|it| stem(it) == name));
        checked += files.flows.iter().filter(|file| is_asked(&file.name)).count();
        if let Err(found) = files.parse(&allowed.around()) {
            wrong.extend(found.0.into_iter().filter(|findings| is_asked(&stem(Path::new(findings.file())))));
        }
    }
    tell(&wrong, options.format)?;
    match wrong.iter().map(Findings::count).sum::<usize>() {
        0 => {
            eprintln!("Nothing is wrong in {}.", number_of(checked, "call flow"));
            Ok(())
        }
        found => bail!("{} in {}", number_of(found, "finding"), number_of(wrong.len(), "call flow")),
    }
}

fn tell(wrong: &[Findings], format: Format) -> anyhow::Result<()> {
    match format {
        Format::Text => wrong.iter().for_each(say),
        Format::Json => {
            let told: Vec<Told> = wrong.iter().flat_map(Findings::told).collect();
            say(serde_json::to_string_pretty(&told)?);
        }
    }
    Ok(())
}

/// The files of a folder, and which of them were asked for; None is all.
type Shelf = (Files, Option<Vec<PathBuf>>);

/// Files are read with their neighbours, to which a call may go on.
fn by_folder(paths: &[PathBuf]) -> Result<Vec<Shelf>, Unusable> {
    let mut shelves = Vec::new();
    let mut folders: BTreeMap<PathBuf, Vec<PathBuf>> = BTreeMap::new();
    for path in paths {
        match path.is_dir() {
            true => shelves.push((read(Some(path))?, None)),
            false => folders.entry(folder(path)).or_default().push(path.clone()),
        }
    }
    for (folder, asked) in folders {
        let mut files = read(Some(&folder))?;
        for path in &asked {
            // A file with another ending is no neighbour, but it can be checked.
            if !files.flows.iter().any(|file| file.name == stem(path)) {
                files.flows.push(File::new(&path.display().to_string(), contents(path)?));
            }
        }
        shelves.push((files, Some(asked)));
    }
    Ok(shelves)
}

/// The flows and sounds of a folder, or those inside the program.
pub fn read(folder: Option<&Path>) -> Result<Files, Unusable> {
    Files::read(folder).map_err(|why| Unusable(why.to_string()))
}

pub fn folder(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if parent != Path::new("") => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}

pub fn stem(path: &Path) -> String {
    path.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

pub fn contents(path: &Path) -> Result<Vec<u8>, Unusable> {
    std::fs::read(path).map_err(|why| Unusable(format!("{}: {why}", path.display())))
}

fn number_of(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}
