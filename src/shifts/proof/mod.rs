//! The proof: at every instant of a window, where callers of a hotline end, whatever they press, and where that is not
//! what the flow states. Each counter-example says when, why, by which keys, and how it ends.
//!
//! Pure and exact: the window is cut wherever opening or duty changes, and each distinct state is explored once. A call
//! is taken to meet one state throughout: who rings a second before a shift's end is not followed into the next state.
//! Rule: what a caller or a moment decides (keys, withheld numbers, busy officers, free times) is explored every way.

mod paths;
mod state;
mod view;
mod words;

#[cfg(test)]
mod oracle;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::TimeDelta;

use crate::flows::Edition;
use crate::kernel::id::OfficerId;
use crate::kernel::{Instant, Phone, Span};
use crate::offices::Calendar;

use super::duty::Rota;
use super::hotline::Hotline;
use state::{State, Timeline};
pub use view::{CounterExampleView, ProofView};
pub use words::{span_in_english, spans_in_english};

/// All that decides what callers of a hotline live through.
#[derive(Clone, Debug)]
pub struct Premises {
    pub hotline: Hotline,
    pub window: Span,
    /// The published flows, by name.
    pub flows: BTreeMap<String, Arc<Edition>>,
    pub calendar: Calendar,
    /// When the hotline is closed by hand.
    pub closures: Vec<Span>,
    /// Looking ahead: see [`Rota::foresee`].
    pub rota: Rota,
    /// The hotlines whose officers a flow rings beside its own, by number; an unknown number is absent.
    pub others: BTreeMap<Phone, Other>,
    /// Officers who have a telephone number.
    pub with_phone: BTreeSet<OfficerId>,
}

/// Another hotline whose officers are rung.
#[derive(Clone, Debug)]
pub enum Other {
    Active(Rota),
    Inactive,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    pub window: Span,
    /// The worst first, then by time.
    pub found: Vec<CounterExample>,
    /// The window without holes, neighbours differing.
    pub strip: Vec<(Span, Verdict)>,
}

/// A way on which a caller is left alone, and when it can be gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CounterExample {
    /// In order; they do not touch.
    pub spans: Vec<Span>,
    pub finding: Finding,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    pub severity: Severity,
    pub fault: Fault,
    pub flow: String,
    /// Where in the flow; None where there is no flow.
    pub node: Option<String>,
    /// The way there with the fewest keys.
    pub steps: Vec<Step>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Callers are left alone.
    Breach,
    /// Somebody should look at it.
    Warning,
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// Callers are promised a person, and no telephone rings.
    RingsNobody { cause: Cause, ends: End },
    /// The call ends without a word.
    Silence,
    /// A caller who presses nothing listens and waits for longer than stated, in seconds.
    TooLong { seconds: u32, stated: u32 },
    /// So many officers on duty are never rung: the rings before theirs use up the longest wait.
    NeverRung { officers: usize, of: usize },
    /// More telephones ring at once than the provider can carry.
    TooManyAtOnce { officers: usize, parallel: usize },
    /// There is no published flow with this name.
    NoFlow { name: String },
}

/// Why no telephone rings.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    NobodyPlanned,
    /// There are shifts, but all their officers are away.
    OnlyAway,
    /// Somebody is on duty, but not in the tiers that are rung.
    NobodyInTiers(BTreeSet<u8>),
    /// Nobody of those on duty has a telephone number.
    NoNumber,
    /// The other hotline is not in operation.
    OtherInactive(Phone),
    /// No hotline has this number.
    OtherUnknown(Phone),
}

/// How a call ends for a caller who presses nothing more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum End {
    Person,
    OutsideNumber,
    CallbackOffer,
    ConsultationOffer,
    Voicemail,
    Announcement,
    Silence,
}

/// A step of a caller's way that is theirs, or the moment's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    Key(char),
    /// A telephone number, by key.
    Number,
    /// Keys that have no meaning there.
    WrongKey,
    NoKey,
    /// The caller's number is known, or withheld, where the flow asks for it.
    Known,
    Withheld,
    /// Others wait for longer than the flow says.
    LongQueue,
    /// Telephones ring and nobody takes the call.
    NotTaken,
    NoFreeTime,
}

/// What holds over a part of the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Closed,
    /// Open, and every path ends as stated.
    Sound,
    Warning,
    Breach,
}

/// Follows every path at every instant of the window.
pub fn prove(premises: &Premises) -> Proof {
    let timeline = Timeline::new(premises);
    prove_between(premises, &timeline, &timeline.cuts())
}

/// Between two cuts nothing changes.
fn prove_between(premises: &Premises, timeline: &Timeline, cuts: &[Instant]) -> Proof {
    let mut known: BTreeMap<State, Vec<Finding>> = BTreeMap::new();
    let mut spans: BTreeMap<Finding, Vec<Span>> = BTreeMap::new();
    let mut strip: Vec<(Span, Verdict)> = Vec::new();
    for pair in cuts.windows(2) {
        let span = Span { start: pair[0], end: pair[1] };
        let state = timeline.at(span.start);
        let open = state.is_open();
        let findings = known.entry(state).or_insert_with_key(|state| paths::findings(premises, state));
        for finding in &*findings {
            match spans.entry(finding.clone()).or_default() {
                then if then.last().is_some_and(|last| last.end == span.start) => {
                    then.iter_mut().last().map(|last| last.end = span.end).unwrap_or_default();
                }
                then => then.push(span),
            }
        }
        let verdict = Verdict::of(findings, open);
        match strip.last_mut() {
            Some((before, same)) if *same == verdict => before.end = span.end,
            _ => strip.push((span, verdict)),
        }
    }
    let mut found: Vec<CounterExample> =
        spans.into_iter().map(|(finding, spans)| CounterExample { spans, finding }).collect();
    found.sort_by(|a, b| (a.finding.severity, &a.spans).cmp(&(b.finding.severity, &b.spans)));
    Proof { window: premises.window, found, strip }
}

impl Verdict {
    fn of(findings: &[Finding], open: bool) -> Self {
        match findings.iter().map(|finding| finding.severity).min() {
            Some(Severity::Breach) => Self::Breach,
            Some(Severity::Warning) => Self::Warning,
            None if open => Self::Sound,
            None => Self::Closed,
        }
    }
}

impl Proof {
    /// Whether callers are left alone at some instant.
    pub fn is_breached(&self) -> bool {
        self.found.iter().any(|it| it.finding.severity == Severity::Breach)
    }

    /// What this has that another one of the same hotline has not. That nobody is planned is no news where no telephone
    /// rang before.
    pub fn beyond(&self, before: &Self) -> Vec<CounterExample> {
        let beyond = self.found.iter().filter_map(|it| {
            let old = before.found.iter().filter(|old| it.finding.is_no_news_after(&old.finding));
            let old: Vec<Span> = old.flat_map(|old| old.spans.clone()).collect();
            let spans: Vec<Span> = it.spans.iter().flat_map(|span| span.without(old.iter().copied())).collect();
            (!spans.is_empty()).then(|| CounterExample { spans, finding: it.finding.clone() })
        });
        beyond.collect()
    }
}

impl Finding {
    fn is_no_news_after(&self, before: &Self) -> bool {
        let as_bad = match (&self.fault, &before.fault) {
            (Fault::RingsNobody { cause: Cause::NobodyPlanned, .. }, Fault::RingsNobody { .. }) => true,
            (now, before) => now == before,
        };
        as_bad && (&self.flow, &self.node) == (&before.flow, &before.node)
    }
}

impl CounterExample {
    /// How long it lasts altogether.
    pub fn length(&self) -> TimeDelta {
        self.spans.iter().map(|span| span.length()).sum()
    }

    pub fn touches(&self, span: Span) -> bool {
        self.spans.iter().any(|own| own.overlaps(span))
    }
}

impl Step {
    /// Whether the caller's keys brought them on.
    fn is_key(self) -> bool {
        matches!(self, Self::Key(_) | Self::Number)
    }

    /// Whether the caller's hand was on a key.
    fn is_pressed(self) -> bool {
        self.is_key() || self == Self::WrongKey
    }
}
