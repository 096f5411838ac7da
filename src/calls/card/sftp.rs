//! A card on another host, over SFTP: by the program `sftp` of OpenSSH, which the system keeps up to date.
//!
//! It asks nothing and follows no host that it does not know. Rule: what stands on the host is replaced at once, by
//! renaming, or stays as it was.

use std::fs::{self, DirBuilder};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::config::{self, SftpFolder};
use crate::kernel::Secret;

#[derive(Debug, thiserror::Error)]
pub enum NotSent {
    #[error("the program sftp cannot be run: {0}")]
    Program(#[from] io::Error),
    #[error("sftp says: {0}")]
    Refused(String),
}

/// A host that is silent is given up after so many seconds, three times in a row.
const SILENCE: &str = "5";

/// Puts files, each a name and a text, in the place of those that are there.
pub async fn put(config: &config::DutyCard, to: &SftpFolder, files: &[(String, String)]) -> Result<(), NotSent> {
    let mut command = command(config, to);
    let (to, files) = (to.clone(), files.to_vec());
    // The program is waited for where it keeps nobody else waiting.
    let sent = tokio::task::spawn_blocking(move || {
        let desk = Folder::make()?;
        for (name, text) in &files {
            fs::write(desk.0.join(name), text)?;
        }
        run(&mut command, &batch(&desk.0, &to, &files))
    });
    sent.await.map_err(io::Error::other)?
}

fn command(config: &config::DutyCard, to: &SftpFolder) -> Command {
    let mut command = Command::new("sftp");
    // Commands from standard input, no passwords, no questions.
    command.args(["-q", "-b", "-", "-P", &to.port.to_string()]);
    let mut options = vec![
        "BatchMode=yes".to_owned(),
        "StrictHostKeyChecking=yes".to_owned(),
        format!("ConnectTimeout={SILENCE}"),
        format!("ServerAliveInterval={SILENCE}"),
    ];
    if let Some(file) = &config.sftp_known_hosts {
        options.push(format!("UserKnownHostsFile=\"{}\"", file.display()));
        options.push("GlobalKnownHostsFile=/dev/null".to_owned());
    }
    if let Some(key) = &config.sftp_key {
        options.push(format!("IdentityFile=\"{}\"", key.display()));
        options.push("IdentitiesOnly=yes".to_owned());
    }
    for option in options {
        command.arg("-o").arg(option);
    }
    command.arg(format!("{}@{}", to.user, to.host));
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
    command
}

/// What the program is told: each file under a name of its own first, then in its place. It stops at what fails.
fn batch(from: &Path, to: &SftpFolder, files: &[(String, String)]) -> String {
    let one = |(name, _): &(String, String)| {
        let (local, remote) = (from.join(name).display().to_string(), format!("{}/{name}", to.folder));
        let unfinished = format!("{}/.{name}.new", to.folder);
        format!("put \"{local}\" \"{unfinished}\"\nrename \"{unfinished}\" \"{remote}\"\n")
    };
    files.iter().map(one).collect()
}

fn run(command: &mut Command, batch: &str) -> Result<(), NotSent> {
    let mut child = command.spawn()?;
    if let Some(mut input) = child.stdin.take() {
        // A program that has ended does not read; what it said tells why.
        let _ = input.write_all(batch.as_bytes());
    }
    let output = child.wait_with_output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    let said = said.lines().rfind(|line| !line.trim().is_empty()).unwrap_or("nothing").trim();
    output.status.success().then_some(()).ok_or_else(|| NotSent::Refused(said.chars().take(200).collect()))
}

/// A folder that nobody else can read, gone with this.
struct Folder(PathBuf);

impl Folder {
    fn make() -> io::Result<Self> {
        let path = std::env::temp_dir().join(format!("sprechzeit-card-{}", Secret::mint().expose()));
        let mut builder = DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&path)?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_trusted_that_is_not_known_and_nothing_is_asked() {
        let to: SftpFolder = "sftp://karten@host.example.de:2222/karten".parse().unwrap();
        let config = config::DutyCard { sftp_known_hosts: Some("/etc/hosts of cards".into()), ..Default::default() };
        let command = command(&config, &to);
        let told: Vec<_> = command.get_args().map(|it| it.to_string_lossy().into_owned()).collect();
        let told = told.join(" ");
        for option in [
            "StrictHostKeyChecking=yes",
            "BatchMode=yes",
            "UserKnownHostsFile=\"/etc/hosts of cards\"",
            "GlobalKnownHostsFile=/dev/null",
            "-P 2222",
        ] {
            assert!(told.contains(option), "{option}: {told}");
        }
        assert!(told.ends_with(" karten@host.example.de"), "{told}");
    }

    #[test]
    fn the_signature_is_in_its_place_before_the_card() {
        let to: SftpFolder = "sftp://a@b/karten".parse().unwrap();
        let files = [("x.sig".to_owned(), String::new()), ("x".to_owned(), String::new())];
        assert_eq!(
            batch(Path::new("/tmp/f"), &to, &files),
            "put \"/tmp/f/x.sig\" \"/karten/.x.sig.new\"\nrename \"/karten/.x.sig.new\" \"/karten/x.sig\"\n\
             put \"/tmp/f/x\" \"/karten/.x.new\"\nrename \"/karten/.x.new\" \"/karten/x\"\n"
        );
    }
}
