//! The configuration: one TOML file, each key also as an environment variable, read once.
//!
//! A variable's name is `SPRECHZEIT_` and the key's path in capitals: `telephony.twilio.auth_token` is
//! `SPRECHZEIT_TELEPHONY_TWILIO_AUTH_TOKEN`. It wins over the file. Secrets print as `***`.
//! Rule: an unknown key or a wrong value is refused with file, line and hint; nothing is ignored silently.

use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use serde::Deserialize;

use crate::kernel::Phone;
use crate::vault::Key;

/// Everything that an operator may set. `docs/sprechzeit.example.toml` is the annotated example.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    pub server: Server,
    pub database: Database,
    pub vault: VaultKeys,
    pub mail: Mail,
    pub telephony: Telephony,
    pub bookings: Bookings,
    pub retention: Retention,
    pub authority: Authority,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Server {
    /// Address and port to listen on. Default `127.0.0.1:8080`.
    pub listen: SocketAddr,
    /// The address that citizens and the telephone provider use, without a slash at the end: `https://beratung.example.de`.
    pub public_address: Option<PublicAddress>,
    /// Opens `GET /metrics` to whoever sends it as a bearer token. At least 20 characters. Default: none, and no such door.
    pub metrics_token: Option<LongSecret>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Database {
    /// `sqlite:PATH` or `postgres://USER:PASSWORD@HOST/NAME`. Default: `sprechzeit.sqlite` in the data folder.
    pub url: Option<SecretText>,
    /// The data folder. Default `./sprechzeit-data`.
    pub folder: Option<PathBuf>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct VaultKeys {
    /// The keys that seal personal data, each `NUMBER:BASE64` (32 bytes); the first seals, all open. `sprechzeit key` makes one.
    pub keys: Vec<KeyText>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Mail {
    /// The mail server's name. Without it, mails wait in the outbox.
    pub host: Option<String>,
    /// Its port: 587 for STARTTLS, 465 for TLS, 25 for a relay. Default 587.
    pub port: u16,
    /// `starttls` (default), `tls`, or `none` for a relay on the same machine.
    pub encryption: Encryption,
    pub user: Option<String>,
    pub password: Option<SecretText>,
    /// The sender: `Polizeiliche Beratung <beratung@example.de>`.
    pub from: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Encryption {
    #[default]
    Starttls,
    Tls,
    None,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Telephony {
    /// The folder with the call flows. Default: the flows inside the program.
    pub flows: Option<PathBuf>,
    /// Outside numbers to which a call flow may transfer a call. Default: none.
    pub transfer_numbers: Vec<PhoneText>,
    /// The number that officers call to hear their next shifts and to say that they are sick, deployed or back. Default:
    /// none.
    pub duty_line: Option<PhoneText>,
    /// Whether a call flow may record messages, after an announcement (§ 201 StGB). Default: no.
    pub voicemail: bool,
    pub duty_card: DutyCard,
    pub twilio: Twilio,
}

/// Where the documents are written that the provider uses while the program is away.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DutyCard {
    /// Numbers that are rung at the end of each card, for instance the office's switchboard. At most 5 count.
    pub numbers: Vec<PhoneText>,
    /// A folder in which the cards are kept. Default: none.
    pub folder: Option<PathBuf>,
    /// An address below which each card is PUT. Default: none.
    pub put_url: Option<PublicAddress>,
    /// A bearer token for that.
    pub put_token: Option<SecretText>,
    /// A folder on another host where each card is put over SFTP: `sftp://user@host/folder`. Default: none.
    pub sftp: Option<SftpFolder>,
    /// The private key for that, readable by its owner alone. Default: those that `ssh` tries by itself.
    pub sftp_key: Option<PathBuf>,
    /// The file with that host's key, as `ssh-keyscan` writes it. Default: the `known_hosts` of who runs the program.
    pub sftp_known_hosts: Option<PathBuf>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Twilio {
    /// `AC` and 32 hexadecimal digits.
    pub account_sid: Option<String>,
    /// Checks the signature of each webhook, and signs in to the REST interface. Without it every webhook is refused.
    pub auth_token: Option<SecretText>,
    /// `SK` and 32 hexadecimal digits: signs in to the REST interface for calls instead of the account, with `api_secret`.
    pub api_key: Option<String>,
    pub api_secret: Option<SecretText>,
    /// Where the REST interface is. Default `https://api.twilio.com`; in Dublin `https://api.dublin.ie1.twilio.com`.
    pub api_base: PublicAddress,
    /// The number that text messages come from. Without it, text messages wait in the outbox.
    pub sms_from: Option<PhoneText>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Bookings {
    /// How many bookings that lie ahead one contact may have; the staff may book more for them. 1 to 50, default 3.
    pub open_per_contact: Number<1, 50>,
    /// How many hours an offer to the waiting list stands, counted between 8 and 20 o'clock. 1 to 24, default 2.
    pub offer_hours: Number<1, 24>,
    /// From so many holds at one office within ten minutes on, browsers are given work before a hold, and others a
    /// short wait. 0 to 100000, default 60.
    pub work_above: Number<0, 100_000>,
    /// How much work: leading zero bits of a SHA-256. 8 to 28, default 17.
    pub work_bits: Number<8, 28>,
    /// An appointment with a sign-language interpreter is offered so many business days ahead at the earliest. 0 to 30,
    /// default 10.
    pub interpreter_business_days: Number<0, 30>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Retention {
    /// Hours after the appointment until name and contact are deleted. 1 to 720, default 72.
    pub contact_hours: Hours,
    /// Hours after the request until an unanswered call-back's number, or a caller's message, is deleted. 1 to 720, default 72.
    pub callback_hours: Hours,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Authority {
    /// The name that stands in mails and in the page's footer.
    pub name: String,
    /// Where citizens report a barrier or a fault: a mail address.
    pub contact: String,
    /// Telephone numbers of the authority for the official list, beside the hotlines': `NAME: NUMBER`. Default: none.
    pub numbers: Vec<Named<Phone>>,
    /// Its mail addresses for that list, beside `contact` and the sender of mails: `NAME: ADDRESS`. Default: none.
    pub mails: Vec<Named<MailAddress>>,
    /// Its pages and profiles elsewhere for that list: `NAME: https://…`. Default: none.
    pub profiles: Vec<Named<WebAddress>>,
}

/// A mail address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailAddress(pub String);

/// The whole address of a page, `https://…`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebAddress(pub String);

/// Something of the official list, written `NAME: VALUE`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named<T> {
    pub name: String,
    pub value: T,
}

/// An address of the form `https://host[:port][/path]`, without a slash at the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicAddress(pub String);

/// A text that never shows in logs.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct SecretText(pub String);

/// A secret of at least 20 characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LongSecret(pub SecretText);

/// A key of the vault.
#[derive(Debug, Clone)]
pub struct KeyText(pub Key);

/// A telephone number.
#[derive(Debug, Clone)]
pub struct PhoneText(pub Phone);

/// A folder on a host that is reached over SFTP.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SftpFolder {
    pub user: String,
    pub host: String,
    pub port: u16,
    /// From the root that the host shows to the user.
    pub folder: String,
}

/// 1 to 720 hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hours(pub i64);

/// A whole number within its range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Number<const LEAST: i64, const MOST: i64>(pub i64);

impl Default for Server {
    fn default() -> Self {
        Self { listen: SocketAddr::from(([127, 0, 0, 1], 8080)), public_address: None, metrics_token: None }
    }
}

impl Default for Mail {
    fn default() -> Self {
        Self {
            host: None,
            port: 587,
            encryption: Encryption::Starttls,
            user: None,
            password: None,
            from: "Sprechzeit <sprechzeit@localhost>".into(),
        }
    }
}

impl Mail {
    /// The sender's bare address, without the name before it.
    pub fn address(&self) -> &str {
        self.from.rsplit_once('<').map_or(self.from.as_str(), |(_, rest)| rest.trim_end_matches('>')).trim()
    }
}

impl Default for Twilio {
    fn default() -> Self {
        Self {
            account_sid: None,
            auth_token: None,
            api_key: None,
            api_secret: None,
            api_base: PublicAddress("https://api.twilio.com".into()),
            sms_from: None,
        }
    }
}

impl FromStr for SftpFolder {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        // Nothing in it is an option to a program, or means something else than itself to one.
        let name = |text: &str| {
            !text.is_empty()
                && !text.starts_with('-')
                && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'))
        };
        let read = || {
            let (user, rest) = text.strip_prefix("sftp://")?.split_once('@')?;
            let (host, folder) = rest.split_once('/')?;
            let (host, port) = host.split_once(':').unwrap_or((host, "22"));
            let good = name(user) && name(host) && folder.split('/').all(name);
            let port = port.parse().ok().filter(|port| *port > 0)?;
            good.then(|| Self { user: user.into(), host: host.into(), port, folder: format!("/{folder}") })
        };
        read().ok_or_else(|| format!("\"{text}\" is not an address such as sftp://user@host.example.de/folder"))
    }
}

impl Default for Bookings {
    fn default() -> Self {
        Self {
            open_per_contact: Number(3),
            offer_hours: Number(2),
            work_above: Number(60),
            work_bits: Number(17),
            interpreter_business_days: Number(10),
        }
    }
}

impl Default for Retention {
    fn default() -> Self {
        Self { contact_hours: Hours(72), callback_hours: Hours(72) }
    }
}

impl Default for Authority {
    fn default() -> Self {
        Self {
            name: "Polizei Baden-Württemberg – Prävention".into(),
            contact: "sprechzeit@localhost".into(),
            numbers: Vec::new(),
            mails: Vec::new(),
            profiles: Vec::new(),
        }
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

macro_rules! read_from_text {
    ($($name:ident: $read:expr;)*) => {$(
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = String::deserialize(from)?;
                let read: fn(&str) -> Result<$name, String> = $read;
                read(&text).map_err(serde::de::Error::custom)
            }
        }
    )*};
}

read_from_text! {
    PublicAddress: |text| {
        let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
        let good = host.is_some_and(|h| !h.is_empty() && !h.ends_with('/') && !h.contains(char::is_whitespace));
        good.then(|| PublicAddress(text.to_owned()))
            .ok_or_else(|| format!("\"{text}\" is not an address such as https://beratung.example.de (no slash at the end)"))
    };
    SftpFolder: str::parse;
    LongSecret: |text| {
        let long = text.chars().count() >= 20 && text.chars().all(|c| c.is_ascii_graphic());
        long.then(|| LongSecret(SecretText(text.to_owned()))).ok_or_else(|| {
            "a secret here has at least 20 letters, digits or signs; `openssl rand -base64 24` makes one".to_owned()
        })
    };
    KeyText: |text| text.parse().map(KeyText).map_err(|e: crate::vault::NotAKey| e.to_string());
    PhoneText: |text| text.parse().map(PhoneText).map_err(|e: crate::kernel::phone::NotAPhone| e.to_string());
}

impl FromStr for MailAddress {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let good = text.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.'));
        let read = || Self(text.to_owned());
        (good && is_plain(text)).then(read).ok_or_else(|| format!("\"{text}\" is not a mail address"))
    }
}

impl FromStr for WebAddress {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let good = text.strip_prefix("https://").is_some_and(|rest| rest.contains('.')) && is_plain(text);
        good.then(|| Self(text.to_owned())).ok_or_else(|| format!("\"{text}\" is not an address that begins https://"))
    }
}

fn is_plain(text: &str) -> bool {
    !text.contains(|c: char| c.is_whitespace() || matches!(c, '"' | '<' | '>'))
}

impl<'de, T: FromStr<Err: fmt::Display>> Deserialize<'de> for Named<T> {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        named(&text).map_err(serde::de::Error::custom)
    }
}

fn named<T: FromStr<Err: fmt::Display>>(text: &str) -> Result<Named<T>, String> {
    let (name, value) = text
        .split_once(": ")
        .filter(|(name, _)| !name.trim().is_empty())
        .ok_or_else(|| format!("\"{text}\" is not written \"NAME: VALUE\""))?;
    let value = value.trim().parse().map_err(|fault| format!("{name}: {fault}"))?;
    Ok(Named { name: name.trim().to_owned(), value })
}

impl<'de> Deserialize<'de> for Hours {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let hours = i64::deserialize(from)?;
        let good = (1..=720).contains(&hours);
        good.then_some(Self(hours))
            .ok_or_else(|| serde::de::Error::custom(format!("{hours} is not a number of hours from 1 to 720")))
    }
}

impl<'de, const LEAST: i64, const MOST: i64> Deserialize<'de> for Number<LEAST, MOST> {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let number = i64::deserialize(from)?;
        let good = (LEAST..=MOST).contains(&number);
        good.then_some(Self(number))
            .ok_or_else(|| serde::de::Error::custom(format!("{number} is not a number from {LEAST} to {MOST}")))
    }
}

/// Each key: its path, and whether it is written as text (else as a TOML value).
const KEYS: &[(&str, Kind)] = &[
    ("server.listen", Kind::Text),
    ("server.public_address", Kind::Text),
    ("server.metrics_token", Kind::Text),
    ("database.url", Kind::Text),
    ("database.folder", Kind::Text),
    ("vault.keys", Kind::List),
    ("mail.host", Kind::Text),
    ("mail.port", Kind::Number),
    ("mail.encryption", Kind::Text),
    ("mail.user", Kind::Text),
    ("mail.password", Kind::Text),
    ("mail.from", Kind::Text),
    ("telephony.flows", Kind::Text),
    ("telephony.transfer_numbers", Kind::List),
    ("telephony.duty_line", Kind::Text),
    ("telephony.voicemail", Kind::Switch),
    ("telephony.duty_card.numbers", Kind::List),
    ("telephony.duty_card.folder", Kind::Text),
    ("telephony.duty_card.put_url", Kind::Text),
    ("telephony.duty_card.put_token", Kind::Text),
    ("telephony.duty_card.sftp", Kind::Text),
    ("telephony.duty_card.sftp_key", Kind::Text),
    ("telephony.duty_card.sftp_known_hosts", Kind::Text),
    ("telephony.twilio.account_sid", Kind::Text),
    ("telephony.twilio.auth_token", Kind::Text),
    ("telephony.twilio.api_key", Kind::Text),
    ("telephony.twilio.api_secret", Kind::Text),
    ("telephony.twilio.api_base", Kind::Text),
    ("telephony.twilio.sms_from", Kind::Text),
    ("bookings.open_per_contact", Kind::Number),
    ("bookings.offer_hours", Kind::Number),
    ("bookings.work_above", Kind::Number),
    ("bookings.work_bits", Kind::Number),
    ("bookings.interpreter_business_days", Kind::Number),
    ("retention.contact_hours", Kind::Number),
    ("retention.callback_hours", Kind::Number),
    ("authority.name", Kind::Text),
    ("authority.contact", Kind::Text),
    ("authority.numbers", Kind::List),
    ("authority.mails", Kind::List),
    ("authority.profiles", Kind::List),
];

#[derive(Clone, Copy)]
enum Kind {
    Text,
    Number,
    Switch,
    /// Several texts, separated by commas in the environment.
    List,
}

/// Why the configuration was refused, in words for the operator.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("{}: {why}", .file.display())]
    NotReadable { file: PathBuf, why: std::io::Error },
    #[error("{}: {why}{hint}", .file.display())]
    Wrong { file: PathBuf, why: String, hint: String },
    #[error("the environment variable {name} is not a key of the configuration{hint}")]
    UnknownVariable { name: String, hint: String },
    #[error("the environment variable {name} is wrong: {why}")]
    WrongVariable { name: String, why: String },
    #[error("{key} is missing: {hint} (in the file, or as the environment variable {})", variable(.key))]
    Missing { key: &'static str, hint: &'static str },
}

impl Config {
    /// Reads the file, if one is named, and then the environment.
    pub fn read(file: Option<&Path>, environment: impl Iterator<Item = (String, String)>) -> Result<Self, ConfigError> {
        let mut table = match file {
            None => toml::Table::new(),
            Some(file) => {
                let text = std::fs::read_to_string(file)
                    .map_err(|why| ConfigError::NotReadable { file: file.to_owned(), why })?;
                // Read once on its own: so a fault is shown with its line.
                toml::from_str::<Self>(&text).map_err(|fault| wrong(file, &fault.to_string()))?;
                toml::from_str(&text).map_err(|fault| wrong(file, &fault.to_string()))?
            }
        };
        for (name, value) in environment {
            if let Some(path) = name.strip_prefix("SPRECHZEIT_").filter(|p| !p.starts_with("TEST_")) {
                let known = KEYS.iter().find(|(key, _)| variable(key) == name);
                let Some((key, kind)) = known else {
                    let hint = did_you_mean(path, KEYS.iter().map(|(key, _)| variable(key)));
                    return Err(ConfigError::UnknownVariable { name, hint });
                };
                set(&mut table, key, *kind, &value);
                table
                    .clone()
                    .try_into::<Self>()
                    .map_err(|fault| ConfigError::WrongVariable { name, why: fault.message().to_owned() })?;
            }
        }
        table.try_into().map_err(|fault: toml::de::Error| wrong(Path::new("configuration"), fault.message()))
    }

    /// The public address, or `http://` and the listening address where none is set.
    pub fn public_address(&self) -> String {
        self.server.public_address.as_ref().map_or_else(|| format!("http://{}", self.server.listen), |a| a.0.clone())
    }

    /// What `serve` cannot do without.
    pub fn require_for_serving(&self) -> Result<(), ConfigError> {
        if self.server.public_address.is_none() {
            let hint = "the address that citizens and the telephone provider use, such as https://beratung.example.de";
            return Err(ConfigError::Missing { key: "server.public_address", hint });
        }
        if self.vault.keys.is_empty() {
            let hint = "a key that seals personal data; `sprechzeit key` makes one";
            return Err(ConfigError::Missing { key: "vault.keys", hint });
        }
        Ok(())
    }
}

/// What is said where the vault's key is needed and not there.
pub const NO_VAULT_KEY: &str = "the database is sealed with the vault's key, and there is none: set vault.keys in the \
    configuration, or SPRECHZEIT_VAULT_KEYS in the environment";

fn variable(key: &str) -> String {
    format!("SPRECHZEIT_{}", key.replace('.', "_").to_uppercase())
}

fn set(table: &mut toml::Table, key: &str, kind: Kind, value: &str) {
    let text = |v: &str| toml::Value::String(v.trim().to_owned());
    let value = match kind {
        Kind::Text => text(value),
        Kind::Switch => value.trim().parse().map_or_else(|_| text(value), toml::Value::Boolean),
        Kind::Number => value.trim().parse().map_or_else(|_| text(value), toml::Value::Integer),
        Kind::List => toml::Value::Array(value.split(',').map(text).collect()),
    };
    let mut table = table;
    let mut parts = key.split('.').peekable();
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            table.insert(part.to_owned(), value);
            return;
        }
        let entry = table.entry(part).or_insert_with(|| toml::Value::Table(toml::Table::new()));
        let toml::Value::Table(inner) = entry else { return };
        table = inner;
    }
}

fn wrong(file: &Path, why: &str) -> ConfigError {
    let typed = why.split_once("unknown field `").and_then(|(_, rest)| rest.split_once('`')).map(|(field, _)| field);
    let names = KEYS.iter().flat_map(|(key, _)| key.split('.')).map(str::to_owned);
    let hint = typed.map(|typed| did_you_mean(typed, names)).unwrap_or_default();
    ConfigError::Wrong { file: file.to_owned(), why: why.trim_end().to_owned(), hint }
}

fn did_you_mean(typed: &str, names: impl Iterator<Item = String>) -> String {
    names
        .map(|name| (strsim::jaro_winkler(typed, name.trim_start_matches("SPRECHZEIT_")), name))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| format!("; did you mean {name}?"))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(environment: &[(&str, &str)]) -> Result<Config, ConfigError> {
        Config::read(None, environment.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())))
    }

    #[test]
    fn every_key_can_come_from_the_environment() {
        let config = read(&[
            ("SPRECHZEIT_TELEPHONY_TWILIO_AUTH_TOKEN", "12345"),
            ("SPRECHZEIT_MAIL_PORT", "2525"),
            ("PATH", "/bin"),
        ])
        .unwrap();
        assert_eq!(config.telephony.twilio.auth_token, Some(SecretText("12345".into())));
        assert_eq!(config.mail.port, 2525);
        assert!(!format!("{config:?}").contains("12345"));
    }

    #[test]
    fn a_wrong_variable_says_what_is_wrong_and_what_was_meant() {
        let fault = read(&[("SPRECHZEIT_MAIL_PROT", "25")]).unwrap_err().to_string();
        assert!(fault.ends_with("did you mean SPRECHZEIT_MAIL_PORT?"), "{fault}");
        let fault = read(&[("SPRECHZEIT_MAIL_PORT", "many")]).unwrap_err().to_string();
        assert!(fault.contains("SPRECHZEIT_MAIL_PORT is wrong"), "{fault}");
        let fault = read(&[("SPRECHZEIT_RETENTION_CONTACT_HOURS", "9000")]).unwrap_err().to_string();
        assert!(fault.contains("from 1 to 720"), "{fault}");
        let fault = read(&[("SPRECHZEIT_BOOKINGS_WORK_BITS", "64")]).unwrap_err().to_string();
        assert!(fault.contains("from 8 to 28"), "{fault}");
    }

    #[test]
    fn an_sftp_folder_is_an_address_and_nothing_else() {
        let good = "sftp://karten@host.example.de:2222/srv/dienst-karten".parse::<SftpFolder>().unwrap();
        assert_eq!((good.user.as_str(), good.host.as_str(), good.port), ("karten", "host.example.de", 2222));
        assert_eq!(good.folder, "/srv/dienst-karten");
        assert_eq!("sftp://a@b/c".parse::<SftpFolder>().unwrap().port, 22);
        for wrong in [
            "https://a@b/c",
            "sftp://b/c",
            "sftp://a@b",
            "sftp://a@b/",
            "sftp://-oProxyCommand=x@b/c",
            "sftp://a@-oProxyCommand=x/c",
            "sftp://a@b:0/c",
            "sftp://a@b:ssh/c",
            "sftp://a@b/c d",
            "sftp://a@b/c\"\n!rm",
            "sftp://a@b/*",
            "sftp://a@b/-c",
        ] {
            assert!(wrong.parse::<SftpFolder>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_official_list_is_read_and_judged() {
        let list = "Landeskriminalamt: +49 711 5401 0, Beratungsstelle: 089 99998 110";
        let config = read(&[("SPRECHZEIT_AUTHORITY_NUMBERS", list)]).unwrap();
        assert_eq!(config.authority.numbers[1].name, "Beratungsstelle");
        assert_eq!(config.authority.numbers[1].value.as_str(), "+498999998110");
        let config = read(&[("SPRECHZEIT_AUTHORITY_PROFILES", "Mastodon: https://bawü.social/@polizei")]).unwrap();
        assert_eq!(config.authority.profiles[0].value.0, "https://bawü.social/@polizei");
        for (key, wrong) in [
            ("SPRECHZEIT_AUTHORITY_NUMBERS", "Zentrale"),
            ("SPRECHZEIT_AUTHORITY_NUMBERS", "Notruf: 110"),
            ("SPRECHZEIT_AUTHORITY_MAILS", "Beratung: keine"),
            ("SPRECHZEIT_AUTHORITY_PROFILES", "Insta: javascript:alert(1)"),
        ] {
            assert!(read(&[(key, wrong)]).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_wrong_key_in_the_file_is_shown_with_its_line() {
        let file = std::env::temp_dir().join(format!("sprechzeit-config-{}.toml", std::process::id()));
        std::fs::write(&file, "[mail]\nhost = \"mail.example.de\"\nprot = 25\n").unwrap();
        let fault = Config::read(Some(&file), std::iter::empty()).unwrap_err().to_string();
        std::fs::remove_file(&file).unwrap();
        assert!(fault.contains("line 3"), "{fault}");
        assert!(fault.ends_with("did you mean port?"), "{fault}");
    }

    #[test]
    fn the_example_names_every_key_and_is_taken() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/sprechzeit.example.toml");
        let text = std::fs::read_to_string(&file).unwrap();
        Config::read(Some(&file), std::iter::empty()).unwrap();
        for (key, _) in KEYS {
            let (section, name) = key.rsplit_once('.').unwrap();
            let rest = text.split(&format!("[{section}]\n")).nth(1).unwrap_or_else(|| panic!("[{section}] is missing"));
            let body = rest.split("\n[").next().unwrap();
            let named = body.lines().any(|line| line.trim_start_matches("# ").starts_with(&format!("{name} = ")));
            assert!(named, "{key} is missing");
        }
    }
}
