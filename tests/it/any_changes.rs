//! After any sequence of changes of a published rota: nobody is in two places, nothing disappears without a version, and
//! who is on duty is what a walk from minute to minute says. On both engines, from seeds.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use sprechzeit::kernel::id::{HotlineId, OfficerId, ShiftId};
use sprechzeit::kernel::{Instant, Span, local};
use sprechzeit::offices::OpeningHours;
use sprechzeit::people::{self, AbsenceKind, Actor};
use sprechzeit::rota::change::{self, Change};
use sprechzeit::rota::draft::{self, DraftError, NewDraft, Part, Publication, SeenDraft, Tell, Terms};
use sprechzeit::rota::swaps;
use sprechzeit::shifts::{self, Hotline, Rota, Seen, Shift, ShiftPlan, ShiftState, Tier};

use crate::staff::hire;
use crate::world::{World, on_both};

/// The Friday before the clocks go back.
const FRIDAY: &str = "2026-10-23T08:00:00Z";
const STEPS: usize = 60;

/// Chance from a seed (xorshift).
struct Chance(u64);

impl Chance {
    fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % n
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        let n = u64::try_from(from.len()).unwrap();
        if n == 0 { None } else { from.get(usize::try_from(self.below(n)).unwrap()) }
    }
}

struct Plot<'w> {
    world: &'w World,
    chance: Chance,
    hotline: HotlineId,
    officers: Vec<OfficerId>,
    window: Span,
    seen: BTreeSet<ShiftId>,
    done: usize,
}

impl<'w> Plot<'w> {
    async fn open(world: &'w World, seed: u64) -> Self {
        let mut officers = Vec::new();
        for name in ["Anna", "Bela", "Caro", "Dora"] {
            officers.push(hire(world, name, "ka").await);
        }
        let hotline = Hotline {
            id: HotlineId::mint(),
            office: "ka".parse().unwrap(),
            name: format!("Telefon {seed}"),
            number: format!("+49899999811{seed}").parse().unwrap(),
            flow: "beratungstelefon".into(),
            hours: OpeningHours::default(),
            ring_seconds: 20,
            rules: shifts::Rules::default(),
            active: true,
            sequence: 0,
        };
        shifts::open_hotline(&world.desk, world.now(), &Actor::system(), &hotline).await.unwrap();
        let window = Span { start: world.now(), end: world.now() + TimeDelta::days(4) };
        Self { world, chance: Chance(seed), hotline: hotline.id, officers, window, seen: BTreeSet::new(), done: 0 }
    }

    fn officer(&mut self) -> OfficerId {
        *self.chance.pick(&self.officers).unwrap()
    }

    /// Some hours of the next days, at a quarter of an hour.
    fn span(&mut self) -> Span {
        let quarter = |n: u64| TimeDelta::minutes(15 * i64::try_from(n).unwrap());
        let start = self.window.start + quarter(self.chance.below(90 * 4));
        Span { start, end: start + quarter(1 + self.chance.below(11 * 4)) }
    }

    async fn shifts(&self) -> Vec<Shift> {
        shifts::list_shifts(&self.world.desk.db, self.hotline, self.window).await.unwrap()
    }

    async fn shift(&mut self) -> Option<Shift> {
        let all = self.shifts().await;
        self.chance.pick(&all).cloned()
    }

    /// Does something, whether it is allowed or not.
    async fn step(&mut self) {
        let (desk, system) = (&self.world.desk, Actor::system());
        let now = self.world.now();
        let (span, officer) = (self.span(), self.officer());
        let kind = self.chance.below(9);
        let shift = self.shift().await;
        let seen = shift.as_ref().map(|it| Seen { shift: it.id, sequence: it.sequence, reason: "" });
        let done = match (kind, shift, seen) {
            (0 | 1, ..) | (_, None, _) | (_, _, None) => {
                let wall = |at| local::wall(at);
                let (from, until) = (wall(span.start).time(), wall(span.end).time());
                let plan =
                    ShiftPlan { officer, day: local::day(span.start), from, until, tier: Tier::FIRST, position: None };
                shifts::plan_shift(desk, now, &system, self.hotline, plan).await.is_ok()
            }
            (2, Some(shift), _) => {
                let change = [Change::Replace(officer), Change::Add(officer), Change::Remove, Change::Vacate];
                let change = *self.chance.pick(&change).unwrap();
                let (part, reason) = (span, "Probe".to_owned());
                let wanted = change::Wanted {
                    shift: shift.id,
                    sequence: shift.sequence,
                    part,
                    change,
                    reason,
                    despite_rules: true,
                };
                change::change_part(desk, now, &system, &wanted).await.is_ok()
            }
            (3, Some(shift), _) => {
                let part = shift.span.shared(span);
                let ask = swaps::Ask {
                    shift: shift.id,
                    part,
                    asked: None,
                    in_return: None,
                    wants_return: false,
                    note: String::new(),
                };
                swaps::ask(desk, now, &system, &ask).await.is_ok()
            }
            (4, ..) => {
                let waiting = swaps::list(desk, &system, "ka".parse().unwrap(), now).await.unwrap();
                let Some(about) = self.chance.pick(&waiting) else { return };
                let id = about.swap.id;
                let part = about.open_span().ok().and_then(|open| open.shared(span));
                let yes = swaps::Yes { officer, part, in_return: None };
                let taken = swaps::take(desk, now, &system, id, yes).await.is_ok();
                taken && swaps::approve(desk, now, &system, id).await.is_ok()
            }
            (5, ..) => people::enter_absence(desk, now, &system, officer, (AbsenceKind::Leave, span)).await.is_ok(),
            (8, ..) => self.publish_a_draft((span, officer)).await.is_ok(),
            (6, _, Some(seen)) => shifts::remove_shift(desk, now, &system, seen).await.is_ok(),
            (_, _, Some(seen)) => shifts::restore_shift(desk, now, &system, seen).await.is_ok(),
        };
        self.done += usize::from(done);
        self.seen.extend(self.shifts().await.iter().map(|shift| shift.id));
        self.world.advance_minutes(i64::try_from(self.chance.below(40)).unwrap());
    }

    /// Drafts what is published, adds a shift, moves one to somebody else, empties one, and publishes all of it or nothing.
    async fn publish_a_draft(&mut self, (span, officer): (Span, OfficerId)) -> Result<(), DraftError> {
        let (desk, system, now) = (&self.world.desk, Actor::system(), self.world.now());
        let (first_day, last_day) = (local::day(now), local::day(self.window.end));
        let new = NewDraft { office: "ka".parse().unwrap(), name: "Entwurf".into(), first_day, last_day };
        let draft = draft::begin(desk, now, &system, &new).await?;
        let seen = |version| SeenDraft { draft: draft.id, version };
        let terms = Terms { hotline: self.hotline, officer: Some(officer), span, tier: Tier::FIRST, pinned: false };
        let mut version = draft::add(desk, now, &system, seen(draft.version), &terms).await?.version;
        let mut shifts = draft::list_shifts(&desk.db, draft.id, draft.window()).await?;
        shifts.retain(|shift| shift.planned.hotline == self.hotline);
        for officer in [Some(self.officer()), None] {
            let Some(shift) = self.chance.pick(&shifts) else { continue };
            let change = draft::Change { officer: Some(officer), ..draft::Change::default() };
            match draft::change(desk, now, &system, seen(version), (shift.planned.id, &change)).await {
                Ok(edited) => version = edited.version,
                Err(DraftError::Over) => {}
                Err(error) => return Err(error),
            }
        }
        let publication = Publication {
            seen: seen(version),
            part: Part::Whole,
            tell: Tell::Nobody,
            reason: "Probe".into(),
            override_reason: "Probe mit Verstößen".into(),
        };
        draft::publish(desk, now, &system, &publication).await.map(drop)
    }

    /// No officer is in two places, and their calendar holds just what is published.
    async fn nobody_is_in_two_places(&self) {
        let shifts = self.shifts().await;
        for officer in &self.officers {
            let mut theirs: Vec<&Shift> =
                shifts.iter().filter(|it| it.is_published() && it.officer == *officer).collect();
            theirs.sort_by_key(|shift| shift.span);
            assert!(theirs.windows(2).all(|pair| !pair[0].span.overlaps(pair[1].span)), "{theirs:?}");
            let taken = people::list_commitments_of(&self.world.desk.db, *officer, self.window).await.unwrap();
            let taken: BTreeSet<_> = taken.iter().map(|it| (it.id, it.span)).collect();
            assert_eq!(taken, theirs.iter().map(|it| (it.id.commitment(), it.span)).collect());
        }
    }

    /// Every shift that was ever published is there still, with each of its versions.
    async fn nothing_disappears_without_a_version(&self) {
        for id in &self.seen {
            let shift = shifts::find_shift(&self.world.desk.db, *id).await.unwrap().unwrap();
            let versions = shifts::list_versions(&self.world.desk.db, *id).await.unwrap();
            let sequences: Vec<i64> = versions.iter().map(|version| version.sequence).collect();
            // What is empty now has versions of its own, behind those of the shift.
            let empty = shifts::find_open_shift(&self.world.desk.db, *id).await.unwrap();
            let empty = empty.filter(|it| it.is_open() && it.sequence >= shift.sequence);
            let newest = empty.as_ref().map_or(shift.sequence, |it| it.sequence);
            assert_eq!(sequences, (0..=newest).rev().collect::<Vec<_>>(), "{shift:?}");
            let last = &versions[0];
            let (officer, span, state) = match empty {
                Some(empty) => (None, empty.span, ShiftState::Published),
                None => (Some(shift.officer), shift.span, shift.state),
            };
            assert_eq!((last.officer, last.span, last.state), (officer, span, state));
        }
    }

    /// The one answer is what a walk from quarter to quarter of an hour says.
    async fn duty_is_what_a_walk_says(&self) {
        let rota: Rota = shifts::load_rota(&self.world.desk.db, self.hotline, self.window).await.unwrap();
        let changes = rota.changes(self.window);
        let mut at = self.window.start;
        while at < self.window.end {
            let on: BTreeSet<OfficerId> = walk(&rota, at);
            let told: Vec<_> = changes.iter().filter(|(span, _)| span.contains(at)).collect();
            assert_eq!(told.len(), 1);
            assert_eq!(told[0].1.on.iter().map(|it| it.officer).collect::<BTreeSet<_>>(), on, "{at}");
            at = at + TimeDelta::minutes(5);
        }
    }
}

/// Whose published shift covers the instant, and who is not away.
fn walk(rota: &Rota, at: Instant) -> BTreeSet<OfficerId> {
    let covering = rota.shifts.iter().filter(|it| it.is_published() && it.span.start <= at && at < it.span.end);
    let is_away = |officer| rota.absences.iter().any(|it| it.officer == officer && it.covers(at));
    covering.map(|it| it.officer).filter(|officer| !is_away(*officer)).collect()
}

#[test]
fn after_any_changes_nobody_is_in_two_places_and_nothing_disappears_without_a_version() {
    on_both(FRIDAY, async |world| {
        for seed in [3, 7] {
            let mut plot = Plot::open(world, seed).await;
            for _ in 0..STEPS {
                plot.step().await;
            }
            assert!(plot.done > STEPS / 4, "only {} of {STEPS} were done", plot.done);
            plot.nobody_is_in_two_places().await;
            plot.nothing_disappears_without_a_version().await;
            plot.duty_is_what_a_walk_says().await;
        }
    });
}
