//! The command line: arguments, configuration, log, run.

mod cli;

use std::io::IsTerminal;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::LazyLock;

use anyhow::{Context, bail};
use clap::{Args, Parser, Subcommand};
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;

use sprechzeit::config::{Config, KeyText, PhoneText, SecretText};
use sprechzeit::desk::{Desk, Mode};
use sprechzeit::kernel::{Clock, Instant, Secret};
use sprechzeit::offices::OfficeId;
use sprechzeit::people::{self, Actor, NewUser, Role};
use sprechzeit::vault::Key;
use sprechzeit::{app, demo};

/// Advice by appointment and by telephone.
#[derive(Parser)]
#[command(name = "sprechzeit", version = version(), about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// The program's version and that of the time zone database inside, on which all wall times depend.
fn version() -> &'static str {
    static VERSION: LazyLock<String> =
        LazyLock::new(|| format!("{} (time zone database {})", app::VERSION, chrono_tz::IANA_TZDB_VERSION));
    &VERSION
}

#[derive(Subcommand)]
enum Command {
    /// Serves the demonstration: invented offices, officers and calls, in a database of its own.
    Demo(DemoOptions),
    /// Serves citizens, callers and staff.
    Serve(ConfigFile),
    /// Brings the database's tables up to date, and ends.
    Migrate(ConfigFile),
    /// People who sign in.
    #[command(subcommand)]
    User(UserCommand),
    /// Bearer tokens of the programmer's door.
    #[command(subcommand)]
    Token(TokenCommand),
    /// Call flows: what callers hear and press.
    #[command(subcommand)]
    Flow(cli::flow::FlowCommand),
    /// Duty cards: what callers hear while this program is away.
    #[command(subcommand)]
    DutyCard(cli::duty_card::DutyCardCommand),
    /// Who would be rung at a time, past or to come, in which order and why, and why not the others.
    Who(cli::who::Options),
    /// Plays a day of calls with the real engine, on a copy of what is planned, and watches whether a rule is broken.
    Simulate(cli::simulate::Options),
    /// A month's real calls against another plan, and what would have changed.
    Replay(cli::replay::Options),
    /// Makes a key for the vault.
    Key,
}

#[derive(Args)]
struct ConfigFile {
    /// The configuration, a TOML file. Each key can also be an environment variable.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

#[derive(Args)]
struct DemoOptions {
    #[command(flatten)]
    file: ConfigFile,
    /// Where to listen [default: 127.0.0.1:8080].
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<SocketAddr>,
    /// The data folder [default: ./sprechzeit-data].
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Begins anew: deletes the demonstration's database first.
    #[arg(long)]
    fresh: bool,
    /// The product's clock starts here and runs on.
    #[arg(long, value_name = "INSTANT", value_parser = instant)]
    at: Option<Instant>,
    /// postgres://… or sqlite:PATH [default: a SQLite file in the data folder].
    #[arg(long, value_name = "URL")]
    database_url: Option<String>,
}

#[derive(Subcommand)]
enum UserCommand {
    /// Lets somebody sign in. The password is read from the terminal, or from standard input.
    Add {
        login: String,
        /// officer, supervisor or administrator.
        #[arg(long)]
        role: Role,
        /// The office's short code, such as ka.
        #[arg(long)]
        office: OfficeId,
        /// The officer who this is, as ofc_….
        #[arg(long)]
        officer: Option<sprechzeit::kernel::id::OfficerId>,
        #[command(flatten)]
        file: ConfigFile,
    },
}

#[derive(Subcommand)]
enum TokenCommand {
    /// Makes a token, and shows it this once.
    Add {
        name: String,
        #[arg(long)]
        role: Role,
        #[arg(long)]
        office: OfficeId,
        #[command(flatten)]
        file: ConfigFile,
    },
    /// Makes a token worthless.
    Revoke {
        id: sprechzeit::kernel::id::TokenId,
        #[command(flatten)]
        file: ConfigFile,
    },
}

fn instant(text: &str) -> Result<Instant, String> {
    Instant::parse(text).ok_or_else(|| format!("\"{text}\" is not an instant such as 2026-10-24T23:00:00Z"))
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    log();
    let runtime = tokio::runtime::Runtime::new().context("the runtime could not start");
    match runtime.and_then(|runtime| runtime.block_on(run(cli.command))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // For an operator: what, and why; no backtrace, whatever the environment asks for.
            let chain: Vec<String> = error.chain().map(ToString::to_string).collect();
            eprintln!("sprechzeit: {}", chain.join("\n  because: "));
            if error.is::<cli::Unusable>() { ExitCode::from(2) } else { ExitCode::FAILURE }
        }
    }
}

async fn run(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Demo(options) => run_demo(options).await,
        Command::Serve(file) => {
            let config = read(file.config.as_deref())?;
            config.require_for_serving()?;
            let listener = listen(config.server.listen).await?;
            println!("Sprechzeit {} serves on http://{}", version(), listener.local_addr()?);
            let (url, clock) = (url(&config), Clock::default());
            if config.database.url.is_none() {
                make_folder(&folder(&config))?;
            }
            let opening = app::Opening { config, url, clock, mode: Mode::Serve };
            match opening.open_in_time(listener, interrupted()).await? {
                Some((desk, listener)) => app::serve(desk, listener, interrupted()).await,
                None => Ok(()),
            }
        }
        Command::Migrate(file) => {
            let desk = open(read(file.config.as_deref())?).await?;
            println!("The tables of {} are up to date.", desk.db.engine());
            desk.db.close().await;
            Ok(())
        }
        Command::User(UserCommand::Add { login, role, office, officer, file }) => {
            let desk = open(read(file.config.as_deref())?).await?;
            let user = NewUser { login, role, office, officer };
            let id = people::add_user(&desk, desk.now(), &user, &password()?).await?;
            println!("{} can sign in now ({id}).", user.login);
            desk.db.close().await;
            Ok(())
        }
        Command::Token(TokenCommand::Add { name, role, office, file }) => {
            let desk = open(read(file.config.as_deref())?).await?;
            let holder = Actor { name, role, office, ..Actor::system() };
            let (id, secret) = people::add_token(&desk, desk.now(), &holder).await?;
            println!("{id}\n{}", secret.expose());
            desk.db.close().await;
            Ok(())
        }
        Command::Token(TokenCommand::Revoke { id, file }) => {
            let desk = open(read(file.config.as_deref())?).await?;
            let revoked = people::revoke_token(&desk, desk.now(), id).await?;
            desk.db.close().await;
            if !revoked {
                bail!("there is no such token, or it is revoked already");
            }
            println!("{id} is worthless now.");
            Ok(())
        }
        Command::Flow(command) => cli::flow::run(command).await,
        Command::DutyCard(command) => cli::duty_card::run(command).await,
        Command::Who(options) => cli::who::run(&options).await,
        Command::Simulate(options) => cli::simulate::run(&options).await,
        Command::Replay(options) => cli::replay::run(&options).await,
        Command::Key => {
            println!("{}", Key::mint().expose());
            Ok(())
        }
    }
}

async fn run_demo(options: DemoOptions) -> anyhow::Result<()> {
    let mut config = read(options.file.config.as_deref())?;
    if let Some(listen) = options.listen {
        config.server.listen = listen;
    }
    if let Some(data) = options.data {
        config.database.folder = Some(data);
    }
    if let Some(url) = options.database_url {
        config.database.url = Some(SecretText(url));
    }
    let folder = folder(&config);
    make_folder(&folder)?;
    let url = url(&config);
    if options.fresh {
        begin_anew(&url, &folder)?;
    }
    let keys = demo_keys(&folder)?;
    if config.vault.keys.is_empty() {
        config.vault.keys = vec![KeyText(keys.0)];
    }
    config.telephony.twilio.auth_token.get_or_insert(SecretText(keys.1));
    config.telephony.duty_line = config.telephony.duty_line.or_else(|| demo::duty_line().map(PhoneText));
    let listener = listen(config.server.listen).await?;
    // Port 0 asks the system for one: addresses must name the one it gave.
    config.server.listen = listener.local_addr()?;
    let address = config.public_address();
    let clock = options.at.map_or_else(Clock::default, Clock::starting_at);
    let desk = app::desk(config, &url, clock, Mode::Demo).await?;
    demo::fill(&desk, desk.now()).await.context("the demonstration could not be filled; try --fresh")?;
    println!("{}", demo::greeting(&address));
    app::serve(desk, listener, interrupted()).await
}

fn read(file: Option<&Path>) -> anyhow::Result<Config> {
    #[allow(clippy::disallowed_methods, reason = "the environment is read once, here, for the configuration")]
    Ok(Config::read(file, std::env::vars())?)
}

async fn open(config: Config) -> anyhow::Result<Desk> {
    let url = url(&config);
    if config.database.url.is_none() {
        make_folder(&folder(&config))?;
    }
    app::desk(config, &url, Clock::default(), Mode::Serve).await
}

fn folder(config: &Config) -> PathBuf {
    config.database.folder.clone().unwrap_or_else(|| PathBuf::from("sprechzeit-data"))
}

fn url(config: &Config) -> String {
    let file = || format!("sqlite:{}", folder(config).join("sprechzeit.sqlite").display());
    config.database.url.as_ref().map_or_else(file, |url| url.0.clone())
}

async fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}; try another --listen"))
}

/// Only the demonstration's own file is deleted, never a database that somebody named.
fn begin_anew(url: &str, folder: &Path) -> anyhow::Result<()> {
    let file = folder.join("sprechzeit.sqlite");
    if url != format!("sqlite:{}", file.display()) {
        bail!("--fresh deletes only the demonstration's own SQLite file; empty {url} yourself");
    }
    for ending in ["", "-wal", "-shm"] {
        let file = folder.join(format!("sprechzeit.sqlite{ending}"));
        match std::fs::remove_file(&file) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(error).with_context(|| format!("{} could not be deleted", file.display()));
            }
            _ => {}
        }
    }
    Ok(())
}

/// The demonstration's own vault key and webhook secret, made once, readable by their owner alone.
fn demo_keys(folder: &Path) -> anyhow::Result<(Key, String)> {
    let file = folder.join("keys");
    if !file.exists() {
        let text = format!("{}\n{}\n", Key::mint().expose(), Secret::mint().expose());
        write_private(&file, &text).with_context(|| format!("{} could not be written", file.display()))?;
    }
    let text = std::fs::read_to_string(&file).with_context(|| format!("{} could not be read", file.display()))?;
    let mut lines = text.lines();
    let key = lines.next().and_then(|line| line.parse().ok());
    let secret = lines.next().map(str::to_owned);
    key.zip(secret).with_context(|| format!("{} is damaged; delete it and start with --fresh", file.display()))
}

/// The data folder, for its owner alone.
fn make_folder(folder: &Path) -> anyhow::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).with_context(|| format!("{} could not be made", folder.display()))
}

#[cfg(unix)]
fn write_private(file: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    std::fs::OpenOptions::new().create_new(true).write(true).mode(0o600).open(file)?.write_all(text.as_bytes())
}

#[cfg(not(unix))]
fn write_private(file: &Path, text: &str) -> std::io::Result<()> {
    std::fs::write(file, text)
}

fn password() -> anyhow::Result<String> {
    if std::io::stdin().is_terminal() {
        eprintln!("Password (12 characters or more; it shows while you type):");
    }
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).context("no password could be read")?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

fn log() {
    let filter = EnvFilter::try_from_env("RUST_LOG").unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .init();
}

/// Ctrl-C, or the service manager's request to end.
async fn interrupted() {
    let ctrl_c = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminate) => tokio::select! {
                _ = ctrl_c => {}
                _ = terminate.recv() => {}
            },
            Err(_) => drop(ctrl_c.await),
        }
    }
    #[cfg(not(unix))]
    drop(ctrl_c.await);
}
