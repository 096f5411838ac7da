//! Calls that the duty card has answered, brought in afterwards from the provider's log.
//!
//! They are recorded like others: with whom they rang, how that ended and how the call ended. Rule: a call that is known
//! is left as it is, so that bringing in twice changes nothing.

use std::collections::BTreeMap;

use chrono::TimeDelta;

use crate::db::DbError;
use crate::desk::Desk;
use crate::kernel::id::{AttemptId, CallId, OfficerId};
use crate::kernel::{Instant, Phone, Span};
use crate::people;
use crate::shifts::{self, Hotline};

use super::call::{Attempt, Call, CallState, Ending, Outcome};
use super::provider::twilio::{Account, RestError};
use super::provider::{LegStatus, PastLeg, Step};
use super::store::{self, Announced, ToldStep};
use super::{CallsError, Dialect, caller_hash, turn};

/// After so long without a sign the program was away.
const AWAY: TimeDelta = TimeDelta::seconds(90);

#[derive(Debug, thiserror::Error)]
pub enum NotBroughtIn {
    #[error("the provider's account is not configured (telephony.twilio.account_sid)")]
    NoAccount,
    #[error("the provider's log cannot be read: {0}")]
    Log(#[from] RestError),
    #[error(transparent)]
    Calls(#[from] CallsError),
}

impl From<DbError> for NotBroughtIn {
    fn from(error: DbError) -> Self {
        Self::Calls(error.into())
    }
}

/// What became of the calls of a span.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BroughtIn {
    pub recorded: u64,
    /// Still in progress: to be brought in later.
    pub under_way: u64,
}

/// Notes that the program is alive, and brings in what happened while it was not. Called by rounds; says how many calls.
pub async fn watch(desk: &Desk, now: Instant) -> Result<u64, NotBroughtIn> {
    let mut tx = desk.db.begin().await?;
    store::beat(&mut tx, now, AWAY).await?;
    tx.commit().await?;
    let Some(outage) = store::find_owed(&desk.db).await? else { return Ok(0) };
    let brought_in = match bring_in(desk, outage).await {
        // Without an account there is no log to read.
        Err(NotBroughtIn::NoAccount) => BroughtIn::default(),
        result => result?,
    };
    if brought_in.under_way == 0 {
        let mut tx = desk.db.begin().await?;
        store::settle(&mut tx, outage).await?;
        tx.commit().await?;
    }
    Ok(brought_in.recorded)
}

/// Records the calls that came within the span and are not known.
pub async fn bring_in(desk: &Desk, span: Span) -> Result<BroughtIn, NotBroughtIn> {
    let account = Account::of(&desk.config.telephony.twilio).ok_or(NotBroughtIn::NoAccount)?;
    let officers: Vec<OfficerId> = people::list_officers(&desk.db, None).await?.iter().map(|it| it.id).collect();
    let numbers = people::list_numbers(&desk.db, &desk.vault, &officers).await?;
    let officers: BTreeMap<Phone, OfficerId> = numbers.into_iter().map(|(id, number)| (number, id)).collect();
    let mut brought_in = BroughtIn::default();
    for hotline in shifts::list_hotlines(&desk.db, None).await? {
        for caller in account.list_callers(&hotline.number, span).await? {
            let known = store::find_by_provider(&desk.db, Dialect::Twilio.name(), caller.leg.as_str()).await?;
            match (known, caller.status.is_over()) {
                (Some(_), _) => {}
                (None, false) => brought_in.under_way += 1,
                (None, true) => {
                    let rung = account.list_rung(&caller.leg).await?;
                    let past = Past { hotline: &hotline, caller, rung, officers: &officers };
                    brought_in.recorded += u64::from(past.record(desk).await?);
                }
            }
        }
    }
    Ok(brought_in)
}

/// A call as the provider's log tells it.
struct Past<'a> {
    hotline: &'a Hotline,
    caller: PastLeg,
    rung: Vec<PastLeg>,
    officers: &'a BTreeMap<Phone, OfficerId>,
}

impl Past<'_> {
    /// False where somebody else has recorded it meanwhile.
    async fn record(&self, desk: &Desk) -> Result<bool, CallsError> {
        let Self { hotline, caller, .. } = self;
        let missing = || CallsError::NoSuchFlow(hotline.name.clone());
        let (flow, place) = turn::beginning(&*desk.flows.published(&hotline.flow).ok_or_else(missing)?);
        let call = Call {
            id: CallId::mint(),
            hotline: hotline.id,
            office: hotline.office,
            state: CallState::Running,
            flow,
            place,
            step: 1,
            started_at: caller.started_at,
        };
        let announced = Announced {
            provider: Dialect::Twilio.name(),
            provider_call: caller.leg.to_string(),
            caller: None,
            caller_hash: caller.caller.as_ref().map(|number| caller_hash(desk, caller.started_at, number)),
        };
        let mut tx = desk.db.begin().await?;
        match store::insert_call(&mut tx, &desk.vault, (&call, None), &announced).await {
            Err(DbError::Taken) => return Ok(false),
            result => result?,
        }
        let reply = Step::hang_up(vec![]);
        let told = ToldStep {
            event: "card".into(),
            reply: &reply,
            flow: call.flow.name.clone(),
            trail: String::new(),
            why: String::new(),
        };
        store::insert_step(&mut tx, &desk.vault, (call.id, 0), told, caller.started_at).await?;
        for (place, leg) in self.rung.iter().enumerate() {
            if let Some(attempt) = self.attempt(call.id, place, leg) {
                store::insert_attempt(&mut tx, &attempt).await?;
                if let Some(at) = attempt.accepted_at {
                    store::accept(&mut tx, attempt.id, at).await?;
                    let over = leg.over_at();
                    store::end_accepted(&mut tx, attempt.id, (over, over)).await?;
                }
            }
        }
        store::end(&mut tx, call.id, self.ending(), caller.over_at()).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// None for a fixed number.
    fn attempt(&self, call: CallId, place: usize, leg: &PastLeg) -> Option<Attempt> {
        let officer = *self.officers.get(leg.called.as_ref()?)?;
        let talked = leg.has_talked();
        Some(Attempt {
            id: AttemptId::mint(),
            call,
            officer,
            tier: 1,
            why: format!("Dienstkarte, Platz {}", place + 1),
            outcome: if talked { Outcome::Ringing } else { outcome(leg.status) },
            rang_at: leg.started_at,
            accepted_at: talked.then(|| leg.over_at() - TimeDelta::seconds(leg.seconds)),
            ended_at: (!talked).then(|| leg.over_at()),
            helper: None,
            is_plain: true,
        })
    }

    fn ending(&self) -> Ending {
        let talked = self.rung.iter().find(|leg| leg.has_talked());
        match talked.map(|leg| leg.called.as_ref().is_some_and(|number| self.officers.contains_key(number))) {
            Some(true) => Ending::Person,
            Some(false) => Ending::Transferred,
            // Who was still there when the last telephone had rung has heard the ending.
            None if self.rung.iter().all(|leg| leg.over_at() < self.caller.over_at()) => Ending::Announcement,
            None => Ending::CallerGone,
        }
    }
}

impl PastLeg {
    fn over_at(&self) -> Instant {
        self.ended_at.unwrap_or(self.started_at)
    }

    fn has_talked(&self) -> bool {
        self.status == LegStatus::Completed && self.seconds > 0
    }
}

fn outcome(status: LegStatus) -> Outcome {
    match status {
        LegStatus::Busy => Outcome::Busy,
        LegStatus::Failed => Outcome::Failed,
        LegStatus::Canceled => Outcome::CallerGone,
        LegStatus::Completed
        | LegStatus::NoAnswer
        | LegStatus::Queued
        | LegStatus::Initiated
        | LegStatus::Ringing
        | LegStatus::InProgress => Outcome::NoAnswer,
    }
}
