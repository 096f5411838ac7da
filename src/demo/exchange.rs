//! A telephone network that plays a whole call to the product, as the test telephone does by hand: it rings, waits,
//! picks up and presses keys. Rule: it only does what a provider's webhooks could tell; every decision is the product's.

use chrono::TimeDelta;

use crate::calls::provider::{DialOutcome, Dialled, Inbound, LegId, LegStatus, Ring, Step, Then};
use crate::calls::{self, CallsError, Dialect};
use crate::desk::Desk;
use crate::kernel::id::AttemptId;
use crate::kernel::{Instant, Phone};

/// How a call goes.
pub struct Script {
    pub at: Instant,
    /// None: withheld.
    pub caller: Option<Phone>,
    /// What is pressed at each question; an empty text, and whatever is missing, is silence.
    pub keys: Vec<&'static str>,
    /// What each officer who is rung does; whoever is missing does not pick up.
    pub officers: Vec<Answer>,
    pub end: End,
}

/// What an officer does when the telephone rings.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Presses 1 and talks for so many minutes.
    Accepts(i64),
    Declines,
    /// The mailbox picks up and presses nothing.
    Mailbox,
    DoesNotPickUp,
    Busy,
    Unreachable,
    NoSuchNumber,
}

/// Who ends the call.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The product, or both after their talk.
    Whole,
    /// The caller, instead of an answer to the product's n-th step, counted from 0.
    HangsUp(usize),
    /// Nobody: from the n-th step on no webhook comes any more.
    Lost(usize),
}

/// The SIP answer "not found" (RFC 3261 § 21.4.5).
const NOT_FOUND: u16 = 404;

/// Plays the call and says when it was over.
pub async fn play(desk: &Desk, called: &Phone, script: &Script) -> Result<Instant, CallsError> {
    let mut line = Line { desk, called, script, now: script.at, rung: 0, asked: 0 };
    let mut step = calls::incoming(desk, line.now, Dialect::Simulated, &line.report()).await?;
    for turn in 0.. {
        match script.end {
            End::HangsUp(at) if at == turn => {
                line.wait(7);
                break;
            }
            End::Lost(at) if at == turn => return Ok(line.now),
            End::Whole | End::HangsUp(_) | End::Lost(_) => {}
        }
        step = match &step.then {
            Then::Ask(ask) => line.answer(&ask.action).await?,
            Then::Ring(ring) => line.ring(ring).await?,
            Then::Transfer(transfer) => line.go_on(&transfer.action, &line.unanswered()).await?,
            Then::Record(record) => line.go_on(&record.action, &line.report()).await?,
            Then::Redirect { .. } | Then::Pause { .. } | Then::Bridge | Then::Room(_) | Then::HangUp => break,
        };
    }
    let over = Inbound { status: Some(LegStatus::Completed), ..line.report() };
    calls::call_changed(desk, line.now, Dialect::Simulated, &over).await?;
    Ok(line.now)
}

/// The caller's leg while it is played.
struct Line<'a> {
    desk: &'a Desk,
    called: &'a Phone,
    script: &'a Script,
    now: Instant,
    /// How many officers were rung.
    rung: usize,
    /// How many questions were asked.
    asked: usize,
}

impl Line<'_> {
    fn wait(&mut self, seconds: i64) {
        self.now = self.now + TimeDelta::seconds(seconds);
    }

    /// What a webhook of the caller's leg says, if nothing happened.
    fn report(&self) -> Inbound {
        Inbound {
            leg: leg(&format!("demo-{}-{}", self.called.as_str(), self.script.at.0)),
            parent: None,
            caller: self.script.caller.clone(),
            called: Some(self.called.clone()),
            status: None,
            keys: String::new(),
            dialled: None,
            recording: None,
            sequence: None,
            seconds: None,
            sip_code: None,
        }
    }

    /// Nobody answers outside.
    fn unanswered(&self) -> Inbound {
        let dialled = Dialled { outcome: DialOutcome::NoAnswer, bridged: Some(false), leg: None, seconds: None };
        Inbound { dialled: Some(dialled), ..self.report() }
    }

    /// Listens, and presses the next key or none.
    async fn answer(&mut self, action: &str) -> Result<Step, CallsError> {
        let keys = self.script.keys.get(self.asked).copied().unwrap_or_default();
        self.asked += 1;
        self.wait(if keys.is_empty() { 14 } else { 9 });
        let inbound = Inbound { keys: keys.to_owned(), ..self.report() };
        self.go_on(action, &inbound).await
    }

    /// Rings officers, of whom the first does something, and tells how it ended.
    async fn ring(&mut self, ring: &Ring) -> Result<Step, CallsError> {
        let officer = self.script.officers.get(self.rung).copied().unwrap_or(Answer::DoesNotPickUp);
        self.rung += 1;
        let dialled = match officer {
            Answer::Accepts(minutes) => {
                self.pick_up(ring, "1").await?;
                self.wait(minutes * 60);
                DialOutcome::Completed
            }
            Answer::Declines => {
                self.pick_up(ring, "2").await?;
                DialOutcome::Completed
            }
            Answer::Mailbox => {
                self.pick_up(ring, "").await?;
                DialOutcome::Completed
            }
            Answer::DoesNotPickUp => {
                self.wait(i64::from(ring.seconds));
                DialOutcome::NoAnswer
            }
            Answer::Busy => {
                self.wait(2);
                DialOutcome::Busy
            }
            Answer::Unreachable | Answer::NoSuchNumber => {
                self.wait(3);
                DialOutcome::Failed
            }
        };
        let bridged = matches!(officer, Answer::Accepts(_));
        let leg = leg(&format!("demo-{}-{}-{}", self.called.as_str(), self.script.at.0, self.rung));
        let dialled = Dialled { outcome: dialled, bridged: Some(bridged), leg: Some(leg), seconds: None };
        let sip_code = (officer == Answer::NoSuchNumber).then_some(NOT_FOUND);
        let inbound = Inbound { dialled: Some(dialled), sip_code, ..self.report() };
        self.go_on(&ring.action, &inbound).await
    }

    /// The officer's leg: hears what it is about and presses a key.
    async fn pick_up(&mut self, ring: &Ring, key: &str) -> Result<(), CallsError> {
        self.wait(8);
        let telephone = ring.telephones.first().ok_or(CallsError::NoSuchCall)?;
        let screen = telephone.screen_url.as_deref().ok_or(CallsError::NoSuchCall)?;
        let attempt: AttemptId = last(screen).ok_or(CallsError::NoSuchCall)?;
        calls::screen(self.desk, Dialect::Simulated, attempt).await?;
        self.wait(5);
        calls::answer_screen(self.desk, self.now, attempt, key).await?;
        Ok(())
    }

    async fn go_on(&self, action: &str, inbound: &Inbound) -> Result<Step, CallsError> {
        let (before, step) = action.rsplit_once('/').ok_or(CallsError::NoSuchCall)?;
        let place = last(before).zip(step.parse().ok()).ok_or(CallsError::NoSuchCall)?;
        calls::advance(self.desk, self.now, Dialect::Simulated, place, inbound).await
    }
}

/// What the last segment of an address names.
fn last<T: std::str::FromStr>(address: &str) -> Option<T> {
    address.rsplit('/').next()?.parse().ok()
}

#[allow(clippy::expect_used, reason = "names of legs are made here, of digits and letters")]
fn leg(name: &str) -> LegId {
    LegId::parse(name).expect("a leg's name is short and plain")
}
