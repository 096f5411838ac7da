//! The house keeps its order: who may import whom, and where each crate may be used. See `src/lib.rs`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// From left to right: a folder imports only from groups behind its own.
const ORDER: &[&[&str]] = &[
    &["main"],
    &["cli"],
    &["app"],
    &["demo"],
    &["simulation"],
    &["metrics", "rounds"],
    &["calls", "feeds", "official"],
    &["bookings"],
    &["library", "rota"],
    &["shifts"],
    &["people"],
    &["offices"],
    &["outbox", "web"],
    &["desk", "ical"],
    &["config"],
    &["vault", "db"],
    &["flows"],
    &["kernel"],
];

/// A crate, and the rooms that may use it: a folder, or a file name.
const ROOMS: &[(&str, &[&str])] = &[
    ("sqlx", &["db/", "/store.rs", "/store/", "demo"]),
    ("rusqlite", &["db/"]),
    (
        "axum",
        &[
            "web/",
            "/http.rs",
            "/http/",
            "/page.rs",
            "/page/",
            "/staff.rs",
            "/staff/",
            "/webhook.rs",
            "app.rs",
            "demo",
            "/door.rs",
        ],
    ),
    ("reqwest", &["outbox/", "calls/provider/"]),
    ("lettre", &["outbox/"]),
    ("icalendar", &["ical/", "feeds/"]),
    ("askama", &["web/", "/page.rs", "/page/", "/staff.rs", "/staff/", "demo", "pages/"]),
];

fn sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    let mut folders: Vec<PathBuf> = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let name = path.strip_prefix(&root).unwrap().display().to_string();
                found.push((name, std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found
}

/// The code without its unit tests and comments.
fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]\nmod tests").next().unwrap();
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

fn place(name: &str) -> Option<usize> {
    ORDER.iter().position(|group| group.contains(&name))
}

/// Names of folders that stand behind `crate::`.
fn imports(code: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for rest in code.split("crate::").skip(1) {
        match rest.strip_prefix('{') {
            Some(list) => {
                let list = list.split("};").next().unwrap_or_default();
                let mut depth = 0;
                for part in list.split_inclusive(['{', '}', ',']) {
                    if depth == 0 {
                        let word: String =
                            part.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                        found.insert(word);
                    }
                    depth += part.matches('{').count();
                    depth = depth.saturating_sub(part.matches('}').count());
                }
            }
            None => {
                found.insert(rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect());
            }
        }
    }
    found
}

#[test]
fn a_folder_imports_only_from_its_right() {
    let mut faults = Vec::new();
    for (file, text) in sources() {
        let own = file.split('/').next().unwrap().trim_end_matches(".rs").to_owned();
        if own == "lib" {
            continue;
        }
        let from = place(&own).unwrap_or_else(|| panic!("src/{file}: where does {own} stand in the order?"));
        for import in imports(&code(&text)) {
            let Some(to) = place(&import) else { continue };
            if import != own && to <= from {
                faults.push(format!("src/{file} imports {import}"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn no_folder_reaches_into_anothers_store_or_door() {
    let mut faults = Vec::new();
    for (file, text) in sources() {
        let own = file.split('/').next().unwrap().trim_end_matches(".rs").to_owned();
        for group in ORDER {
            for other in group.iter().filter(|other| **other != own) {
                for room in ["store", "http", "page", "staff"] {
                    if code(&text).contains(&format!("crate::{other}::{room}::")) {
                        faults.push(format!("src/{file} reaches into {other}::{room}"));
                    }
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn each_crate_stays_in_its_rooms() {
    let mut faults = Vec::new();
    for (file, text) in sources() {
        let code = code(&text);
        for (name, rooms) in ROOMS {
            let used = code.contains(&format!("use {name}::")) || code.contains(&format!(" {name}::"));
            if used && !rooms.iter().any(|room| format!("/{file}").contains(room)) {
                faults.push(format!("src/{file} uses {name}"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
