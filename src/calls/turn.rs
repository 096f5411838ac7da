//! One webhook's worth of a call: walk on in the flow, carry out its commands, answer, and keep all of it in one
//! transaction. Rule: the officer is leased and the answer is recorded before the provider hears it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;

use crate::bookings;
use crate::db::{DbError, Read, Tx};
use crate::desk::Desk;
use crate::flows::{Command, Context, Event, Flow, Load, Opening, walk};
use crate::kernel::id::{AttemptId, CallbackId, OfficerId};
use crate::kernel::{Instant, Language, Phone, Span, local};
use crate::offices;
use crate::outbox::{self, Message, Sms};
use crate::people::{self, CommitmentKind};
use crate::shifts::{self, Duty, Hotline};
use crate::vault::Place;
use crate::web;

use super::call::{Attempt, Call, CallState, Callback, CallbackState, Ending, Outcome};
use super::provider::{Ask, DialOutcome, Inbound, Ring, Step, Then};
use super::route::{self, Busy};
use super::store::Announced;
use super::{CallbackPerson, CallsError, Dialect, GRACE, SCREENING, address, store};

pub struct Turn<'a> {
    pub desk: &'a Desk,
    pub now: Instant,
    pub dialect: Dialect,
    pub hotline: &'a Hotline,
    pub flow: &'a Flow,
    pub call: Call,
    pub context: Context,
    pub row: Row,
    pub tx: Tx,
}

/// Whether the call stands in the database yet. A new one is written once, where its first walk ended.
pub enum Row {
    New(Announced),
    Kept,
}

/// From five minutes before a consultation the officer is not rung.
const BEFORE_CONSULTATION: TimeDelta = TimeDelta::minutes(5);

impl Turn<'_> {
    /// Walks on with an event, and answers. `word` is what the call's page says of it.
    pub async fn play(mut self, step: i64, word: String, event: Event) -> Result<Step, CallsError> {
        let mut event = event;
        let mut say = Vec::new();
        let mut ending = Ending::Announcement;
        let then = 'walk: loop {
            let (place, commands) = walk(self.flow, &self.call.place, event, &self.context);
            self.call.place = place;
            for command in commands {
                match command {
                    Command::Say(speech) => say.push(speech),
                    Command::TakeCallback { number } => {
                        self.take_callback(number).await?;
                        ending = Ending::Callback;
                    }
                    Command::Ask { prompts, digits, timeout_seconds, finish_on } => {
                        let action = self.step_address(step + 1);
                        break 'walk Then::Ask(Ask { prompts, digits, finish_on, timeout_seconds, action });
                    }
                    Command::Connect(ringing) => match self.ring(step, i64::from(ringing.ring_seconds)).await? {
                        Some(ring) => break 'walk Then::Ring(ring),
                        None => {
                            event = Event::NobodyLeft;
                            continue 'walk;
                        }
                    },
                    Command::Wait { .. }
                    | Command::FindTimes
                    | Command::Book { .. }
                    | Command::Record { .. }
                    | Command::Transfer { .. }
                    | Command::Jump { .. } => {
                        event = Event::NobodyLeft;
                        continue 'walk;
                    }
                    Command::HangUp => break 'walk Then::HangUp,
                }
            }
            // The walk always ends in a command that waits or hangs up.
            break Then::HangUp;
        };
        self.answer(step, word, Step { say, then }, ending).await
    }

    /// How a ring ended, told on the caller's leg. An accepted call is over; else the next officer is rung.
    pub async fn ring_ended(mut self, step: i64, inbound: &Inbound) -> Result<Step, CallsError> {
        let attempts = store::list_attempts(&mut self.tx, self.call.id).await?;
        let last = attempts.last().map(|attempt| (attempt.id, attempt.outcome));
        let bridged = inbound
            .dialled
            .as_ref()
            .is_some_and(|dialled| dialled.outcome == DialOutcome::Completed && dialled.bridged != Some(false));
        match last {
            Some((_, Outcome::Accepted)) if bridged => {
                return self.answer(step, "talked".into(), Step::hang_up(vec![]), Ending::Person).await;
            }
            Some((attempt, Outcome::Accepted)) => {
                store::fail_accepted(&mut self.tx, attempt, self.now).await?;
                store::run_on(&mut self.tx, self.call.id).await?;
            }
            Some((attempt, Outcome::Ringing)) => {
                store::end_attempt(&mut self.tx, attempt, Outcome::of(inbound), self.now).await?;
            }
            Some(_) | None => {}
        }
        if inbound.caller_is_gone() {
            return self.gone(step).await;
        }
        // Asked again, the place in the flow connects again, and whoever was tried is passed over.
        self.play(step, "rang".into(), Event::Silence).await
    }

    /// The caller has hung up: nobody more is rung.
    pub async fn gone(self, step: i64) -> Result<Step, CallsError> {
        self.answer(step, "hung up".into(), Step::hang_up(vec![]), Ending::CallerGone).await
    }

    /// Keeps place, answer and, if this is the end, the ending; commits; then the provider may hear it.
    async fn answer(mut self, step: i64, word: String, reply: Step, ending: Ending) -> Result<Step, CallsError> {
        self.keep().await?;
        let Self { desk, now, call, tx, .. } = &mut self;
        store::insert_step(tx, &desk.vault, (call.id, step), (word, &reply), *now).await?;
        if reply.then == Then::HangUp {
            store::end(tx, call.id, ending, *now).await?;
            call.state = CallState::Ended;
        }
        self.tx.commit().await?;
        self.desk.outbox_bell.notify_one();
        Ok(reply)
    }

    /// Writes where the caller stands, for a new call together with the call.
    async fn keep(&mut self) -> Result<(), DbError> {
        let Self { desk, call, row, tx, .. } = self;
        if let Row::New(announced) = row {
            store::insert_call(tx, &desk.vault, call, announced).await?;
            *row = Row::Kept;
            return Ok(());
        }
        store::keep_place(tx, &desk.vault, call).await
    }

    /// Leases the next officer and rings them; None where nobody is left or the longest wait is over.
    async fn ring(&mut self, step: i64, ring: i64) -> Result<Option<Ring>, CallsError> {
        self.keep().await?;
        let attempts = store::list_attempts(&mut self.tx, self.call.id).await?;
        let duty = shifts::load_duty(&mut self.tx, self.hotline.id, self.now).await?;
        let names = self.names(&duty).await?;
        let mut busy = self.busy().await?;
        let mut tried: BTreeSet<OfficerId> = attempts.iter().map(|attempt| attempt.officer).collect();
        let seconds = ring.min(self.hotline.ring_seconds);
        while let Some(choice) = route::choose(&duty, &busy, &tried, &names) {
            let (phone, _) = people::contact_of(&mut self.tx, &self.desk.vault, choice.officer).await?;
            let mut attempt = Attempt {
                id: AttemptId::mint(),
                call: self.call.id,
                officer: choice.officer,
                tier: choice.tier,
                why: choice.why,
                outcome: Outcome::Ringing,
                rang_at: self.now,
                accepted_at: None,
                ended_at: None,
            };
            let Some(number) = phone else {
                tried.insert(choice.officer);
                attempt.outcome = Outcome::InvalidNumber;
                attempt.ended_at = Some(self.now);
                store::insert_attempt(&mut self.tx, &attempt).await?;
                continue;
            };
            let until = self.now + TimeDelta::seconds(seconds) + SCREENING + GRACE;
            if !store::lease(&mut self.tx, &attempt, until, self.now).await? {
                busy.insert(choice.officer, Busy::InCall);
                continue;
            }
            store::insert_attempt(&mut self.tx, &attempt).await?;
            return Ok(Some(Ring {
                number,
                caller_id: self.hotline.number.clone(),
                seconds: u32::try_from(seconds).unwrap_or(20),
                screen_url: address(self.desk, self.dialect, &format!("screen/{}", attempt.id)),
                action: self.step_address(step + 1),
                status_url: address(self.desk, self.dialect, &format!("leg/{}", attempt.id)),
            }));
        }
        Ok(None)
    }

    async fn busy(&mut self) -> Result<BTreeMap<OfficerId, Busy>, DbError> {
        let soon = Span { start: self.now, end: self.now + BEFORE_CONSULTATION };
        let commitments = people::list_commitments(&mut self.tx, soon).await?;
        let consulting =
            commitments.into_iter().filter(|c| c.kind == CommitmentKind::Consultation && c.counts(self.now));
        let mut busy: BTreeMap<OfficerId, Busy> = consulting.map(|c| (c.officer, Busy::InConsultation)).collect();
        let leased = store::list_leased(&mut self.tx, self.now).await?;
        busy.extend(leased.into_iter().map(|officer| (officer, Busy::InCall)));
        Ok(busy)
    }

    async fn names(&mut self, duty: &Duty) -> Result<BTreeMap<OfficerId, String>, DbError> {
        let officers = duty.on.iter().map(|on| on.officer).chain(duty.not.iter().map(|not| not.officer));
        let mut names = BTreeMap::new();
        for officer in officers {
            if let Some(officer) = people::find_officer(&mut self.tx, officer).await? {
                names.insert(officer.id, officer.name);
            }
        }
        Ok(names)
    }

    /// Notes a call-back under a typed number, or under the one from which the call came, and confirms it by SMS.
    async fn take_callback(&mut self, number: Option<Phone>) -> Result<(), CallsError> {
        let Some(number) = number.or_else(|| self.context.caller.clone()) else { return Ok(()) };
        self.keep().await?;
        let callback = Callback {
            id: CallbackId::mint(),
            call: self.call.id,
            hotline: self.hotline.id,
            office: self.call.office,
            topic: self.call.place.topic.clone(),
            language: self.call.place.language,
            state: CallbackState::Open,
            requested_at: self.now,
            closed_at: None,
        };
        let passphrase = bookings::kennwort().to_owned();
        let to = number.as_str().to_owned();
        let text = web::text_with(callback.language, "callback-sms", &[("passphrase", &passphrase)]);
        let place = Place { column: "callbacks.person", record: &callback.id };
        let sealed = self.desk.vault.seal_json(place, &CallbackPerson { number, passphrase });
        store::insert_callback(&mut self.tx, &callback, sealed).await?;
        let sms = Message::Sms(Sms { to, text });
        outbox::post(&mut self.tx, self.desk, self.now, &callback.id, &sms).await?;
        Ok(())
    }

    fn step_address(&self, step: i64) -> String {
        address(self.desk, self.dialect, &format!("step/{}/{step}", self.call.id))
    }
}

/// The facts of this moment that a flow may ask for.
pub async fn context(
    from: impl Read,
    desk: &Desk,
    now: Instant,
    hotline: &Hotline,
    caller: Option<Phone>,
) -> Result<Context, DbError> {
    let today = local::whole_day(local::day(now));
    let calendar = offices::load_calendar(from, hotline.office, today).await?;
    let opening = if hotline.hours.open_at(now, &calendar) { Opening::Open } else { Opening::Closed };
    let hours = Language::ALL.into_iter().map(|language| (language, hotline.hours.sentence(language)));
    let public = desk.config.public_address();
    let web = public.split_once("://").map_or(public.as_str(), |(_, rest)| rest).to_owned();
    Ok(Context {
        now,
        opening,
        hours: hours.collect(),
        hotline: hotline.name.clone(),
        web,
        caller,
        load: Load::default(),
    })
}
