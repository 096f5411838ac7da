//! The library of call flows: which edition is published, which came before, what is being drafted.
//!
//! Not the language (`flows`) and not the calls. Rule: a flow that does not pass every check is never published; one that
//! was published, and that a stricter rule or a vanished topic would refuse today, keeps running and is named.

mod difference;
mod door;
mod edition;
mod http;
mod page;
mod reading;
pub mod scene;
mod store;

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::config::Config;
use crate::db::{Db, DbError, Read};
use crate::desk::Desk;
use crate::flows::{self, Edition, File, Files, Shelf, ShelfError, Surroundings, Wrong};
use crate::kernel::{Instant, Phone};
use crate::offices::{self, OfficeId};
use crate::people::{self, Actor};
use crate::shifts::{self, Hotline};

pub use difference::{Hunk, Line, Mark, difference};
pub use door::doors;
pub use edition::{Agreement, Draft, Imprint, Kept, Origin};
pub use http::api;
pub use page::pages;
pub use reading::{Station, stations};
pub use store::STATEMENTS;

#[derive(Debug, thiserror::Error)]
pub enum LibraryError {
    #[error("this call flow is not there")]
    NoSuchFlow,
    #[error("this edition is not there")]
    NoSuchEdition,
    #[error("there is no draft of this call flow")]
    NoDraft,
    #[error("there is no file of this call flow, or it has changed since you saw it")]
    NoSuchFile,
    #[error("your role does not allow this")]
    Forbidden,
    #[error("a reason has 1 to {LONGEST_REASON} characters")]
    BadReason,
    #[error("a draft has 1 to {LONGEST_TEXT} bytes")]
    BadText,
    #[error("this text is published already")]
    NothingNew,
    #[error("somebody else has changed the draft since you saw it")]
    DraftChanged,
    #[error("another edition was published since you saw it; it is now at version {0}")]
    PublishedMeanwhile(i64),
    #[error("it does not pass the checks:\n{0}")]
    Wrong(#[from] Wrong),
    #[error("the call flows cannot be used:\n{0}")]
    Files(#[from] ShelfError),
    #[error(transparent)]
    Db(#[from] DbError),
}

/// The longest reason for a publication, in characters.
pub const LONGEST_REASON: usize = 500;
/// The longest text of a draft, in bytes.
const LONGEST_TEXT: usize = 200 * 1024;

/// What an installation allows in a flow.
#[derive(Clone, Debug, Default)]
pub struct Allowed {
    topics: BTreeSet<String>,
    transfers: BTreeSet<Phone>,
    voicemail: bool,
    /// None: not looked up.
    hotlines: Option<BTreeSet<Phone>>,
}

impl Allowed {
    pub fn by(config: &Config) -> Self {
        Self {
            topics: offices::topics().iter().map(|topic| topic.id.to_string()).collect(),
            transfers: config.telephony.transfer_numbers.iter().map(|number| number.0.clone()).collect(),
            voicemail: config.telephony.voicemail,
            hotlines: None,
        }
    }

    /// With the numbers of all hotlines.
    pub async fn load(from: impl Read, config: &Config) -> Result<Self, DbError> {
        let hotlines = shifts::list_hotlines(from, None).await?;
        let numbers = hotlines.into_iter().map(|hotline| hotline.number).collect();
        Ok(Self { hotlines: Some(numbers), ..Self::by(config) })
    }

    pub fn around(&self) -> Surroundings<'_> {
        Surroundings {
            topics: Some(&self.topics),
            transfers: Some(&self.transfers),
            voicemail: Some(self.voicemail),
            hotlines: self.hotlines.as_ref(),
            ..Surroundings::default()
        }
    }
}

// ---- at start ----

/// Brings files and database together and puts what is published on a shelf. A file that does not pass the checks is
/// refused, with everything that is wrong in any file.
pub async fn open(db: &Db, config: &Config, now: Instant) -> Result<Shelf, LibraryError> {
    let files = Files::read(config.telephony.flows.as_deref())?;
    for file in files.parse(&Allowed::by(config).around()).map_err(ShelfError::from)? {
        take_note(db, now, &files, &file).await?;
    }
    let shelf = Shelf::new(files.recordings);
    let texts = files.flows.iter().map(|file| (file.name.as_str(), String::from_utf8_lossy(&file.bytes)));
    let texts: std::collections::BTreeMap<_, _> = texts.collect();
    for kept in store::list_latest(db).await? {
        tell(&kept, Agreement::of(&kept, texts.get(kept.imprint.name.as_str()).map(|text| text.as_ref())));
        match recall(&shelf, kept) {
            Ok(edition) => shelf.publish(edition),
            Err(imprint) => tracing::error!(flow = imprint.name, version = imprint.version, "{UNREADABLE}"),
        }
    }
    let allowed = Allowed::load(db, config).await?;
    for edition in shelf.list_published() {
        if let Err(wrong) = shelf.check(&edition.name, &edition.text, &allowed.around()) {
            let Edition { name, version, .. } = edition.as_ref();
            tracing::warn!(flow = name, version, "the published call flow would not pass the checks today:\n{wrong}");
        }
    }
    Ok(shelf)
}

const UNREADABLE: &str = "a published call flow cannot be read any more, so that it is not used";

/// Publishes a file that is new, or that has changed while nobody changed its flow in the program.
async fn take_note(db: &Db, now: Instant, files: &Files, file: &Edition) -> Result<(), LibraryError> {
    let latest = store::find_latest(db, &file.name).await?;
    let mut tx = db.begin().await?;
    let version = match &latest {
        None => 1,
        Some(kept) => match Agreement::of(kept, Some(&file.text)) {
            Agreement::FileChanged => kept.imprint.version + 1,
            _ if flows::recall(&kept.text, &files.recordings).is_none() => kept.imprint.version + 1,
            Agreement::Same => {
                store::settle_file(&mut tx, (&file.name, kept.imprint.version), edition::hash(&file.text)).await?;
                return Ok(tx.commit().await?);
            }
            Agreement::Edited | Agreement::Conflict | Agreement::NoFile => return Ok(()),
        },
    };
    let actor = Actor::system();
    let imprint = Imprint {
        name: file.name.clone(),
        version,
        origin: Origin::File,
        reason: String::new(),
        author: actor.name.clone(),
        published_at: now,
    };
    let kept = Kept { imprint, text: file.text.clone(), file_hash: edition::hash(&file.text) };
    match store::insert_edition(&mut tx, &kept).await {
        // Another node has just taken it.
        Err(DbError::Taken) => return Ok(()),
        result => result?,
    }
    people::record(&mut tx, now, &actor, "publish_flow", (&file.name, &actor.office)).await?;
    tx.commit().await?;
    tracing::info!(flow = file.name, version, "the file of a call flow is published");
    Ok(())
}

/// Says in the log how file and edition agree.
fn tell(kept: &Kept, agreement: Agreement) {
    let Imprint { name, version, .. } = &kept.imprint;
    match agreement {
        Agreement::Same => {}
        Agreement::NoFile => tracing::info!(flow = name, version, "a call flow has no file; the edition stands"),
        Agreement::Edited => tracing::info!(flow = name, version, "a call flow was edited; its file is older"),
        Agreement::FileChanged => tracing::warn!(flow = name, version, "another file is there than is published"),
        Agreement::Conflict => tracing::warn!(
            flow = name,
            version,
            "a call flow was edited and its file was changed too; the edition stands until somebody decides at \
             /dienst/ansagen/{name}"
        ),
    }
}

/// What a kept text means. A text that was right when it was published goes on; its recordings may be others by now.
fn recall(shelf: &Shelf, kept: Kept) -> Result<Edition, Imprint> {
    let Kept { imprint, text, .. } = kept;
    match flows::recall(&text, &shelf.recordings) {
        Some(flow) => Ok(Edition { name: imprint.name, version: imprint.version, text, flow }),
        None => Err(imprint),
    }
}

// ---- the shelf ----

/// Takes what another node has published. Called by rounds; says how many.
pub async fn refresh(desk: &Desk) -> Result<u64, DbError> {
    let mut taken = 0;
    for (name, version) in store::list_versions(&desk.db).await? {
        if desk.flows.published(&name).is_some_and(|edition| edition.version >= version) {
            continue;
        }
        let Some(kept) = store::find_edition(&desk.db, &name, version).await? else { continue };
        match recall(&desk.flows, kept) {
            Ok(edition) => {
                desk.flows.publish(edition);
                taken += 1;
            }
            Err(_) => tracing::error!(flow = name, version, "{UNREADABLE}"),
        }
    }
    Ok(taken)
}

/// This very edition, on which a call in progress stays.
pub async fn load_edition(desk: &Desk, name: &str, version: i64) -> Result<Arc<Edition>, LibraryError> {
    if let Some(edition) = desk.flows.edition(name, version) {
        return Ok(edition);
    }
    let kept = store::find_edition(&desk.db, name, version).await?.ok_or(LibraryError::NoSuchEdition)?;
    match recall(&desk.flows, kept) {
        Ok(edition) => Ok(desk.flows.remember(edition)),
        Err(imprint) => {
            tracing::error!(flow = imprint.name, version, "{UNREADABLE}");
            Err(LibraryError::NoSuchEdition)
        }
    }
}

// ---- reading ----

/// What is published of each flow, by name.
pub async fn list_published(desk: &Desk) -> Result<Vec<Kept>, DbError> {
    store::list_latest(&desk.db).await
}

/// What is published of a flow.
pub async fn load_published(desk: &Desk, name: &str) -> Result<Kept, LibraryError> {
    store::find_latest(&desk.db, name).await?.ok_or(LibraryError::NoSuchFlow)
}

/// A published text as it was.
pub async fn load_kept(desk: &Desk, name: &str, version: i64) -> Result<Kept, LibraryError> {
    store::find_edition(&desk.db, name, version).await?.ok_or(LibraryError::NoSuchEdition)
}

/// Who published which version of a flow when and why, the newest first.
pub async fn list_editions(desk: &Desk, name: &str) -> Result<Vec<Imprint>, DbError> {
    store::list_imprints(&desk.db, name).await
}

/// The draft of a flow, if there is one; and the sequence that the next change is made upon.
pub async fn find_draft(desk: &Desk, name: &str) -> Result<(Option<Draft>, i64), DbError> {
    store::find_draft(&desk.db, name).await
}

pub async fn list_drafts(desk: &Desk) -> Result<Vec<Draft>, DbError> {
    store::list_drafts(&desk.db).await
}

/// The text of a flow's file as it is now. What is no UTF-8 is shown as well as it can be.
pub fn find_file(desk: &Desk, name: &str) -> Result<Option<String>, ShelfError> {
    let text = |file: File| String::from_utf8_lossy(&file.bytes).into_owned();
    let files = Files::read_flows(desk.config.telephony.flows.as_deref())?;
    Ok(files.into_iter().find(|file| file.name == name).map(text))
}

/// Everything that is wrong with a text, if it were published as this flow now.
pub async fn check(desk: &Desk, name: &str, text: &str) -> Result<flows::Flow, LibraryError> {
    let allowed = Allowed::load(&desk.db, &desk.config).await?;
    Ok(desk.flows.check(name, text, &allowed.around())?)
}

/// The hotlines whose callers hear a flow: those that have it, and those whose flow leads to it.
pub async fn list_hotlines(desk: &Desk, name: &str) -> Result<Vec<Hotline>, DbError> {
    let mut hotlines = shifts::list_hotlines(&desk.db, None).await?;
    hotlines.retain(|hotline| leads(&desk.flows, &hotline.flow, name));
    Ok(hotlines)
}

fn leads(shelf: &Shelf, from: &str, to: &str) -> bool {
    let mut seen = BTreeSet::new();
    let mut ahead = vec![from.to_owned()];
    while let Some(next) = ahead.pop() {
        if next == to {
            return true;
        }
        if let (true, Some(edition)) = (seen.insert(next.clone()), shelf.published(&next)) {
            ahead.extend(edition.flow.jumps().map(str::to_owned));
        }
    }
    false
}

/// Who may change a flow: administrators, and supervisors of an office one of whose hotlines uses it. The flow is all
/// offices', so that the audit trail and the list of editions say who did what.
pub async fn may_change(desk: &Desk, actor: &Actor, name: &str) -> Result<bool, DbError> {
    if actor.may_plan(&OfficeId::STATE) {
        return Ok(true);
    }
    Ok(list_hotlines(desk, name).await?.iter().any(|hotline| actor.may_plan(&hotline.office)))
}

// ---- drafts ----

/// Saves a draft. `sequence` is that which [`find_draft`] gave: whoever comes later learns of it and overwrites nothing.
pub async fn save_draft(
    desk: &Desk,
    now: Instant,
    actor: &Actor,
    name: &str,
    (text, sequence): (&str, i64),
) -> Result<(), LibraryError> {
    let published = changeable(desk, actor, name).await?;
    if text.trim().is_empty() || text.len() > LONGEST_TEXT || text.contains('\0') {
        return Err(LibraryError::BadText);
    }
    let draft = Draft {
        name: name.to_owned(),
        base: published.imprint.version,
        text: text.to_owned(),
        author: actor.name.clone(),
        updated_at: now,
        sequence,
    };
    let mut tx = desk.db.begin().await?;
    if !store::save_draft(&mut tx, &draft).await? {
        return Err(LibraryError::DraftChanged);
    }
    people::record(&mut tx, now, actor, "save_draft", (&name, &actor.office)).await?;
    Ok(tx.commit().await?)
}

/// Forgets a draft.
pub async fn discard_draft(
    desk: &Desk,
    now: Instant,
    actor: &Actor,
    name: &str,
    sequence: i64,
) -> Result<(), LibraryError> {
    changeable(desk, actor, name).await?;
    let mut tx = desk.db.begin().await?;
    if !store::close_draft(&mut tx, (name, sequence), now).await? {
        return Err(LibraryError::DraftChanged);
    }
    people::record(&mut tx, now, actor, "discard_draft", (&name, &actor.office)).await?;
    Ok(tx.commit().await?)
}

// ---- publishing ----

/// The draft and the edition that somebody saw before they published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    pub sequence: i64,
    pub version: i64,
}

/// Publishes the draft: new calls get it at once, on other nodes within seconds. Calls in progress stay on their edition.
pub async fn publish(
    desk: &Desk,
    now: Instant,
    actor: &Actor,
    (name, reason): (&str, &str),
    seen: Seen,
) -> Result<i64, LibraryError> {
    let published = changeable(desk, actor, name).await?;
    let (draft, sequence) = store::find_draft(&desk.db, name).await?;
    let draft = draft.ok_or(LibraryError::NoDraft)?;
    if sequence != seen.sequence {
        return Err(LibraryError::DraftChanged);
    }
    if published.imprint.version != seen.version {
        return Err(LibraryError::PublishedMeanwhile(published.imprint.version));
    }
    let file_hash = published.file_hash.clone();
    let print = Print { published, origin: Origin::Editor, reason: checked(reason)?, text: draft.text, file_hash };
    put_out(desk, now, actor, print, Some(sequence)).await
}

/// Publishes the text of an older edition anew. `seen` is the version that was published when somebody chose the older.
pub async fn roll_back(
    desk: &Desk,
    now: Instant,
    actor: &Actor,
    (name, reason): (&str, &str),
    (version, seen): (i64, i64),
) -> Result<i64, LibraryError> {
    let published = changeable(desk, actor, name).await?;
    if published.imprint.version != seen {
        return Err(LibraryError::PublishedMeanwhile(published.imprint.version));
    }
    let old = load_kept(desk, name, version).await?;
    let file_hash = published.file_hash.clone();
    let print = Print { published, origin: Origin::RollBack, reason: checked(reason)?, text: old.text, file_hash };
    put_out(desk, now, actor, print, None).await
}

/// Publishes the file instead of what was edited. `seen` is the [`fingerprint`] of the file that was seen.
pub async fn take_file(desk: &Desk, now: Instant, actor: &Actor, name: &str, seen: &str) -> Result<i64, LibraryError> {
    let published = changeable(desk, actor, name).await?;
    let text = seen_file(desk, name, seen)?;
    let file_hash = edition::hash(&text);
    let print = Print { published, origin: Origin::File, reason: String::new(), text, file_hash };
    put_out(desk, now, actor, print, None).await
}

/// Sets the file aside: the edition stands, and this file is no news any more.
pub async fn ignore_file(desk: &Desk, now: Instant, actor: &Actor, name: &str, seen: &str) -> Result<(), LibraryError> {
    let published = changeable(desk, actor, name).await?;
    let text = seen_file(desk, name, seen)?;
    let mut tx = desk.db.begin().await?;
    store::settle_file(&mut tx, (name, published.imprint.version), edition::hash(&text)).await?;
    people::record(&mut tx, now, actor, "ignore_flow_file", (&name, &actor.office)).await?;
    Ok(tx.commit().await?)
}

/// The name of a file's content, for a form.
pub fn fingerprint(text: &str) -> String {
    edition::hash(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A text that is to be published.
struct Print {
    published: Kept,
    origin: Origin,
    reason: String,
    text: String,
    file_hash: Vec<u8>,
}

async fn put_out(
    desk: &Desk,
    now: Instant,
    actor: &Actor,
    print: Print,
    draft: Option<i64>,
) -> Result<i64, LibraryError> {
    let Print { published, origin, reason, text, file_hash } = print;
    let (name, version) = (published.imprint.name, published.imprint.version + 1);
    if text == published.text {
        return Err(LibraryError::NothingNew);
    }
    let flow = check(desk, &name, &text).await?;
    let author = actor.name.clone();
    let imprint = Imprint { name: name.clone(), version, origin, reason, author, published_at: now };
    let kept = Kept { imprint, text: text.clone(), file_hash };
    let mut tx = desk.db.begin().await?;
    if let Some(sequence) = draft
        && !store::close_draft(&mut tx, (&name, sequence), now).await?
    {
        return Err(LibraryError::DraftChanged);
    }
    store::insert_edition(&mut tx, &kept).await.map_err(|error| match error {
        DbError::Taken => LibraryError::PublishedMeanwhile(version),
        error => error.into(),
    })?;
    people::record(&mut tx, now, actor, "publish_flow", (&name, &actor.office)).await?;
    tx.commit().await?;
    tracing::info!(flow = name, version, %origin, "a call flow is published");
    desk.flows.publish(Edition { name, version, text, flow });
    Ok(version)
}

/// What is published of a flow that the actor may change.
async fn changeable(desk: &Desk, actor: &Actor, name: &str) -> Result<Kept, LibraryError> {
    let published = load_published(desk, name).await?;
    if may_change(desk, actor, name).await? { Ok(published) } else { Err(LibraryError::Forbidden) }
}

fn checked(reason: &str) -> Result<String, LibraryError> {
    let reason = reason.trim();
    let good = (1..=LONGEST_REASON).contains(&reason.chars().count());
    good.then(|| reason.to_owned()).ok_or(LibraryError::BadReason)
}

fn seen_file(desk: &Desk, name: &str, seen: &str) -> Result<String, LibraryError> {
    let text = find_file(desk, name)?.filter(|text| fingerprint(text) == seen);
    text.ok_or(LibraryError::NoSuchFile)
}
