//! Messages that callers left: who may hear them, and that they go again, here and at the provider.
//!
//! Recording is the provider's (`turn`). Rule: a deleted message keeps the sealed address of its sound until the provider
//! has deleted the sound, so that no failure loses the wish.

use chrono::TimeDelta;

use crate::db::DbError;
use crate::desk::Desk;
use crate::kernel::id::VoicemailId;
use crate::kernel::{Instant, Span};
use crate::people::{self, Actor};
use crate::vault::Place;

use super::call::{Voicemail, VoicemailState};
use super::provider::Recorded;
use super::provider::twilio::{Account, RestError, Sound};
use super::store::KeptVoicemail;
use super::{CallsError, Dialect, store};

/// A message as staff see it.
#[derive(Clone, Debug)]
pub struct OpenedVoicemail {
    pub voicemail: Voicemail,
    /// Whether there is a sound that can be fetched: a test call has none.
    pub has_sound: bool,
}

/// Sounds deleted at the provider in one round.
const BATCH: i64 = 50;

/// Messages recorded in the window that the actor may see: new ones first, then the latest.
pub async fn list_voicemails(desk: &Desk, actor: &Actor, window: Span) -> Result<Vec<OpenedVoicemail>, DbError> {
    let office = (actor.role != people::Role::Administrator).then_some(actor.office);
    let kept = store::list_voicemails(&desk.db, window, office).await?;
    Ok(kept.into_iter().map(|kept| open(desk, kept)).collect())
}

pub async fn load_voicemail(desk: &Desk, actor: &Actor, id: VoicemailId) -> Result<OpenedVoicemail, CallsError> {
    Ok(open(desk, load(desk, actor, id).await?))
}

/// The sound of a message as MP3, from the provider. Who listened when is recorded.
pub async fn play_voicemail(desk: &Desk, now: Instant, actor: &Actor, id: VoicemailId) -> Result<Vec<u8>, CallsError> {
    let kept = load(desk, actor, id).await?;
    if kept.voicemail.state == VoicemailState::Deleted {
        return Err(CallsError::DeletedAlready);
    }
    let account = Account::of(&desk.config.telephony.twilio).ok_or(CallsError::NoSound)?;
    let sound = find_sound(desk, &account, &kept).ok_or(CallsError::NoSound)?;
    let bytes = account.fetch(&sound).await.map_err(|error| match error {
        RestError::Gone => CallsError::NoSound,
        RestError::NotNow(why) => CallsError::SoundAway(why),
    })?;
    let mut tx = desk.db.begin().await?;
    people::record(&mut tx, now, actor, "listen_to_voicemail", (&id, &kept.voicemail.office)).await?;
    tx.commit().await?;
    Ok(bytes)
}

/// Somebody has seen to a message. Said again, nothing changes.
pub async fn mark_heard(desk: &Desk, now: Instant, actor: &Actor, id: VoicemailId) -> Result<(), CallsError> {
    let voicemail = load(desk, actor, id).await?.voicemail;
    match voicemail.state {
        VoicemailState::New => {}
        VoicemailState::Heard => return Ok(()),
        VoicemailState::Deleted => return Err(CallsError::DeletedAlready),
    }
    let mut tx = desk.db.begin().await?;
    store::hear_voicemail(&mut tx, id, now).await?;
    people::record(&mut tx, now, actor, "mark_voicemail_heard", (&id, &voicemail.office)).await?;
    Ok(tx.commit().await?)
}

/// From now on nobody hears it; the next round deletes the sound at the provider.
pub async fn delete_voicemail(desk: &Desk, now: Instant, actor: &Actor, id: VoicemailId) -> Result<(), CallsError> {
    let voicemail = load(desk, actor, id).await?.voicemail;
    let mut tx = desk.db.begin().await?;
    if !store::delete_voicemail(&mut tx, id, now).await? {
        return Err(CallsError::DeletedAlready);
    }
    people::record(&mut tx, now, actor, "delete_voicemail", (&id, &voicemail.office)).await?;
    Ok(tx.commit().await?)
}

/// Deletes messages whose time is over. Called by rounds; says how many.
pub async fn forget_voicemails(desk: &Desk, now: Instant) -> Result<u64, DbError> {
    let before = now - TimeDelta::hours(desk.config.retention.callback_hours.0);
    let mut tx = desk.db.begin().await?;
    let forgotten = store::forget_voicemails(&mut tx, before, now).await?;
    tx.commit().await?;
    Ok(forgotten)
}

/// Deletes at the provider what was deleted here, and then forgets where it was. Called by rounds; says how many.
pub async fn erase_sounds(desk: &Desk, now: Instant) -> Result<u64, DbError> {
    let mut erased = 0;
    for kept in store::list_unerased(&desk.db, BATCH).await? {
        let id = kept.voicemail.id;
        let result = erase(desk, &kept).await;
        let mut tx = desk.db.begin().await?;
        match result {
            Ok(()) => {
                store::empty_sound(&mut tx, id).await?;
                erased += 1;
            }
            Err(error) => {
                tracing::warn!(voicemail = %id, %error, "a message could not be deleted at the provider, next round again");
                store::postpone_erasing(&mut tx, id, now).await?;
            }
        }
        tx.commit().await?;
    }
    Ok(erased)
}

async fn erase(desk: &Desk, kept: &KeptVoicemail) -> Result<(), RestError> {
    if kept.provider != Dialect::Twilio.name() {
        return Ok(());
    }
    let no_account = || RestError::NotNow("telephony.twilio.account_sid is missing".into());
    let account = Account::of(&desk.config.telephony.twilio).ok_or_else(no_account)?;
    match find_sound(desk, &account, kept) {
        Some(sound) => account.delete(&sound).await,
        None => {
            tracing::warn!(voicemail = %kept.voicemail.id, "its sound is not in the configured account: not deleted there");
            Ok(())
        }
    }
}

async fn load(desk: &Desk, actor: &Actor, id: VoicemailId) -> Result<KeptVoicemail, CallsError> {
    let kept = store::find_voicemail(&desk.db, id).await?;
    kept.filter(|kept| actor.may_see(&kept.voicemail.office)).ok_or(CallsError::NoSuchVoicemail)
}

fn open(desk: &Desk, kept: KeptVoicemail) -> OpenedVoicemail {
    let account = Account::of(&desk.config.telephony.twilio);
    let has_sound = account.is_some_and(|account| find_sound(desk, &account, &kept).is_some());
    OpenedVoicemail { voicemail: kept.voicemail, has_sound }
}

/// Only what came by the provider's signed webhook is looked for there: the test telephone may say what it likes.
fn find_sound(desk: &Desk, account: &Account<'_>, kept: &KeptVoicemail) -> Option<Sound> {
    let sealed = kept.sound.as_ref().filter(|_| kept.provider == Dialect::Twilio.name())?;
    let recorded: Recorded = desk.vault.open_json(sound_of(&kept.voicemail.id), sealed).ok()?;
    account.find_sound(&recorded)
}

pub fn sound_of(voicemail: &VoicemailId) -> Place<'_> {
    Place { column: "voicemails.sound", record: voicemail }
}
