//! Collects what the program serves to browsers into `$OUT_DIR/assets`: the design system, its fonts and the rota's
//! board from npm, our own styles and scripts from `web/`. Nothing third-party is in the repository; the lock file says
//! what is fetched.
//! Lists the folders of `locales/` in `$OUT_DIR/languages.rs`: each is a language of the pages.

#[path = "build/languages.rs"]
mod languages;

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

/// What is compiled in from these folders: a new file there must build anew.
const WATCHED: [&str; 3] = ["migrations", "locales", "web"];

/// File of an npm package, and the name under which it is served.
const FROM_NPM: [(&str, &str); 7] = [
    ("@kern-ux/native/dist/kern.min.css", "kern.min.css"),
    ("@kern-ux/native/LICENSE.md", "kern.LICENSE.md"),
    ("@kern-ux/native/dist/fonts/fira-sans/FiraSans-Regular.woff2", "FiraSans-Regular.woff2"),
    ("@kern-ux/native/dist/fonts/fira-sans/FiraSans-SemiBold.woff2", "FiraSans-SemiBold.woff2"),
    ("@kern-ux/native/dist/fonts/fira-sans/FiraSans-Bold.woff2", "FiraSans-Bold.woff2"),
    ("@event-calendar/build/dist/event-calendar.min.js", "event-calendar.min.js"),
    ("@event-calendar/build/dist/event-calendar.min.css", "event-calendar.min.css"),
];

fn main() -> ExitCode {
    for folder in WATCHED {
        println!("cargo::rerun-if-changed={folder}");
    }
    match collect_assets().and_then(|()| list_languages()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            message.lines().for_each(|line| println!("cargo::error={line}"));
            ExitCode::FAILURE
        }
    }
}

fn collect_assets() -> Result<(), String> {
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("OUT_DIR is not set: build.rs is run by cargo")?);
    let packages = install_packages(&out.join("npm"))?;

    let assets = out.join("assets");
    fresh_folder(&assets)?;
    for (from, name) in FROM_NPM {
        copy(&packages.join(from), &assets.join(name))?;
    }
    for own in own_files(Path::new("web"))? {
        copy(&own, &assets.join(own.file_name().unwrap_or_default()))?;
    }
    Ok(())
}

/// Writes the list of `Language::WRITTEN`.
fn list_languages() -> Result<(), String> {
    let folder = Path::new("locales");
    let written = languages::written(folder).map_err(|error| about(folder, &error))?;
    let file = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default()).join("languages.rs");
    fs::write(&file, written).map_err(|error| about(&file, &error))
}

/// Installs the locked packages into `folder`, if they are not there yet, and says where they lie.
fn install_packages(folder: &Path) -> Result<PathBuf, String> {
    let packages = folder.join("node_modules");
    let lock = read("web/package-lock.json".as_ref())?;
    let installed = folder.join("installed-package-lock.json");
    if fs::read(&installed).is_ok_and(|before| before == lock) && packages.exists() {
        return Ok(packages);
    }

    fs::create_dir_all(folder).map_err(|error| about(folder, &error))?;
    for name in ["package.json", "package-lock.json"] {
        copy(&Path::new("web").join(name), &folder.join(name))?;
    }
    let npm = Command::new("npm")
        .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
        .current_dir(folder)
        .output()
        .map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => {
                "Node.js with npm is needed once, to fetch the design system (web/package.json), \
                 and it is not installed.\nDebian and Ubuntu: apt install npm. Others: https://nodejs.org"
                    .to_owned()
            }
            _ => format!("npm could not be started: {error}"),
        })?;
    if !npm.status.success() {
        return Err(format!(
            "npm could not fetch the packages of web/package-lock.json. Is there a network, or a registry in ~/.npmrc?\n{}",
            String::from_utf8_lossy(&npm.stderr)
        ));
    }
    fs::write(&installed, lock).map_err(|error| about(&installed, &error))?;
    Ok(packages)
}

fn own_files(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let entries = fs::read_dir(folder).map_err(|error| about(folder, &error))?;
    Ok(entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| {
            path.extension().is_some_and(|ending| ["css", "js", "svg", "txt"].iter().any(|known| ending == *known))
        })
        .collect())
}

fn fresh_folder(folder: &Path) -> Result<(), String> {
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(|error| about(folder, &error))?;
    }
    fs::create_dir_all(folder).map_err(|error| about(folder, &error))
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    fs::read(path).map_err(|error| about(path, &error))
}

/// Writes the bytes only: a copy of the permissions could make the next build fail.
fn copy(from: &Path, to: &Path) -> Result<(), String> {
    fs::write(to, read(from)?).map_err(|error| about(to, &error))
}

fn about(path: &Path, error: &io::Error) -> String {
    format!("{}: {error}", path.display())
}
