//! The duty card (Dienstkarte): per hotline a document that works without this program, for the provider's fallback.
//!
//! It says that there is a fault and that this is no emergency line, rings who is on duty, and at last fixed numbers. No
//! provider's dialect can ask a document for the time of day, so a card holds for one duty stretch and is made anew at
//! its end. Rule: officers stand on it only for that stretch, and no citizen's data ever does.

mod delivery;
mod door;
mod sftp;

use std::collections::BTreeSet;

use chrono::TimeDelta;

use crate::db::DbError;
use crate::desk::{DeliveredCard, Desk, KeptCard};
use crate::flows::Speech;
use crate::kernel::id::{HotlineId, OfficerId};
use crate::kernel::{Instant, Language, Phone, Span};
use crate::people::{self, Absence};
use crate::shifts::{self, Hotline, OnDuty, Rota};
use crate::web;

use super::Dialect;
use super::provider::Standing;
use super::provider::twilio::{self, Reading};

pub use delivery::{Checked, recall_cards, verify_card};
pub use door::{Standby, standby_webhooks};

/// The dialects whose provider takes a document in advance.
const DIALECTS: [Dialect; 1] = [Dialect::Twilio];
/// How long a card may be used; fixed numbers change seldom.
const VALID: TimeDelta = TimeDelta::days(14);
/// A card that stays as it is is still made anew so often, so that its validity is always long.
const RENEWED: TimeDelta = TimeDelta::hours(12);
/// How far the next change of duty is looked for.
const AHEAD: TimeDelta = TimeDelta::days(1);
/// So many officers stand on a card at most, and so many fixed numbers: ten ring before the ending is heard.
const MOST: usize = 5;

/// What stands on a card, in no dialect yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DutyCard {
    pub hotline: HotlineId,
    pub name: String,
    /// The hotline's number, which the rung telephones show.
    pub number: Phone,
    pub languages: Vec<Language>,
    /// Telephones of those on duty, in the order in which they are rung.
    pub officers: Vec<Phone>,
    pub officers_until: Instant,
    /// Rung after them.
    pub fixed: Vec<Phone>,
    pub ring_seconds: u32,
}

impl DutyCard {
    /// The card without officers.
    fn bare(&self) -> Self {
        Self { officers: vec![], ..self.clone() }
    }

    fn standing(&self) -> Standing {
        let numbers: Vec<Phone> = self.officers.iter().chain(&self.fixed).cloned().collect();
        let mut say = self.spoken("duty-card-greeting");
        if !numbers.is_empty() {
            say.extend(self.spoken("duty-card-connecting"));
        }
        let (caller_id, seconds) = (self.number.clone(), self.ring_seconds);
        Standing { say, numbers, caller_id, seconds, ending: self.spoken("duty-card-ending") }
    }

    fn spoken(&self, key: &str) -> Vec<Speech> {
        let values = [("hotline", self.name.as_str())];
        self.languages.iter().map(|it| Speech::new(web::text_with(*it, key, &values), *it)).collect()
    }

    /// In the words of a provider.
    pub fn document(&self, dialect: Dialect) -> String {
        match dialect {
            Dialect::Twilio => twilio::standing(&self.standing(), &Reading::default()),
            Dialect::Simulated => serde_json::json!({ "card": self.standing() }).to_string(),
        }
    }

    /// What the file says of itself: no caller hears it.
    fn remark(&self, made_at: Instant) -> String {
        format!(
            "duty card; hotline {}; number {}; made {}; officers until {}; valid until {}",
            self.hotline,
            self.number.as_str(),
            made_at.rfc3339(),
            self.officers_until.rfc3339(),
            (made_at + VALID).rfc3339()
        )
    }

    fn file(&self, dialect: Dialect, made_at: Instant) -> String {
        twilio::remarked(&self.document(dialect), &self.remark(made_at))
    }
}

/// The card of each hotline in operation, as it holds now.
pub async fn draw_cards(desk: &Desk, now: Instant) -> Result<Vec<DutyCard>, DbError> {
    let facts = Facts::load(desk, now).await?;
    let mut cards = Vec::new();
    for hotline in shifts::list_hotlines(&desk.db, None).await? {
        // One that went out of operation gets a last card, without officers.
        let was_there = !desk.cards.list_of(hotline.id).is_empty();
        if hotline.active || was_there {
            cards.push(facts.card(desk, &hotline).await?);
        }
    }
    Ok(cards)
}

/// Draws all cards up and writes those that changed, that could not be written before, or that are half a day old.
/// Called by rounds; says how many were written.
pub async fn renew_cards(desk: &Desk, now: Instant) -> Result<u64, DbError> {
    let _alone = desk.cards.renewing.lock().await;
    let mut written = 0;
    for card in draw_cards(desk, now).await? {
        for dialect in DIALECTS {
            written += u64::from(renew(desk, now, &card, dialect).await);
        }
    }
    Ok(written)
}

async fn renew(desk: &Desk, now: Instant, card: &DutyCard, dialect: Dialect) -> bool {
    let key = (card.hotline, dialect.name());
    let before = desk.cards.find(key);
    let mut kept = KeptCard {
        number: card.number.clone(),
        document: card.document(dialect),
        bare: card.bare().document(dialect),
        officers_until: card.officers_until,
        delivered: before.as_ref().and_then(|before| before.delivered.clone()),
        fault: before.as_ref().and_then(|before| before.fault.clone()),
    };
    let same = before.is_some_and(|before| before.document == kept.document && before.fault.is_none());
    let holds = |it: &DeliveredCard| {
        let foreseen = now < it.officers_until && it.officers_until <= kept.officers_until;
        foreseen && now - it.made_at < RENEWED
    };
    let due = delivery::is_configured(desk) && !(same && kept.delivered.as_ref().is_some_and(holds));
    if due {
        let file = card.file(dialect, now);
        let earlier = kept.delivered.as_ref().map(|delivered| delivered.file.as_str());
        match delivery::deliver(desk, &delivery::name(&desk.vault, card.hotline, dialect), &file, earlier).await {
            Ok(()) => {
                kept.delivered = Some(DeliveredCard { file, made_at: now, officers_until: card.officers_until });
                kept.fault = None;
            }
            Err(error) => {
                tracing::error!(hotline = %card.hotline, %error, "a duty card could not be written");
                kept.fault = Some(error.to_string());
            }
        }
    }
    let written = due && kept.fault.is_none();
    desk.cards.keep(key, kept);
    written
}

/// What the cards of all hotlines share.
struct Facts {
    now: Instant,
    window: Span,
    absences: Vec<Absence>,
    retired: BTreeSet<OfficerId>,
}

impl Facts {
    async fn load(desk: &Desk, now: Instant) -> Result<Self, DbError> {
        let window = Span { start: now, end: now + AHEAD };
        let absences = people::list_absences(&desk.db, window).await?;
        Ok(Self { now, window, absences, retired: people::list_retired(&desk.db).await? })
    }

    async fn card(&self, desk: &Desk, hotline: &Hotline) -> Result<DutyCard, DbError> {
        let (officers, officers_until) = match hotline.active {
            true => self.on_duty(desk, hotline.id).await?,
            false => (vec![], self.window.end),
        };
        let mut telephones = Vec::new();
        for officer in officers.into_iter().take(MOST) {
            telephones.extend(people::contact_of(&desk.db, &desk.vault, officer).await?.0);
        }
        let edition = desk.flows.published(&hotline.flow);
        let fixed = desk.config.telephony.duty_card.numbers.iter().take(MOST);
        Ok(DutyCard {
            hotline: hotline.id,
            name: hotline.name.clone(),
            number: hotline.number.clone(),
            languages: edition.map_or_else(|| vec![Language::De, Language::En], |it| it.flow.languages.clone()),
            officers: telephones,
            officers_until,
            fixed: fixed.map(|number| number.0.clone()).collect(),
            ring_seconds: u32::try_from(hotline.ring_seconds).unwrap_or(20),
        })
    }

    /// Who is on duty and can be reached, and how long just they are. Nobody where the hotline is closed by hand.
    async fn on_duty(&self, desk: &Desk, hotline: HotlineId) -> Result<(Vec<OfficerId>, Instant), DbError> {
        let shifts = shifts::list_shifts(&desk.db, hotline, self.window).await?;
        let absences = self.absences.iter().filter(|it| shifts.iter().any(|shift| shift.officer == it.officer));
        let rota = Rota { absences: absences.cloned().collect(), shifts, retired: self.retired.clone() };
        let failed = shifts::list_unreachable(&desk.db, hotline, self.now).await?;
        let reachable = |on: &&OnDuty| !failed.contains_key(&on.shift);
        let officers = |on: &[OnDuty]| on.iter().filter(reachable).map(|on| on.officer).collect::<Vec<_>>();
        let on_now = officers(&rota.on_duty(self.now).on);
        let changes = rota.changes(self.window);
        let other = changes.iter().find(|(_, duty)| officers(&duty.on) != on_now).map(|(span, _)| span.start);
        let closures = shifts::list_closures(&desk.db, hotline, self.window).await?;
        let bounds = closures.iter().flat_map(|closure| [closure.span.start, closure.span.end]).chain(other);
        let until = bounds.filter(|at| *at > self.now).min().unwrap_or(self.window.end).min(self.window.end);
        let closed = closures.iter().any(|closure| closure.covers(self.now));
        Ok((if closed { vec![] } else { on_now }, until))
    }
}

/// The name of a hotline's card in the folder and below the address: it cannot be guessed, since it is kept where a
/// provider can read it.
pub fn card_name(desk: &Desk, card: &DutyCard, dialect: Dialect) -> String {
    delivery::name(&desk.vault, card.hotline, dialect)
}
