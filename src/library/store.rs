//! All SQL of editions and drafts. Decides nothing.

use crate::args;
use crate::db::{DbError, Read, Text, Tx};
use crate::kernel::Instant;

use super::edition::{Draft, Imprint, Kept, Origin};

const INSERT_EDITION: &str = "INSERT INTO flow_editions
    (name, version, text, origin, reason, author, published_at, file_hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
const LIST_LATEST: &str = "SELECT name, version, text, origin, reason, author, published_at, file_hash
    FROM flow_editions e WHERE version = (SELECT max(o.version) FROM flow_editions o WHERE o.name = e.name)
    ORDER BY name";
const FIND_LATEST: &str = "SELECT name, version, text, origin, reason, author, published_at, file_hash
    FROM flow_editions WHERE name = $1 ORDER BY version DESC LIMIT 1";
const FIND_EDITION: &str = "SELECT name, version, text, origin, reason, author, published_at, file_hash
    FROM flow_editions WHERE name = $1 AND version = $2";
const LIST_IMPRINTS: &str = "SELECT name, version, origin, reason, author, published_at
    FROM flow_editions WHERE name = $1 ORDER BY version DESC";
const LIST_VERSIONS: &str = "SELECT name, max(version) FROM flow_editions GROUP BY name ORDER BY name";
const SETTLE_FILE: &str = "UPDATE flow_editions SET file_hash = $3 WHERE name = $1 AND version = $2";

const SAVE_DRAFT: &str = "INSERT INTO flow_drafts (name, base_version, text, author, updated_at, sequence)
    VALUES ($1, $2, $3, $4, $5, 1)
    ON CONFLICT (name) DO UPDATE SET
        base_version = CASE WHEN flow_drafts.text IS NULL THEN excluded.base_version ELSE flow_drafts.base_version END,
        text = excluded.text, author = excluded.author, updated_at = excluded.updated_at,
        sequence = flow_drafts.sequence + 1
    WHERE flow_drafts.sequence = $6";
const CLOSE_DRAFT: &str = "UPDATE flow_drafts SET text = NULL, updated_at = $3, sequence = sequence + 1
    WHERE name = $1 AND sequence = $2 AND text IS NOT NULL";
const FIND_DRAFT: &str = "SELECT name, base_version, text, author, updated_at, sequence
    FROM flow_drafts WHERE name = $1";
const LIST_DRAFTS: &str = "SELECT name, base_version, text, author, updated_at, sequence
    FROM flow_drafts WHERE text IS NOT NULL ORDER BY name";

/// Every statement, for the test that prepares them on both engines.
pub const STATEMENTS: &[&str] = &[
    INSERT_EDITION,
    LIST_LATEST,
    FIND_LATEST,
    FIND_EDITION,
    LIST_IMPRINTS,
    LIST_VERSIONS,
    SETTLE_FILE,
    SAVE_DRAFT,
    CLOSE_DRAFT,
    FIND_DRAFT,
    LIST_DRAFTS,
];

crate::row! {
    struct ImprintRow {
        name: String,
        version: i64,
        origin: Text<Origin>,
        reason: String,
        author: String,
        published_at: Instant,
    }
}

impl From<ImprintRow> for Imprint {
    fn from(row: ImprintRow) -> Self {
        let ImprintRow { name, version, origin, reason, author, published_at } = row;
        Self { name, version, origin: origin.0, reason, author, published_at }
    }
}

crate::row! {
    struct EditionRow {
        #[sqlx(flatten)]
        imprint: ImprintRow,
        text: String,
        file_hash: Vec<u8>,
    }
}

impl From<EditionRow> for Kept {
    fn from(row: EditionRow) -> Self {
        Self { imprint: row.imprint.into(), text: row.text, file_hash: row.file_hash }
    }
}

crate::row! {
    struct DraftRow {
        name: String,
        base_version: i64,
        text: Option<String>,
        author: String,
        updated_at: Instant,
        sequence: i64,
    }
}

impl DraftRow {
    fn draft(self) -> Option<Draft> {
        let Self { name, base_version: base, text, author, updated_at, sequence } = self;
        Some(Draft { name, base, text: text?, author, updated_at, sequence })
    }
}

/// `Taken` where this version is there already.
pub async fn insert_edition(tx: &mut Tx, edition: &Kept) -> Result<(), DbError> {
    let Kept { imprint: Imprint { name, version, origin, reason, author, published_at }, text, file_hash } = edition;
    let values = args![*name, *version, *text, Text(*origin), *reason, *author, *published_at, *file_hash];
    tx.run(INSERT_EDITION, values).await?;
    Ok(())
}

/// What is published of each flow, by name.
pub async fn list_latest(mut from: impl Read) -> Result<Vec<Kept>, DbError> {
    Ok(from.all::<EditionRow>(LIST_LATEST, args![]).await?.into_iter().map(Kept::from).collect())
}

pub async fn find_latest(mut from: impl Read, name: &str) -> Result<Option<Kept>, DbError> {
    Ok(from.first::<EditionRow>(FIND_LATEST, args![name.to_owned()]).await?.map(Kept::from))
}

pub async fn find_edition(mut from: impl Read, name: &str, version: i64) -> Result<Option<Kept>, DbError> {
    Ok(from.first::<EditionRow>(FIND_EDITION, args![name.to_owned(), version]).await?.map(Kept::from))
}

/// Of all editions of a flow, the newest first.
pub async fn list_imprints(mut from: impl Read, name: &str) -> Result<Vec<Imprint>, DbError> {
    Ok(from.all::<ImprintRow>(LIST_IMPRINTS, args![name.to_owned()]).await?.into_iter().map(Imprint::from).collect())
}

/// Each flow and the version that is published.
pub async fn list_versions(mut from: impl Read) -> Result<Vec<(String, i64)>, DbError> {
    from.all(LIST_VERSIONS, args![]).await
}

/// From now on the edition takes account of this file.
pub async fn settle_file(tx: &mut Tx, (name, version): (&str, i64), file_hash: Vec<u8>) -> Result<(), DbError> {
    tx.run(SETTLE_FILE, args![name.to_owned(), version, file_hash]).await?;
    Ok(())
}

/// Saves a draft over the one with this sequence (0 where there never was one); false where somebody else was faster.
pub async fn save_draft(tx: &mut Tx, draft: &Draft) -> Result<bool, DbError> {
    let Draft { name, base, text, author, updated_at, sequence } = draft;
    Ok(tx.run(SAVE_DRAFT, args![*name, *base, *text, *author, *updated_at, *sequence]).await? == 1)
}

/// False where it is another draft by now, or none.
pub async fn close_draft(tx: &mut Tx, (name, sequence): (&str, i64), now: Instant) -> Result<bool, DbError> {
    Ok(tx.run(CLOSE_DRAFT, args![name.to_owned(), sequence, now]).await? == 1)
}

/// The draft of a flow, if there is one, and the sequence that the next change is made upon.
pub async fn find_draft(mut from: impl Read, name: &str) -> Result<(Option<Draft>, i64), DbError> {
    let row = from.first::<DraftRow>(FIND_DRAFT, args![name.to_owned()]).await?;
    let sequence = row.as_ref().map_or(0, |row| row.sequence);
    Ok((row.and_then(DraftRow::draft), sequence))
}

pub async fn list_drafts(mut from: impl Read) -> Result<Vec<Draft>, DbError> {
    Ok(from.all::<DraftRow>(LIST_DRAFTS, args![]).await?.into_iter().filter_map(DraftRow::draft).collect())
}
