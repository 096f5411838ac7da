//! The flows at hand: what is published now, and past editions on which calls are still in progress.
//!
//! In memory, shared by all; where editions are kept is not known here. One rule: an edition never changes.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use super::check;
use super::{Findings, Flow, Recordings, Surroundings, parse};
use crate::kernel::Language;

/// One published text of a flow, and what it means.
#[derive(Debug, PartialEq, Eq)]
pub struct Edition {
    /// The file's name without its ending.
    pub name: String,
    /// From 1.
    pub version: i64,
    pub text: String,
    pub flow: Flow,
}

/// The editions at hand.
#[derive(Debug, Default)]
pub struct Shelf {
    published: RwLock<BTreeMap<String, Arc<Edition>>>,
    past: RwLock<BTreeMap<(String, i64), Arc<Edition>>>,
    pub recordings: Recordings,
}

/// So many past editions are held; one that is needed again is read anew.
const PAST: usize = 64;

impl Shelf {
    pub fn new(recordings: Recordings) -> Self {
        Self { recordings, ..Self::default() }
    }

    /// The edition that new calls get.
    pub fn published(&self, name: &str) -> Option<Arc<Edition>> {
        self.published.read().unwrap_or_else(PoisonError::into_inner).get(name).cloned()
    }

    /// All that are published, by name.
    pub fn list_published(&self) -> Vec<Arc<Edition>> {
        self.published.read().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }

    /// This very edition, if it is at hand.
    pub fn edition(&self, name: &str, version: i64) -> Option<Arc<Edition>> {
        let published = self.published(name).filter(|edition| edition.version == version);
        let past = || {
            let past = self.past.read().unwrap_or_else(PoisonError::into_inner);
            past.get(&(name.to_owned(), version)).cloned()
        };
        published.or_else(past)
    }

    /// From now on new calls get this edition, unless a newer one is there. Calls in progress keep theirs.
    pub fn publish(&self, edition: Edition) {
        let mut published = self.published.write().unwrap_or_else(PoisonError::into_inner);
        match published.get(&edition.name).map(|known| known.version) {
            Some(known) if known == edition.version => {}
            Some(known) if known > edition.version => {
                drop(published);
                self.remember(edition);
            }
            _ => {
                if let Some(old) = published.insert(edition.name.clone(), Arc::new(edition)) {
                    drop(published);
                    self.hold(old);
                }
            }
        }
    }

    /// Holds a past edition at hand.
    pub fn remember(&self, edition: Edition) -> Arc<Edition> {
        let edition = Arc::new(edition);
        self.hold(edition.clone());
        edition
    }

    fn hold(&self, edition: Arc<Edition>) {
        let mut past = self.past.write().unwrap_or_else(PoisonError::into_inner);
        while past.len() >= PAST {
            past.pop_first();
        }
        past.insert((edition.name.clone(), edition.version), edition);
    }

    /// Holds a new text for the flow of this name against everything: itself, the flows that it leads to, and those that
    /// lead to it.
    pub fn check(&self, name: &str, text: &str, around: &Surroundings) -> Result<Flow, Wrong> {
        let before = self.languages();
        let strict = Surroundings { flows: Some(&before), recordings: Some(&self.recordings), ..*around };
        let flow =
            parse(&format!("{name}.yaml"), text.as_bytes(), &strict).map_err(|findings| Wrong(vec![findings]))?;
        let mut after = before.clone();
        after.insert(name.to_owned(), flow.languages.clone());
        let mut others = self.list_published();
        others.retain(|other| other.name != name);
        let leads_here = others.iter().filter(|other| other.flow.jumps().any(|to| to == name));
        let mut wrong = Wrong(leads_here.filter_map(|other| other.suffers((&before, &after))).collect());
        let flows = others.iter().map(|other| (other.name.as_str(), &other.flow)).chain([(name, &flow)]).collect();
        wrong.0.extend(check::jump_circle(&flows));
        if wrong.0.is_empty() { Ok(flow) } else { Err(wrong) }
    }

    /// The names of what is published, with the languages that each speaks.
    pub fn languages(&self) -> BTreeMap<String, Vec<Language>> {
        let of = |edition: Arc<Edition>| (edition.name.clone(), edition.flow.languages.clone());
        self.list_published().into_iter().map(of).collect()
    }
}

type Languages = BTreeMap<String, Vec<Language>>;

impl Edition {
    /// What becomes wrong here when other flows change.
    fn suffers(&self, (before, after): (&Languages, &Languages)) -> Option<Findings> {
        let read = |flows| {
            let around = Surroundings { flows: Some(flows), ..Surroundings::default() };
            parse(&format!("{}.yaml", self.name), self.text.as_bytes(), &around)
        };
        read(before).ok().and_then(|_| read(after).err())
    }
}

// ---- files ----

/// The flow files and sounds of a folder, or those inside the program.
#[derive(Debug, Default)]
pub struct Files {
    pub flows: Vec<File>,
    pub recordings: Recordings,
}

#[derive(Debug)]
pub struct File {
    /// Without its ending.
    pub name: String,
    /// As it is named in findings.
    pub path: String,
    pub bytes: Vec<u8>,
}

/// So many folders deep are sounds looked for.
const LEVELS: u8 = 2;

/// The flows that the program brings along.
const SHIPPED: &[(&str, &[u8])] = &[
    ("ivr-flows/aktionstag.yaml", include_bytes!("../../ivr-flows/aktionstag.yaml")),
    ("ivr-flows/beratungstelefon.yaml", include_bytes!("../../ivr-flows/beratungstelefon.yaml")),
    ("ivr-flows/nacht-und-wochenende.yaml", include_bytes!("../../ivr-flows/nacht-und-wochenende.yaml")),
];

/// Why a folder of flows cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ShelfError {
    #[error("{}: {why}", .path.display())]
    NotReadable { path: PathBuf, why: std::io::Error },
    #[error(transparent)]
    Wrong(#[from] Wrong),
}

/// All that is wrong in some flows.
#[derive(Debug, Default)]
pub struct Wrong(pub Vec<Findings>);

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().enumerate().try_for_each(|(i, findings)| {
            f.write_str(if i == 0 { "" } else { "\n" })?;
            findings.fmt(f)
        })
    }
}

impl std::error::Error for Wrong {}

impl Files {
    /// Every `*.yaml` of the folder, and every sound in it and in the folders below; or what is shipped.
    pub fn read(folder: Option<&Path>) -> Result<Self, ShelfError> {
        match folder {
            Some(folder) => {
                let mut files = Self::default();
                files.read_folder(folder, folder, LEVELS)?;
                files.flows.sort_by(|a, b| a.name.cmp(&b.name));
                Ok(files)
            }
            None => Ok(Self {
                flows: SHIPPED.iter().map(|(path, bytes)| File::new(path, bytes.to_vec())).collect(),
                ..Self::default()
            }),
        }
    }

    /// The flow files alone, as they are now.
    pub fn read_flows(folder: Option<&Path>) -> Result<Vec<File>, ShelfError> {
        let Some(folder) = folder else { return Ok(Self::read(None)?.flows) };
        let not_readable = |path: &Path, why| ShelfError::NotReadable { path: path.to_owned(), why };
        let mut flows = Vec::new();
        for entry in std::fs::read_dir(folder).map_err(|why| not_readable(folder, why))? {
            let path = entry.map_err(|why| not_readable(folder, why))?.path();
            if path.is_file() && path.extension().is_some_and(|ending| ending == "yaml") {
                let bytes = std::fs::read(&path).map_err(|why| not_readable(&path, why))?;
                flows.push(File::new(&path.display().to_string(), bytes));
            }
        }
        flows.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(flows)
    }

    /// Links to folders are not followed: they could lead in a circle.
    fn read_folder(&mut self, root: &Path, folder: &Path, levels: u8) -> Result<(), ShelfError> {
        let not_readable = |path: &Path| {
            let path = path.to_owned();
            move |why| ShelfError::NotReadable { path, why }
        };
        for entry in std::fs::read_dir(folder).map_err(not_readable(folder))? {
            let entry = entry.map_err(not_readable(folder))?;
            let (path, kind) = (entry.path(), entry.file_type().map_err(not_readable(folder))?);
            let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
            if kind.is_dir() {
                if levels > 0 {
                    self.read_folder(root, &path, levels - 1)?;
                }
            } else if ending == "yaml" && folder == root {
                let bytes = std::fs::read(&path).map_err(not_readable(&path))?;
                self.flows.push(File::new(&path.display().to_string(), bytes));
            } else if matches!(ending, "wav" | "mp3") {
                let bytes = std::fs::read(&path).map_err(not_readable(&path))?;
                let name = path.strip_prefix(root).unwrap_or(&path);
                self.recordings.add(&name.display().to_string(), bytes);
            }
        }
        Ok(())
    }

    /// Every flow as its first edition, or all that is wrong with any of them.
    pub fn parse(&self, around: &Surroundings) -> Result<Vec<Edition>, Wrong> {
        let lenient = Surroundings { flows: None, recordings: Some(&self.recordings), ..*around };
        let speaks = |file: &File| match parse(&file.path, &file.bytes, &lenient) {
            Ok(flow) => flow.languages,
            Err(_) => Language::ALL.into(),
        };
        let languages: BTreeMap<String, Vec<Language>> =
            self.flows.iter().map(|file| (file.name.clone(), speaks(file))).collect();
        let strict = Surroundings { flows: Some(&languages), ..lenient };
        let (mut editions, mut wrong) = (Vec::new(), Wrong::default());
        for file in &self.flows {
            match parse(&file.path, &file.bytes, &strict) {
                Ok(flow) => editions.push(Edition {
                    name: file.name.clone(),
                    version: 1,
                    text: String::from_utf8_lossy(&file.bytes).into_owned(),
                    flow,
                }),
                Err(findings) => wrong.0.push(findings),
            }
        }
        let flows = editions.iter().map(|edition| (edition.name.as_str(), &edition.flow)).collect();
        wrong.0.extend(check::jump_circle(&flows));
        if wrong.0.is_empty() { Ok(editions) } else { Err(wrong) }
    }
}

impl File {
    pub fn new(path: &str, bytes: Vec<u8>) -> Self {
        let name = Path::new(path).file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        Self { name, path: path.to_owned(), bytes }
    }
}

/// The flows that the program brings along, for its tests.
#[cfg(test)]
pub(crate) fn shipped() -> Shelf {
    let files = Files::read(None).unwrap();
    let editions = files.parse(&Surroundings::default()).unwrap_or_else(|wrong| panic!("\n{wrong}"));
    let shelf = Shelf::default();
    editions.into_iter().for_each(|edition| shelf.publish(edition));
    shelf
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edition(version: i64) -> Edition {
        let files = Files::read(None).unwrap();
        let first = files.parse(&Surroundings::default()).unwrap().remove(0);
        Edition { name: "a".into(), version, ..first }
    }

    #[test]
    fn new_calls_get_the_newest_edition_and_calls_in_progress_keep_theirs() {
        let shelf = Shelf::default();
        shelf.publish(edition(1));
        shelf.publish(edition(3));
        // Another node was slower.
        shelf.publish(edition(2));
        assert_eq!(shelf.published("a").map(|edition| edition.version), Some(3));
        let at_hand: Vec<i64> = (0..5).filter(|version| shelf.edition("a", *version).is_some()).collect();
        assert_eq!(at_hand, [1, 2, 3]);
    }

    #[test]
    fn flows_that_jump_in_a_circle_are_refused() {
        let text = |other: &str| {
            format!(
                "title: t\nhotline: {{ name: n, provider: twilio, longest_wait: 1 min }}\nlanguages: [de]\nstart: a\n\
                 nodes:\n  a: {{ say: {{ text: {{ de: \"Siehe {{web}}\" }}, next: b }} }}\n  b: {{ jump: {{ flow: {other} }} }}\n"
            )
        };
        let file = |name: &str, other| File::new(&format!("{name}.yaml"), text(other).into_bytes());
        let files = Files { flows: vec![file("one", "two"), file("two", "one")], ..Files::default() };
        let wrong = files.parse(&Surroundings::default()).unwrap_err().to_string();
        assert!(wrong.contains("one -> two -> one"), "{wrong}");
    }
}
