//! The flows at hand: those of a folder, or the ones inside the program.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::{Findings, Flow, parse};

/// Flows by name: the file's name without its ending.
pub type Shelf = BTreeMap<String, Flow>;

/// The flows that the program brings along.
const SHIPPED: &[(&str, &str, &[u8])] =
    &[("beratungstelefon", "ivr-flows/beratungstelefon.yaml", include_bytes!("../../ivr-flows/beratungstelefon.yaml"))];

/// Why the flows could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ShelfError {
    #[error("{}: {why}", .path.display())]
    NotReadable { path: PathBuf, why: std::io::Error },
    #[error("{0}")]
    Wrong(Findings),
}

/// Reads every `*.yaml` of the folder, or takes the shipped flows where none is named.
pub fn load(folder: Option<&Path>) -> Result<Shelf, ShelfError> {
    let Some(folder) = folder else { return shipped() };
    let not_readable = |path: &Path| {
        let path = path.to_owned();
        move |why| ShelfError::NotReadable { path, why }
    };
    let mut shelf = Shelf::new();
    for entry in std::fs::read_dir(folder).map_err(not_readable(folder))? {
        let path = entry.map_err(not_readable(folder))?.path();
        if path.extension().is_none_or(|ending| ending != "yaml") {
            continue;
        }
        let text = std::fs::read(&path).map_err(not_readable(&path))?;
        let flow = parse(&path.display().to_string(), &text).map_err(ShelfError::Wrong)?;
        let name = path.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        shelf.insert(name, flow);
    }
    Ok(shelf)
}

fn shipped() -> Result<Shelf, ShelfError> {
    let read = |(name, file, text): &(&str, &str, &[u8])| Ok(((*name).to_owned(), parse(file, text)?));
    SHIPPED.iter().map(read).collect::<Result<_, Findings>>().map_err(ShelfError::Wrong)
}
