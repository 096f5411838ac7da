//! Which languages the pages have: the folders of `locales/`. Read while the program is built, and by its test.

use std::fs;
use std::path::Path;

/// The languages that the program names itself come first, in this order.
const NAMED: [(&str, &str); 3] = [("de", "De"), ("en", "En"), ("de-simple", "Simple")];

/// The list of `Language::WRITTEN`, as Rust.
pub fn written(folder: &Path) -> std::io::Result<String> {
    let folders = fs::read_dir(folder)?.flatten().filter(|entry| entry.path().is_dir());
    let mut others: Vec<String> = folders.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    others.retain(|tag| NAMED.iter().all(|(named, _)| named != tag));
    others.sort();
    let named = NAMED.iter().map(|(_, name)| format!("Language::{name}"));
    let written: Vec<String> = named.chain(others.iter().map(|tag| format!("Language::Other({tag:?})"))).collect();
    Ok(format!("&[{}]\n", written.join(", ")))
}
