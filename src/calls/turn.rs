//! One webhook's worth of a call: walk on in the flow, carry out its commands, answer, and keep all of it in one
//! transaction. Rule: the officer is leased and the answer is recorded before the provider hears it.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::TimeDelta;

use crate::bookings::{self, BookingError, ByKeys, Confirmation, PhoneBooking, Time, TypedCode};
use crate::db::{DbError, Read, Tx};
use crate::desk::Desk;
use crate::flows::{
    Appointment, Branch, Command, Context, Edition, Errand, Event, Flow, Load, Node, Opening, Place, Queue, Ringing,
    Speech, Strategy, walk,
};
use crate::kernel::id::{AttemptId, BookingId, HotlineId, OfficerId, VoicemailId};
use crate::kernel::{Instant, Language, Phone, local};
use crate::offices::{self, TopicId};
use crate::people;
use crate::shifts::{self, Hotline, IfNobodyFits, Rules};

use super::call::{self, Attempt, Call, CallState, Ending, Outcome, Voicemail, VoicemailState};
use super::failure;
use super::neighbours;
use super::provider::{Ask, DialOutcome, Inbound, Record, Recorded, Ring, Step, Telephone, Then, Transfer};
use super::queue::{self, Waiting};
use super::route::{self, Choice, Decision, Order, Situation, Wish};
use super::situation::{self, Calls, LATELY};
use super::store::{Announced, ToldStep};
use super::why::{Against, Chosen};
use super::{CallsError, Dialect, GRACE, LONGEST_TALK, SCREENING, address, store, wished};

pub struct Turn<'a> {
    pub desk: &'a Desk,
    pub now: Instant,
    pub dialect: Dialect,
    pub hotline: &'a Hotline,
    pub edition: Arc<Edition>,
    pub call: Call,
    pub context: Context,
    pub row: Row,
    pub tx: Tx,
    /// Since when the caller waits for somebody to become free, after this webhook.
    pub waiting_since: Option<Instant>,
    /// Who was not rung, and why, where nobody was.
    pub not_rung: Vec<String>,
}

/// Whether the call stands in the database yet. A new one is written once, where its first walk ended.
pub enum Row {
    New(Announced),
    Kept,
}

/// What became of a wish to ring somebody.
enum Rang {
    Ring(Ring),
    AllBusy(Queue),
    Nobody,
}

/// When a telephone rings: so many seconds from now, for so many seconds.
#[derive(Clone, Copy)]
struct Rings {
    after: i64,
    seconds: i64,
}

impl Rings {
    fn at_once(seconds: i64) -> Self {
        Self { after: 0, seconds }
    }
}

/// What came of looking for somebody to ring.
enum Found {
    Telephones(Vec<Telephone>),
    AllBusy,
    Nobody,
}

/// Who waits hears something again and again; so long after it was due, they are taken to be gone.
const OVERDUE: TimeDelta = TimeDelta::seconds(45);
/// The longest that somebody who waits hears nothing: `every` of a flow, and its words.
pub const LONGEST_WAIT: TimeDelta = TimeDelta::minutes(3);
/// As long as music plays, a key is heard; after it, only so long, in seconds.
const AFTER_MUSIC: u32 = 1;

impl Turn<'_> {
    /// Walks on with an event, and answers. `word` is what the call's page says of it.
    pub async fn play(mut self, step: i64, word: String, event: Event) -> Result<Step, CallsError> {
        let (mut event, mut say, mut trail) = (event, Vec::new(), Vec::new());
        let mut ending = Ending::Announcement;
        // What is said once the flow has told of it.
        let mut after = Vec::new();
        // Nobody is to be called back at a hotline; only where a number was typed that is asked.
        if matches!(&event, Event::Key(keys) if keys.len() > 2) {
            self.context.ours = wished::ours(&mut self.tx, self.desk).await?;
        }
        let began_in = self.edition.name.clone();
        self.waiting_since = None;
        let then = 'walk: loop {
            let (place, commands) = walk(&self.edition.flow, &self.call.place, event, &self.context);
            // After a jump, ways are named with their flow.
            let flow = if self.edition.name == began_in { "" } else { &format!("{} ", self.edition.name) };
            trail.extend(place.trail.iter().map(|it| format!("{flow}{} {} {}", it.from, it.by, it.to)));
            self.call.place = place;
            for command in commands {
                let next = match command {
                    Command::Say(speech) => {
                        say.push(speech);
                        say.append(&mut after);
                        continue;
                    }
                    Command::TakeCallback { number } => {
                        say.extend(self.take_callback(number).await?);
                        ending = Ending::Callback;
                        continue;
                    }
                    Command::Ask { prompts, digits, timeout_seconds, finish_on } => {
                        let action = self.step_address(step + 1);
                        break 'walk Then::Ask(Ask {
                            prompts,
                            digits,
                            finish_on,
                            timeout_seconds,
                            music: None,
                            action,
                        });
                    }
                    Command::Wait { prompts, music, seconds } => {
                        self.waiting_since = self.call.place.waits_since();
                        let timeout_seconds = if music.is_some() { AFTER_MUSIC } else { seconds };
                        let action = self.step_address(step + 1);
                        let ask = Ask { prompts, digits: 1, finish_on: None, timeout_seconds, music, action };
                        break 'walk Then::Ask(ask);
                    }
                    Command::Connect(ringing) => match self.ring(step, &ringing).await? {
                        Rang::Ring(ring) => break 'walk Then::Ring(ring),
                        Rang::AllBusy(queue) => Event::AllBusy(queue),
                        Rang::Nobody => Event::NobodyLeft,
                    },
                    Command::FindTimes => self.find_times().await?,
                    Command::Book { time, number, sms } => {
                        let event;
                        (event, after) = self.book(time, number, sms).await?;
                        if matches!(event, Event::Booked { .. }) {
                            ending = Ending::Booking;
                        }
                        event
                    }
                    Command::Own(errand) => self.own(errand).await?,
                    Command::Record { longest_seconds } => {
                        let action = self.step_address(step + 1);
                        break 'walk Then::Record(Record { longest_seconds, action });
                    }
                    Command::Transfer { number, ring_seconds } => {
                        let (caller_id, action) = (self.hotline.number.clone(), self.step_address(step + 1));
                        break 'walk Then::Transfer(Transfer { number, caller_id, seconds: ring_seconds, action });
                    }
                    Command::Jump { flow } => {
                        let missing = || CallsError::NoSuchFlow(self.hotline.name.clone());
                        self.edition = self.desk.flows.published(&flow).ok_or_else(missing)?;
                        self.call.flow = call::Edition { name: flow, version: self.edition.version };
                        self.call.place = self.call.place.onward(&self.edition.flow);
                        Event::Started
                    }
                    Command::HangUp => break 'walk Then::HangUp,
                };
                event = next;
                continue 'walk;
            }
            // The walk always ends in a command that waits or hangs up.
            break Then::HangUp;
        };
        let reply = Step { say, then };
        let told = ToldStep {
            event: word,
            reply: &reply,
            flow: began_in,
            trail: trail.join("\n"),
            why: self.not_rung.join("; "),
        };
        self.keep_answer(step, told, ending).await?;
        Ok(reply)
    }

    /// How a ring ended, told on the caller's leg. An accepted call is over; else the next officer is rung.
    pub async fn ring_ended(mut self, step: i64, inbound: &Inbound) -> Result<Step, CallsError> {
        let bridged = inbound
            .dialled
            .as_ref()
            .is_some_and(|dialled| dialled.outcome == DialOutcome::Completed && dialled.bridged != Some(false));
        if matches!(self.edition.flow.nodes.get(&self.call.place.node), Some(Node::Transfer(_))) {
            return match bridged {
                true => self.end(step, "transferred", Ending::Transferred).await,
                false if inbound.caller_is_gone() => self.gone(step).await,
                false => self.play(step, "not transferred".into(), Event::NobodyLeft).await,
            };
        }
        let attempts = store::list_attempts(&mut self.tx, self.call.id).await?;
        let accepted = attempts.iter().find(|attempt| attempt.is_accepted());
        // That somebody at a duty telephone picked up may not have been told.
        let untold = attempts.iter().find(|attempt| attempt.is_plain && attempt.outcome == Outcome::Ringing);
        match accepted.or(untold.filter(|_| bridged)) {
            Some(attempt) if bridged && attempt.outcome == Outcome::Ringing => {
                let began = self.now - TimeDelta::seconds(inbound.talked_seconds());
                store::accept(&mut self.tx, attempt.id, began.max(attempt.rang_at)).await?;
                return self.end(step, "talked", Ending::Person).await;
            }
            Some(_) if bridged => return self.end(step, "talked", Ending::Person).await,
            // Nobody's telephone has failed.
            Some(attempt) if inbound.caller_is_gone() => {
                store::leave_accepted(&mut self.tx, attempt.id, self.now).await?;
            }
            Some(attempt) => {
                store::fail_accepted(&mut self.tx, attempt.id, self.now).await?;
                failure::count(&mut self.tx, self.desk, attempt.officer, self.now).await?;
                store::run_on(&mut self.tx, self.call.id).await?;
            }
            None => {}
        }
        for attempt in attempts.iter().filter(|attempt| attempt.outcome == Outcome::Ringing) {
            failure::end_attempt(&mut self.tx, self.desk, attempt.id, Outcome::of(inbound), self.now).await?;
        }
        if inbound.caller_is_gone() {
            return self.gone(step).await;
        }
        // Asked again, the place in the flow connects again, and whoever was tried is passed over.
        self.play(step, "rang".into(), Event::Silence).await
    }

    /// A message was left. The provider tells of it even if the caller has hung up meanwhile.
    pub async fn recorded(mut self, step: i64, recorded: &Recorded, inbound: &Inbound) -> Result<Step, CallsError> {
        let voicemail = Voicemail {
            id: VoicemailId::mint(),
            call: self.call.id,
            hotline: self.hotline.id,
            office: self.call.office,
            topic: self.call.place.topic.clone(),
            language: self.call.place.language,
            seconds: i64::from(recorded.seconds),
            state: VoicemailState::New,
            recorded_at: self.now,
        };
        let sound = self.desk.vault.seal_json(super::voicemail::sound_of(&voicemail.id), recorded);
        store::insert_voicemail(&mut self.tx, &voicemail, sound).await?;
        if inbound.status.is_some_and(super::provider::LegStatus::is_over) {
            return self.end(step, "recorded", Ending::Voicemail).await;
        }
        self.play(step, "recorded".into(), Event::Recorded).await
    }

    /// The caller has hung up: nobody more is rung.
    pub async fn gone(self, step: i64) -> Result<Step, CallsError> {
        self.end(step, "hung up", Ending::CallerGone).await
    }

    async fn end(self, step: i64, word: &str, ending: Ending) -> Result<Step, CallsError> {
        self.answer(step, word, Step::hang_up(vec![]), ending).await
    }

    /// Answers with what no flow has said; where that hangs up, the call has ended so.
    pub async fn answer(mut self, step: i64, word: &str, reply: Step, ending: Ending) -> Result<Step, CallsError> {
        let flow = self.edition.name.clone();
        self.waiting_since = None;
        let told = ToldStep { event: word.to_owned(), reply: &reply, flow, trail: String::new(), why: String::new() };
        self.keep_answer(step, told, ending).await?;
        Ok(reply)
    }

    /// Keeps place, answer and, if this is the end, the ending; commits; then the provider may hear it.
    async fn keep_answer(mut self, step: i64, told: ToldStep<'_>, ending: Ending) -> Result<(), CallsError> {
        self.keep().await?;
        let Self { desk, now, call, tx, .. } = &mut self;
        let is_end = told.reply.then == Then::HangUp;
        store::insert_step(tx, &desk.vault, (call.id, step), told, *now).await?;
        if is_end {
            let left_message = store::has_voicemail(&mut *tx, call.id).await?;
            let ending = if left_message && ending == Ending::Announcement { Ending::Voicemail } else { ending };
            store::end(tx, call.id, ending, *now).await?;
            call.state = CallState::Ended;
        }
        self.tx.commit().await?;
        self.desk.outbox_bell.notify_one();
        Ok(())
    }

    /// Writes where the caller stands, for a new call together with the call.
    pub(super) async fn keep(&mut self) -> Result<(), DbError> {
        let Self { desk, call, row, tx, waiting_since, .. } = self;
        if let Row::New(announced) = row {
            store::insert_call(tx, &desk.vault, (call, *waiting_since), announced).await?;
            *row = Row::Kept;
            return Ok(());
        }
        store::keep_place(tx, &desk.vault, call, *waiting_since).await
    }

    // ---- persons ----

    /// Leases and rings whom the strategy chooses; where the hotline's own officers cannot be, neighbours are asked.
    async fn ring(&mut self, step: i64, ringing: &Ringing) -> Result<Rang, CallsError> {
        self.keep().await?;
        let hotline = match &ringing.hotline {
            Some(number) => shifts::find_hotline_by_number(&mut self.tx, number).await?,
            None => Some(self.hotline.clone()),
        };
        let Some(hotline) = hotline else { return Ok(Rang::Nobody) };
        let order = Order {
            strategy: ringing.strategy,
            tiers: &ringing.tiers,
            seed: self.call.id.0.as_u128(),
            parallel: self.edition.flow.hotline.provider.parallel,
        };
        let seconds = i64::from(ringing.ring_seconds).min(self.hotline.ring_seconds);
        let mut own = self.situation(&hotline, ringing).await?;
        let mut found = self.ring_among((&order, None), Rings::at_once(seconds), &mut own).await?;
        if let Found::Telephones(telephones) = &mut found {
            self.overlap(telephones, (&order, seconds), &mut own).await?;
        }
        if matches!(found, Found::Nobody) || (matches!(found, Found::AllBusy) && self.is_time_for_help(&own, ringing)) {
            let help = self.ask_neighbours(&hotline, &order, (seconds, &mut own)).await?;
            // Where a neighbour is busy, waiting may help.
            found = if let Found::Nobody = help { found } else { help };
            if !matches!(found, Found::Telephones(_)) && own.rules.if_nobody_fits == IfNobodyFits::OtherOffice {
                own.rules.if_nobody_fits = IfNobodyFits::NextBest;
                let anybody = self.ring_among((&order, None), Rings::at_once(seconds), &mut own).await?;
                found = if let Found::Nobody = anybody { found } else { anybody };
            }
        }
        if matches!(found, Found::Telephones(_)) {
            self.not_rung.clear();
        } else {
            self.not_rung.insert(0, route::why_nobody(&order, &own));
        }
        Ok(match found {
            Found::Telephones(telephones) => Rang::Ring(Ring {
                telephones,
                caller_id: self.hotline.number.clone(),
                seconds: u32::try_from(seconds).unwrap_or(ringing.ring_seconds),
                action: self.step_address(step + 1),
            }),
            Found::AllBusy => Rang::AllBusy(self.queue(&own).await?),
            Found::Nobody => Rang::Nobody,
        })
    }

    /// Decides and leases, as long as somebody can be rung and the lease goes to another call.
    async fn ring_among(
        &mut self,
        (order, helper): (&Order<'_>, Option<&Hotline>),
        rings: Rings,
        situation: &mut Situation,
    ) -> Result<Found, CallsError> {
        loop {
            let choices = match route::decide(order, situation) {
                Decision::Ring(choices) => choices,
                Decision::AllBusy => return Ok(Found::AllBusy),
                Decision::Nobody => return Ok(Found::Nobody),
            };
            let mut telephones = Vec::new();
            let chosen: Vec<OfficerId> = choices.iter().map(|choice| choice.officer).collect();
            let mut numbers = people::list_numbers(&mut self.tx, &self.desk.vault, &chosen).await?;
            for mut choice in choices {
                choice.why.help = helper.map(|helper| helper.office.name().to_owned());
                let telephone = (numbers.remove(&choice.officer), helper.map(|helper| helper.id));
                telephones.extend(self.lease((choice, telephone), rings, situation).await?);
            }
            if !telephones.is_empty() {
                return Ok(Found::Telephones(telephones));
            }
        }
    }

    /// The next officer's telephone begins to ring before the first one gives up, where the provider can do so.
    async fn overlap(
        &mut self,
        telephones: &mut Vec<Telephone>,
        (order, seconds): (&Order<'_>, i64),
        own: &mut Situation,
    ) -> Result<(), CallsError> {
        let overlap = own.rules.overlap_seconds;
        if telephones.len() != 1 || overlap == 0 || !self.dialect.staggers() || order.strategy == Strategy::AllAtOnce {
            return Ok(());
        }
        let after = seconds - overlap;
        if let Found::Telephones(next) = self.ring_among((order, None), Rings { after, seconds }, own).await? {
            telephones.extend(next);
        }
        Ok(())
    }

    /// Whether a caller has waited long enough for the hotline's own officers; where nobody fits who is there, at once.
    fn is_time_for_help(&self, own: &Situation, ringing: &Ringing) -> bool {
        let waited = (self.now - ringing.since).num_seconds();
        own.asks_elsewhere_first() || waited >= own.rules.neighbours_after_seconds
    }

    /// Rings the first neighbour who takes such calls now and has somebody free; its own callers come first there.
    async fn ask_neighbours(
        &mut self,
        hotline: &Hotline,
        order: &Order<'_>,
        (seconds, own): (i64, &mut Situation),
    ) -> Result<Found, CallsError> {
        let (topic, mut found) = (self.topic(), Found::Nobody);
        for (neighbour, helper) in shifts::load_helpers(&mut self.tx, hotline.id).await? {
            let office = helper.office.name();
            if !neighbours::takes(&mut self.tx, self.now, (&neighbour, &helper), topic).await? {
                self.not_rung.push(format!("{office} hilft jetzt nicht (Zeit, Thema oder Grenze des Monats)"));
                continue;
            }
            let duty = shifts::load_duty(&mut self.tx, helper.id, self.now).await?;
            let there = situation::load(&mut self.tx, &helper, duty, (self.now, Calls::Now)).await?;
            let waiting = store::list_waiting(&mut self.tx, helper.id, self.now - LONGEST_WAIT).await?;
            let me = Waiting { call: self.call.id, since: self.now, wish: own.wish };
            let ahead = queue::ahead(&Rules::default(), &me, waiting);
            let tried = own.tried.clone();
            let mut there = Situation { ahead, wish: own.wish, tried, ..there }.of_helper();
            match self.ring_among((order, Some(&helper)), Rings::at_once(seconds), &mut there).await? {
                Found::Nobody => {}
                Found::AllBusy => found = Found::AllBusy,
                helped @ Found::Telephones(_) => return Ok(helped),
            }
            self.not_rung.push(format!("{office}: {}", route::why_nobody(order, &there)));
            own.tried.extend(there.tried);
        }
        Ok(found)
    }

    /// The officer's telephone, if it has a number and no other call has the officer; else the situation is another.
    async fn lease(
        &mut self,
        (choice, (number, helper)): (Choice, (Option<Phone>, Option<HotlineId>)),
        rings: Rings,
        situation: &mut Situation,
    ) -> Result<Option<Telephone>, CallsError> {
        let officer = choice.officer;
        // Who of several picked up is known only by their key.
        let is_one_of_many = choice.why.chosen == Chosen::AllAtOnce && !choice.why.known;
        let mut attempt = Attempt {
            id: AttemptId::mint(),
            call: self.call.id,
            officer,
            tier: choice.why.tier,
            why: choice.why.words(Language::De, &situation.names),
            outcome: Outcome::Ringing,
            rang_at: self.now + TimeDelta::seconds(rings.after),
            accepted_at: None,
            ended_at: None,
            helper,
            is_plain: false,
        };
        let Some(number) = number else {
            situation.tried.insert(officer);
            attempt.outcome = Outcome::InvalidNumber;
            attempt.ended_at = Some(attempt.rang_at);
            store::insert_attempt(&mut self.tx, &attempt).await?;
            failure::count(&mut self.tx, self.desk, officer, self.now).await?;
            return Ok(None);
        };
        let is_plain = situation.is_present(officer) && !is_one_of_many;
        // Of a plain pick-up only a report tells, and reports get lost: the talk must not be taken for a ring that is over.
        let longest = if is_plain { LONGEST_TALK } else { SCREENING + GRACE };
        let until = attempt.rang_at + TimeDelta::seconds(rings.seconds) + longest;
        attempt.is_plain = is_plain;
        if !store::lease(&mut self.tx, &attempt, until, self.now).await? {
            situation.busy.insert(officer, Against::InCall);
            return Ok(None);
        }
        situation.tried.insert(officer);
        store::insert_attempt(&mut self.tx, &attempt).await?;
        let screen_url = address(self.desk, self.dialect, &format!("screen/{}", attempt.id));
        Ok(Some(Telephone {
            number,
            screen_url: Some(screen_url).filter(|_| !is_plain),
            status_url: address(self.desk, self.dialect, &format!("leg/{}", attempt.id)),
            after_seconds: u32::try_from(rings.after).unwrap_or_default(),
        }))
    }

    async fn situation(&mut self, hotline: &Hotline, ringing: &Ringing) -> Result<Situation, DbError> {
        let attempts = store::list_attempts(&mut self.tx, self.call.id).await?;
        // Whoever has talked with the caller has put them back. Whom a colleague overtook who then vanished is rung again.
        let is_tried = |attempt: &&Attempt| match attempt.outcome {
            Outcome::Accepted => true,
            Outcome::Taken => false,
            _ => attempt.rang_at >= ringing.since,
        };
        let here = attempts.iter().filter(is_tried);
        let tried = here.map(|attempt| attempt.officer).collect();
        let every = ringing.every.map_or(LONGEST_WAIT, |seconds| TimeDelta::seconds(i64::from(seconds)) + OVERDUE);
        let waiting = store::list_waiting(&mut self.tx, self.hotline.id, self.now - every).await?;
        let known = match hotline.rules.known_caller_first {
            true => store::list_known(&mut self.tx, self.call.id).await?,
            false => BTreeMap::new(),
        };
        let Place { language, wish: officer, .. } = self.call.place;
        let wish = Wish { topic: self.topic(), language, officer };
        let since = self.call.place.waits_since().unwrap_or(ringing.since);
        let me = Waiting { call: self.call.id, since, wish };
        let put_back = store::list_put_back(&mut self.tx, self.hotline.id).await?;
        let duty = shifts::load_duty(&mut self.tx, hotline.id, self.now).await?;
        let now = situation::load(&mut self.tx, hotline, duty, (self.now, Calls::Now)).await?;
        // Whoever was put back by everybody who is free takes none of them.
        let is_free = |officer: &OfficerId| !now.busy.contains_key(officer);
        let free: Vec<OfficerId> = now.duty.on.iter().map(|on| on.officer).filter(is_free).collect();
        let mut waiting = waiting;
        waiting
            .retain(|other| free.is_empty() || free.iter().any(|officer| !put_back.contains(&(other.call, *officer))));
        let ahead = queue::ahead(&self.hotline.rules, &me, waiting);
        Ok(Situation { wish, tried, known, ahead, ..now })
    }

    /// The place among those who wait, and how long it may last: what the latest talks took, shared among those on duty.
    async fn queue(&mut self, situation: &Situation) -> Result<Queue, DbError> {
        let talks = store::latest_talks(&mut self.tx, self.hotline.id, self.now - LATELY).await?;
        let position = situation.ahead.len() + 1;
        Ok(Queue {
            position: u32::try_from(position).unwrap_or(u32::MAX),
            minutes: queue::expected_wait(&talks, position, situation.duty.on.len()),
        })
    }

    // ---- call-backs and consultations ----

    fn topic(&self) -> Option<TopicId> {
        self.call.place.topic.as_deref().and_then(|topic| topic.parse().ok())
    }

    async fn find_times(&mut self) -> Result<Event, CallsError> {
        let (office, topic) = (self.call.office, self.topic());
        let asked = (topic, self.call.place.language);
        let times = bookings::list_by_phone(&mut self.tx, self.now, office, asked, Appointment::OFFERED).await?;
        Ok(Event::Times(starts(times)))
    }

    /// Books in this very transaction: whoever hears the code has the appointment.
    async fn book(
        &mut self,
        start: Instant,
        number: Option<Phone>,
        sms: bool,
    ) -> Result<(Event, Vec<Speech>), CallsError> {
        let is_own = number.is_none() || number == self.context.caller;
        let Some(number) = number.or_else(|| self.context.caller.clone()) else {
            return Ok((Event::Times(vec![]), vec![]));
        };
        let asked = PhoneBooking {
            office: self.call.office,
            topic: self.topic(),
            start,
            number,
            language: self.call.place.language,
            confirmation: if sms { Confirmation::Sms } else { Confirmation::Spoken },
        };
        match bookings::book_by_phone(&mut self.tx, self.desk, self.now, &asked).await {
            Ok((booking, person)) => {
                // Where an SMS brings it to the number, whoever only typed that number does not hear it.
                let tells = is_own || !sms;
                let said = tells.then(|| wished::kennwort(booking.language, &person.kennwort));
                let said = said.into_iter().flatten().collect();
                Ok((Event::Booked { code: booking.reference.to_string() }, said))
            }
            Err(BookingError::SlotTaken { nearest } | BookingError::Past { nearest }) => {
                Ok((Event::Times(starts(nearest)), vec![]))
            }
            Err(BookingError::Db(error)) => Err(error.into()),
            Err(refused) => {
                tracing::warn!(call = %self.call.id, %refused, "a caller's booking was refused");
                Ok((Event::Times(vec![]), vec![]))
            }
        }
    }

    /// Finds the caller's own booking or changes it, in this very transaction: whoever hears it has it so.
    async fn own(&mut self, errand: Errand) -> Result<Event, CallsError> {
        match self.run(errand).await {
            Ok(event) => Ok(event),
            Err(BookingError::SlotTaken { nearest } | BookingError::Past { nearest }) => {
                Ok(Event::Times(starts(nearest)))
            }
            Err(BookingError::Db(error)) => Err(error.into()),
            Err(refused) => {
                tracing::info!(call = %self.call.id, %refused, "a caller's own booking could not be changed");
                Ok(Event::Unknown)
            }
        }
    }

    async fn run(&mut self, errand: Errand) -> Result<Event, BookingError> {
        let Self { desk, tx, now, context, .. } = self;
        let id = |booking: String| booking.parse::<BookingId>().map_err(|_| BookingError::NoSuchBooking);
        Ok(match errand {
            Errand::Find { code, word } => {
                let typed = TypedCode { code, word, caller: context.caller.clone() };
                match bookings::find_by_keys(tx, desk, *now, &typed).await? {
                    ByKeys::Found(booking) => {
                        Event::Found { booking: booking.id.to_string(), time: booking.span.start }
                    }
                    ByKeys::WordAsked => Event::WordAsked,
                    ByKeys::Unknown => Event::Unknown,
                }
            }
            Errand::Cancel { booking } => {
                bookings::cancel_by_phone(tx, desk, *now, id(booking)?).await?;
                Event::Cancelled
            }
            Errand::FindTimes { booking } => {
                let count = Appointment::OFFERED;
                Event::Times(starts(bookings::list_others_by_phone(tx, desk, *now, id(booking)?, count).await?))
            }
            Errand::Move { booking, time } => {
                let moved = bookings::move_by_phone(tx, desk, *now, id(booking)?, time).await?;
                Event::Moved { time: moved.span.start }
            }
        })
    }

    fn step_address(&self, step: i64) -> String {
        address(self.desk, self.dialect, &format!("step/{}/{step}", self.call.id))
    }
}

fn starts(times: Vec<Time>) -> Vec<Instant> {
    times.into_iter().map(|time| time.span.start).collect()
}

/// The facts of this moment that a flow may ask for.
pub async fn context(
    mut from: impl Read,
    desk: &Desk,
    now: Instant,
    (hotline, flow): (&Hotline, &Flow),
    caller: Option<Phone>,
) -> Result<Context, DbError> {
    let opening = opening(&mut from, now, hotline).await?;
    let hours = Language::ALL.into_iter().map(|language| (language, hotline.hours.sentence(language)));
    let public = desk.config.public_address();
    let web = public.split_once("://").map_or(public.as_str(), |(_, rest)| rest).to_owned();
    let load = if asks_for_load(flow) { load(&mut from, now, hotline).await? } else { Load::default() };
    let ours = vec![hotline.number.clone()];
    Ok(Context { now, opening, hours: hours.collect(), hotline: hotline.name.clone(), web, caller, ours, load })
}

/// Whether a hotline is open, and why not.
pub async fn opening(mut from: impl Read, now: Instant, hotline: &Hotline) -> Result<Opening, DbError> {
    let day = local::day(now);
    let calendar = offices::load_calendar(&mut from, hotline.office, local::whole_day(day)).await?;
    let closure = shifts::find_closure(&mut from, hotline.id, now).await?;
    Ok(match (closure, calendar.closed(day)) {
        (Some(closure), _) => Opening::ByHand(closure.reason),
        (None, Some(closed)) => {
            Opening::Holiday(Language::ALL.map(|language| (language, closed.name(language).to_owned())).into())
        }
        (None, None) if hotline.hours.open_at(now, &calendar) => Opening::Open,
        (None, None) => Opening::Closed,
    })
}

fn asks_for_load(flow: &Flow) -> bool {
    // Where a call may go on in another flow, that one may ask.
    flow.nodes.values().any(|node| matches!(node, Node::Branch(Branch::Load { .. }) | Node::Jump(_)))
}

async fn load(mut from: impl Read, now: Instant, hotline: &Hotline) -> Result<Load, DbError> {
    let duty = shifts::load_duty(&mut from, hotline.id, now).await?;
    let waiting = store::list_waiting(from, hotline.id, now - LONGEST_WAIT).await?;
    let waited = waiting.iter().map(|waiting| (now - waiting.since).num_seconds()).max().unwrap_or_default();
    Ok(Load {
        on_duty: u32::try_from(duty.on.len()).unwrap_or(u32::MAX),
        longest_waiting: u32::try_from(waited).unwrap_or_default(),
    })
}

/// Where a new call begins.
pub fn beginning(edition: &Edition) -> (call::Edition, Place) {
    let pinned = call::Edition { name: edition.name.clone(), version: edition.version };
    (pinned, Place::start(&edition.flow))
}
