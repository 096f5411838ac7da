//! Who can take a shift: everybody of the office, ranked, each with the reasons for and against.
//!
//! Pure. Rule: nobody is left out without a word; what speaks against somebody stands beside their name.

use crate::kernel::id::{HotlineId, OfficerId, ShiftId};
use crate::kernel::{Language, Span};
use crate::offices::TopicId;
use crate::people::{AbsenceKind, Lack, Officer};
use crate::rota::PlannedShift;
use crate::rota::balance::{Balance, balance};
use crate::rota::rules::{Breach, Ground, Person, Plan, RuleKey};
use crate::rota::wishes::Leaning;
use crate::shifts::Tier;

/// What somebody is wanted for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    pub hotline: HotlineId,
    pub span: Span,
    pub tier: Tier,
    pub topic: Option<TopicId>,
    pub language: Language,
    /// The shift that is to be filled or handed over, if it is there already.
    pub shift: Option<ShiftId>,
}

/// How well somebody fits; the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// Nothing speaks against it.
    Well,
    /// Something speaks against it, and it is allowed.
    Somehow,
    /// A strict rule is broken: a reason is needed.
    WithReason,
    /// Busy or away.
    Not,
}

/// What speaks against somebody who can: the gravest hint, and how many there are. The lightest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hints {
    gravest: Gravity,
    count: usize,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Gravity {
    #[default]
    Nothing,
    /// Of the plan: it can be mended by planning somebody else, too.
    Plan,
    /// Of the person: what they have asked for, and what they cannot do.
    Person,
}

/// A reason, and which way it speaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    pub speaks: Speaks,
    pub text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speaks {
    For,
    Against,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    pub officer: OfficerId,
    pub name: String,
    pub fit: Fit,
    pub hints: Hints,
    pub reasons: Vec<Reason>,
    /// What their taking it would break.
    pub breaches: Vec<Breach>,
    /// Would like to.
    pub is_keen: bool,
    /// Minutes of duty over their fair share, as the plan stands.
    pub over_minutes: i64,
}

/// Everybody of the office, the best first. Shares are compared within `fairness`.
pub fn rank(ground: &Ground, plan: &Plan, wanted: &Wanted, fairness: Span) -> Vec<Candidate> {
    let shares = balance(ground, plan, fairness);
    let candidates = ground
        .officers
        .iter()
        .zip(&shares)
        .map(|(officer, share)| Candidate::new(ground, plan, wanted, (officer, share)));
    let mut candidates: Vec<Candidate> = candidates.collect();
    candidates.sort_by_key(|it| (it.fit, it.hints, !it.is_keen, it.over_minutes, it.name.to_lowercase(), it.officer));
    candidates
}

/// The same for colleagues, who learn who can and who cannot; why is for those who plan.
pub fn discreet(candidates: Vec<Candidate>) -> Vec<Candidate> {
    let mut candidates: Vec<Candidate> = candidates.into_iter().map(Candidate::discreet).collect();
    candidates.sort_by_key(|it| (it.fit, it.name.to_lowercase(), it.officer));
    candidates
}

impl Candidate {
    fn discreet(self) -> Self {
        let fit = match self.fit {
            Fit::Well | Fit::Somehow => Fit::Well,
            Fit::WithReason | Fit::Not => Fit::Not,
        };
        let hints = Hints::default();
        Self { fit, hints, reasons: Vec::new(), breaches: Vec::new(), is_keen: false, over_minutes: 0, ..self }
    }

    fn new(ground: &Ground, plan: &Plan, wanted: &Wanted, (officer, share): (&Officer, &Balance)) -> Self {
        let nobody = Person::default();
        let person = ground.people.get(&officer.id).unwrap_or(&nobody);
        let breaches = ground.would_break(plan, &wanted.shift_of(officer.id));
        let lack = officer.skills.lack(wanted.topic, wanted.language, None);
        let is_keen = is_keen(person, wanted.span);
        let away = person.absences.iter().find(|absence| absence.touches(wanted.span)).map(|absence| absence.kind);
        let is_not = |breach: &Breach| matches!(breach.rule, RuleKey::Twice | RuleKey::Away);
        let fit = match () {
            () if away.is_some() || breaches.iter().any(is_not) => Fit::Not,
            () if breaches.iter().any(Breach::is_hard) => Fit::WithReason,
            () if !breaches.is_empty() || lack.is_some() => Fit::Somehow,
            () => Fit::Well,
        };
        let hints = Hints::of(&breaches, lack);
        let over_minutes = share.minutes.over().round() as i64;
        let mut reasons = against(&breaches, lack, away);
        reasons.extend(in_favour(&breaches, (lack, wanted), is_keen));
        reasons.push(fairness(over_minutes));
        let name = officer.name.clone();
        Self { officer: officer.id, name, fit, hints, reasons, breaches, is_keen, over_minutes }
    }
}

impl Hints {
    fn of(breaches: &[Breach], lack: Option<Lack>) -> Self {
        let gravity = |breach: &Breach| match breach.rule {
            RuleKey::LeaveAsked | RuleKey::RatherNot => Gravity::Person,
            _ => Gravity::Plan,
        };
        let all = breaches.iter().map(gravity).chain(lack.map(|_| Gravity::Person));
        Self { gravest: all.clone().max().unwrap_or_default(), count: all.count() }
    }
}

impl Wanted {
    /// The shift as it would be with this officer.
    fn shift_of(&self, officer: OfficerId) -> PlannedShift {
        PlannedShift {
            id: self.shift.unwrap_or(ShiftId(uuid::Uuid::nil())),
            hotline: self.hotline,
            officer: Some(officer),
            span: self.span,
            tier: self.tier,
            position: 1,
            pinned: false,
        }
    }
}

/// Has said of the whole span, or of a part of it, that they would like to.
fn is_keen(person: &Person, span: Span) -> bool {
    let available = person.wishes.iter().filter(|wish| wish.leaning == Leaning::Available);
    available.flat_map(|wish| wish.spans(span)).next().is_some()
}

fn against(breaches: &[Breach], lack: Option<Lack>, away: Option<AbsenceKind>) -> Vec<Reason> {
    let lack = lack.map(|lack| match lack {
        Lack::Language => "spricht die Sprache nicht",
        Lack::Topic => "berät nicht zu diesem Thema",
        Lack::Wished(_) => "passt nicht zum Wunsch",
    });
    // Leave is told by its rule, unless that is off.
    let told = breaches.iter().any(|breach| breach.rule == RuleKey::Away);
    let away = away.filter(|_| !told).map(|kind| format!("abwesend: {}", kind.german()));
    let texts = away.into_iter().chain(breaches.iter().map(Breach::short)).chain(lack.map(str::to_owned));
    texts.map(|text| Reason { speaks: Speaks::Against, text }).collect()
}

fn in_favour(breaches: &[Breach], (lack, wanted): (Option<Lack>, &Wanted), is_keen: bool) -> Vec<Reason> {
    let broken = |rules: &[RuleKey]| breaches.iter().any(|breach| rules.contains(&breach.rule));
    let asked = wanted.topic.is_some() || wanted.language != Language::De;
    let texts = [
        (is_keen, "hat dann gern Dienst"),
        (!broken(&[RuleKey::Twice, RuleKey::Away]), "frei"),
        (asked && lack.is_none(), "kann Thema und Sprache"),
        (!broken(&[RuleKey::DailyRest, RuleKey::WeeklyRest, RuleKey::AfterNights]), "ausgeruht"),
    ];
    let texts = texts.into_iter().filter(|(is_so, _)| *is_so);
    texts.map(|(_, text)| Reason { speaks: Speaks::For, text: text.to_owned() }).collect()
}

fn fairness(over_minutes: i64) -> Reason {
    let (hours, speaks) =
        ((over_minutes.abs() + 30) / 60, if over_minutes < 30 { Speaks::For } else { Speaks::Against });
    let text = match over_minutes {
        _ if hours == 0 => "liegt beim fairen Anteil".to_owned(),
        over if over < 0 => format!("{hours} Std. unter dem fairen Anteil"),
        _ => format!("{hours} Std. über dem fairen Anteil"),
    };
    Reason { speaks, text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::id::{AbsenceId, WishId};
    use crate::kernel::{Instant, local};
    use crate::offices::OfficeId;
    use crate::people::{Absence, AbsenceState, Skills};
    use crate::rota::rules::RuleSet;
    use crate::rota::wishes::{When, Wish};

    const HOTLINE: HotlineId = HotlineId(uuid::Uuid::nil());

    fn span(day: &str, from: &str, until: &str) -> Span {
        local::span(day.parse().unwrap(), local::time(from).unwrap(), local::time(until).unwrap())
    }

    fn shift(officer: OfficerId, span: Span) -> PlannedShift {
        let (id, tier) = (ShiftId::mint(), Tier::FIRST);
        PlannedShift { id, hotline: HOTLINE, officer: Some(officer), span, tier, position: 1, pinned: false }
    }

    #[test]
    fn everybody_is_ranked_and_each_has_reasons() {
        let ids: [OfficerId; 7] = std::array::from_fn(|_| OfficerId::mint());
        let [keen, _, over, speaks_no_english, tired, busy, on_leave] = ids;
        let names = ["keen", "fair", "over", "speaks no English", "tired", "busy", "on leave"];
        let english = Skills { languages: [Language::En].into(), ..Skills::default() };
        let officer = |(id, name): (&OfficerId, &str)| Officer {
            id: *id,
            office: OfficeId::STATE,
            name: name.to_owned(),
            active: true,
            skills: if *id == speaks_no_english { Skills::default() } else { english.clone() },
        };
        let known = Span {
            start: local::whole_day("2026-10-01".parse().unwrap()).start,
            end: local::whole_day("2026-12-31".parse().unwrap()).end,
        };
        let mut ground = Ground {
            office: OfficeId::STATE,
            period: known,
            known,
            rules: RuleSet::default(),
            officers: ids.iter().zip(names).map(officer).collect(),
            people: Default::default(),
            waivers: vec![],
        };
        let day = span("2026-11-20", "08:00", "16:00");
        ground.people.entry(keen).or_default().wishes.push(Wish {
            id: WishId::mint(),
            officer: keen,
            leaning: Leaning::Available,
            when: When::Once(day),
            note: String::new(),
            created_at: Instant(0),
        });
        ground.people.entry(on_leave).or_default().absences.push(Absence {
            id: AbsenceId::mint(),
            officer: on_leave,
            kind: AbsenceKind::Leave,
            span: day,
            state: AbsenceState::Entered,
            sequence: 0,
            created_at: Instant(0),
            updated_at: Instant(0),
        });
        let plan = [
            shift(keen, span("2026-11-10", "08:00", "10:00")),
            shift(over, span("2026-11-10", "08:00", "18:00")),
            shift(tired, span("2026-11-19", "14:00", "23:00")),
            shift(busy, span("2026-11-20", "08:00", "12:00")),
        ];
        let wanted =
            Wanted { hotline: HOTLINE, span: day, tier: Tier::FIRST, topic: None, language: Language::En, shift: None };
        let ranked = rank(&ground, &Plan::new(&plan), &wanted, known);
        let fits: Vec<_> = ranked.iter().map(|it| (it.name.as_str(), it.fit)).collect();
        let expected = [
            ("keen", Fit::Well),
            ("fair", Fit::Well),
            ("over", Fit::Well),
            ("speaks no English", Fit::Somehow),
            ("tired", Fit::WithReason),
            ("on leave", Fit::Not),
            ("busy", Fit::Not),
        ];
        assert_eq!(fits, expected);
        let said = |name: &str| -> String {
            let found = ranked.iter().find(|it| it.name == name).unwrap();
            found.reasons.iter().map(|reason| reason.text.as_str()).collect::<Vec<_>>().join(", ")
        };
        assert!(said("keen").starts_with("hat dann gern Dienst, frei, kann Thema und Sprache, ausgeruht"));
        assert!(said("tired").starts_with("Ruhezeit 2 Std. zu kurz, "));
        assert!(said("busy").starts_with("zugleich anders eingeteilt, "));
        assert!(said("on leave").starts_with("abwesend: Urlaub, "));
        assert!(said("fair").ends_with("unter dem fairen Anteil"), "{}", said("fair"));
    }

    #[test]
    fn the_gravest_hint_counts_first_then_how_many_there_are_and_only_then_hours() {
        let day = span("2026-11-20", "08:00", "16:00");
        // With nobody to relieve them, whoever takes it has the hint about the break, too.
        let table = [
            ("has much duty", vec!["break"]),
            ("has asked for leave", vec!["break", "leave"]),
            ("would rather not", vec!["break", "rather not"]),
            ("speaks no English", vec!["break", "language"]),
            ("would rather not and speaks no English", vec!["break", "language", "rather not"]),
            ("has asked for leave and would rather not", vec!["break", "leave", "rather not"]),
        ];
        let known = Span {
            start: local::whole_day("2026-10-01".parse().unwrap()).start,
            end: local::whole_day("2026-12-31".parse().unwrap()).end,
        };
        let (rules, people, waivers) = (RuleSet::default(), Default::default(), vec![]);
        let mut ground =
            Ground { office: OfficeId::STATE, period: known, known, rules, officers: vec![], people, waivers };
        let mut plan = Vec::new();
        for (name, hints) in &table {
            let id = OfficerId::mint();
            let english = Skills { languages: [Language::En].into(), ..Skills::default() };
            let skills = if hints.contains(&"language") { Skills::default() } else { english };
            ground.officers.push(Officer {
                id,
                office: OfficeId::STATE,
                name: (*name).to_owned(),
                active: true,
                skills,
            });
            let person = ground.people.entry(id).or_default();
            if hints.contains(&"leave") {
                person.leave_asked.push(day);
            }
            if hints.contains(&"rather not") {
                let (leaning, when) = (Leaning::RatherNot, When::Once(day));
                let (id, officer) = (WishId::mint(), id);
                person.wishes.push(Wish { id, officer, leaning, when, note: String::new(), created_at: Instant(0) });
            }
            if *name == "has much duty" {
                plan.push(shift(id, span("2026-11-10", "08:00", "14:00")));
            }
        }
        let wanted =
            Wanted { hotline: HOTLINE, span: day, tier: Tier::FIRST, topic: None, language: Language::En, shift: None };
        let ranked = rank(&ground, &Plan::new(&plan), &wanted, known);
        assert!(ranked.iter().all(|it| it.fit == Fit::Somehow), "{ranked:?}");
        let counts: Vec<_> = ranked.iter().map(|it| (it.hints.gravest, it.hints.count)).collect();
        let (light, grave) = (Gravity::Plan, Gravity::Person);
        assert_eq!(counts, [(light, 1), (grave, 2), (grave, 2), (grave, 2), (grave, 3), (grave, 3)]);
        assert_eq!(ranked[0].name, "has much duty");
        for (name, hints) in &table {
            let found = ranked.iter().find(|it| it.name == *name).unwrap();
            assert_eq!(found.hints.count, hints.len(), "{name}");
        }
    }
}
