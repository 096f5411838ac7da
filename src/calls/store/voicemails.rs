//! The SQL of messages that callers left, and of the sounds that a provider still keeps.

use crate::args;
use crate::calls::call::{Voicemail, VoicemailState};
use crate::db::{DbError, Read, Text, Tx};
use crate::kernel::id::{CallId, HotlineId, VoicemailId};
use crate::kernel::{Instant, Language, Span};
use crate::offices::OfficeId;

const INSERT_VOICEMAIL: &str = "INSERT INTO voicemails
        (id, call_id, hotline_id, office_id, topic, language, seconds, sound, state, recorded_at, changed_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'new', $9, $9)";
const FIND_VOICEMAIL: &str =
    "SELECT v.id, v.call_id, v.hotline_id, v.office_id, v.topic, v.language, v.seconds, v.state,
        v.recorded_at, v.sound, c.provider
    FROM voicemails v JOIN calls c ON c.id = v.call_id WHERE v.id = $1";
const LIST_VOICEMAILS: &str =
    "SELECT v.id, v.call_id, v.hotline_id, v.office_id, v.topic, v.language, v.seconds, v.state,
        v.recorded_at, v.sound, c.provider
    FROM voicemails v JOIN calls c ON c.id = v.call_id
    WHERE v.recorded_at >= $1 AND v.recorded_at < $2 AND ($3 = '' OR v.office_id = $3)
    ORDER BY CASE v.state WHEN 'new' THEN 0 ELSE 1 END, v.recorded_at DESC, v.id DESC";
const HEAR_VOICEMAIL: &str = "UPDATE voicemails SET state = 'heard', changed_at = $2 WHERE id = $1 AND state = 'new'";
const DELETE_VOICEMAIL: &str = "UPDATE voicemails SET state = 'deleted', changed_at = $2
    WHERE id = $1 AND state <> 'deleted'";
const FORGET_VOICEMAILS: &str = "UPDATE voicemails SET state = 'deleted', changed_at = $2
    WHERE recorded_at < $1 AND state <> 'deleted'";
// What the provider still keeps; whatever could not be deleted comes last the next time.
const LIST_UNERASED: &str =
    "SELECT v.id, v.call_id, v.hotline_id, v.office_id, v.topic, v.language, v.seconds, v.state,
        v.recorded_at, v.sound, c.provider
    FROM voicemails v JOIN calls c ON c.id = v.call_id
    WHERE v.state = 'deleted' AND v.sound IS NOT NULL ORDER BY v.changed_at LIMIT $1";
const POSTPONE_ERASING: &str = "UPDATE voicemails SET changed_at = $2 WHERE id = $1";
const EMPTY_SOUND: &str = "UPDATE voicemails SET sound = NULL WHERE id = $1 AND state = 'deleted'";
const FIND_VOICEMAIL_OF: &str = "SELECT id FROM voicemails WHERE call_id = $1";

/// Every statement, for the test that prepares them on both engines.
pub(super) const STATEMENTS: &[&str] = &[
    INSERT_VOICEMAIL,
    FIND_VOICEMAIL_OF,
    FIND_VOICEMAIL,
    LIST_VOICEMAILS,
    HEAR_VOICEMAIL,
    DELETE_VOICEMAIL,
    FORGET_VOICEMAILS,
    LIST_UNERASED,
    POSTPONE_ERASING,
    EMPTY_SOUND,
];

/// Notes a message. A webhook that is told again does not come here again.
pub async fn insert_voicemail(tx: &mut Tx, voicemail: &Voicemail, sound: Vec<u8>) -> Result<(), DbError> {
    let Voicemail { id, call, hotline, office, topic, language, seconds, recorded_at, .. } = voicemail;
    let values =
        args![*id, *call, *hotline, Text(*office), topic.clone(), language.tag(), *seconds, sound, *recorded_at];
    tx.run(INSERT_VOICEMAIL, values).await?;
    Ok(())
}

crate::row! {
    struct VoicemailRow {
        id: VoicemailId,
        call_id: CallId,
        hotline_id: HotlineId,
        office_id: Text<OfficeId>,
        topic: Option<String>,
        language: String,
        seconds: i64,
        state: Text<VoicemailState>,
        recorded_at: Instant,
        sound: Option<Vec<u8>>,
        provider: String,
    }
}

/// A message, with what is known of its sound.
pub struct KeptVoicemail {
    pub voicemail: Voicemail,
    /// Who carried the call, and keeps the sound.
    pub provider: String,
    /// The sound's sealed address, as long as the provider keeps it.
    pub sound: Option<Vec<u8>>,
}

impl From<VoicemailRow> for KeptVoicemail {
    fn from(row: VoicemailRow) -> Self {
        let voicemail = Voicemail {
            id: row.id,
            call: row.call_id,
            hotline: row.hotline_id,
            office: row.office_id.0,
            topic: row.topic,
            language: Language::from_tag(&row.language).unwrap_or_default(),
            seconds: row.seconds,
            state: row.state.0,
            recorded_at: row.recorded_at,
        };
        Self { voicemail, provider: row.provider, sound: row.sound }
    }
}

pub async fn find_voicemail(mut from: impl Read, id: VoicemailId) -> Result<Option<KeptVoicemail>, DbError> {
    Ok(from.first::<VoicemailRow>(FIND_VOICEMAIL, args![id]).await?.map(KeptVoicemail::from))
}

/// Messages recorded in the window, new ones first; of one office, or of all.
pub async fn list_voicemails(
    mut from: impl Read,
    window: Span,
    office: Option<OfficeId>,
) -> Result<Vec<KeptVoicemail>, DbError> {
    let office = office.map(|office| office.to_string()).unwrap_or_default();
    let rows: Vec<VoicemailRow> = from.all(LIST_VOICEMAILS, args![window.start, window.end, office]).await?;
    Ok(rows.into_iter().map(KeptVoicemail::from).collect())
}

/// Changes nothing where it was heard before, or is deleted.
pub async fn hear_voicemail(tx: &mut Tx, id: VoicemailId, now: Instant) -> Result<(), DbError> {
    tx.run(HEAR_VOICEMAIL, args![id, now]).await?;
    Ok(())
}

/// False where it is deleted already.
pub async fn delete_voicemail(tx: &mut Tx, id: VoicemailId, now: Instant) -> Result<bool, DbError> {
    Ok(tx.run(DELETE_VOICEMAIL, args![id, now]).await? == 1)
}

/// Deletes messages recorded before.
pub async fn forget_voicemails(tx: &mut Tx, before: Instant, now: Instant) -> Result<u64, DbError> {
    tx.run(FORGET_VOICEMAILS, args![before, now]).await
}

/// Deleted messages whose sound the provider still keeps.
pub async fn list_unerased(mut from: impl Read, limit: i64) -> Result<Vec<KeptVoicemail>, DbError> {
    let rows: Vec<VoicemailRow> = from.all(LIST_UNERASED, args![limit]).await?;
    Ok(rows.into_iter().map(KeptVoicemail::from).collect())
}

pub async fn postpone_erasing(tx: &mut Tx, id: VoicemailId, now: Instant) -> Result<(), DbError> {
    tx.run(POSTPONE_ERASING, args![id, now]).await?;
    Ok(())
}

/// The provider keeps nothing of a deleted message any more.
pub async fn empty_sound(tx: &mut Tx, id: VoicemailId) -> Result<(), DbError> {
    tx.run(EMPTY_SOUND, args![id]).await?;
    Ok(())
}

pub async fn has_voicemail(mut from: impl Read, call: CallId) -> Result<bool, DbError> {
    let row: Option<(VoicemailId,)> = from.first(FIND_VOICEMAIL_OF, args![call]).await?;
    Ok(row.is_some())
}
