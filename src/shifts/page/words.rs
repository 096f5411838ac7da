//! How the planning pages say spans, lengths, reasons and refusals, in German.

use chrono::{NaiveDate, TimeDelta};

use crate::kernel::{Instant, Language, Span, local};
use crate::people::{Absence, AbsenceKind, Commitment, CommitmentKind};
use crate::shifts::coverage::{Cause, Cover, Gap, When};
use crate::shifts::duty::Reason;
use crate::shifts::proof::{Cause as RingCause, End, Fault as PathFault, Step};
use crate::shifts::shift::Tier;
use crate::shifts::{CallbacksRing, Closure, Hotline, IfNobodyFits, Shift, ShiftsError};
use crate::web::say;

use super::{Fault, Names};

/// "08:00–20:00", "20:00–24:00", "20:00–08:00 (Dienstag)".
pub fn times(span: Span) -> String {
    let last = local::day(span.end);
    match span.end {
        end if last == local::day(span.start) => format!("{}–{}", say::time(span.start), say::time(end)),
        end if local::day(span.start).succ_opt() == Some(last) && say::time(end) == "00:00" => {
            format!("{}–24:00", say::time(span.start))
        }
        end => format!("{}–{} ({})", say::time(span.start), say::time(end), weekday(last)),
    }
}

/// "Leichte Sprache".
pub fn language(language: Language) -> &'static str {
    match language {
        Language::De => "Deutsch",
        Language::En => "Englisch",
        Language::Simple => "Leichte Sprache",
        Language::Other(tag) => tag,
    }
}

pub fn weekday(day: NaiveDate) -> &'static str {
    Language::De.weekday(chrono::Datelike::weekday(&day))
}

/// "Montag, 16. November 2026".
pub fn day(day: NaiveDate) -> String {
    say::day(Language::De, day)
}

/// "Montag, 16. November", where the year stands above.
pub fn day_of_week(day: NaiveDate) -> String {
    let whole = self::day(day);
    whole.rsplit_once(' ').map_or(whole.clone(), |(without_year, _)| without_year.to_owned())
}

/// "20.11. bis 25.11." for whole days, else with times; "18.11. 10:10 bis offen" while the end is open.
pub fn absence(absence: &Absence) -> String {
    let Span { start, end } = absence.span;
    let first = local::day(start);
    let last = local::day(end - TimeDelta::microseconds(1));
    let short = |day: NaiveDate| day.format("%d.%m.").to_string();
    match () {
        () if absence.is_open() => format!("{} bis offen", say::short(start)),
        () if local::whole_day(first).start != start || local::whole_day(last).end != end => {
            format!("{} bis {}", say::short(start), self::end(end))
        }
        () if first == last => short(first),
        () => format!("{} bis {}", short(first), short(last)),
    }
}

/// "18.11. 10:10 bis auf Weiteres", "18.11. 10:10 bis 18.11. 24:00".
pub fn closure(closure: &Closure) -> String {
    let end = if closure.is_open_ended() { "auf Weiteres".to_owned() } else { end(closure.span.end) };
    format!("{} bis {end}", say::short(closure.span.start))
}

/// When something ends: "18.11. 13:00"; a midnight belongs to the day that it ends, "18.11. 24:00".
pub fn end(end: Instant) -> String {
    let last = local::day(end - TimeDelta::microseconds(1));
    if last == local::day(end) { say::short(end) } else { last.format("%d.%m. 24:00").to_string() }
}

/// "Montag, 16. November 2026, 20:00–08:00 (Dienstag)".
pub fn span(span: Span) -> String {
    format!("{}, {}", day(local::day(span.start)), times(span))
}

/// "2 Std. 30 Min."
pub fn length(length: TimeDelta) -> String {
    match (length.num_hours(), length.num_minutes() % 60) {
        (0, 0) => format!("{} Sek.", length.num_seconds()),
        (0, minutes) => format!("{minutes} Min."),
        (hours, 0) => format!("{hours} Std."),
        (hours, minutes) => format!("{hours} Std. {minutes} Min."),
    }
}

pub fn tier(tier: Tier) -> String {
    match tier {
        Tier::FIRST => "wird zuerst angerufen".into(),
        tier => format!("Vertretung, {}. Reihe", tier.number()),
    }
}

pub fn away(kind: AbsenceKind) -> &'static str {
    match kind {
        AbsenceKind::Leave => "im Urlaub",
        AbsenceKind::Sick => "krank",
        AbsenceKind::Training => "in Fortbildung",
        AbsenceKind::Deployment => "im Einsatz",
    }
}

/// The same for whom the names are meant: police duty is no secret, all else is for those who plan.
pub fn away_to(kind: AbsenceKind, names: &Names) -> &'static str {
    match kind {
        AbsenceKind::Leave | AbsenceKind::Sick | AbsenceKind::Training if names.is_discreet => "abwesend",
        kind => away(kind),
    }
}

pub fn reason(reason: Reason, names: &Names) -> &'static str {
    match reason {
        Reason::Deployed => away(AbsenceKind::Deployment),
        Reason::Absent(kind) => away_to(kind, names),
        Reason::Retired => "nicht mehr bei der Dienststelle",
    }
}

/// "Niemand im Dienst 12:00–14:00, 2 Std.: Eva Beispiel ist krank."
pub fn gap(gap: &Gap, names: &Names) -> String {
    let when = match gap.when {
        When::Past => "War niemand im Dienst",
        When::Now => "Jetzt niemand im Dienst",
        When::Future => "Niemand im Dienst",
    };
    let cause = match &gap.cause {
        Cause::NobodyPlanned => "niemand eingeteilt".into(),
        Cause::OnlyAway(who) => {
            let one =
                |not: &crate::shifts::NotOnDuty| format!("{} ist {}", names.of(not.officer), reason(not.reason, names));
            who.iter().map(one).collect::<Vec<_>>().join(", ")
        }
    };
    format!("{when} {}, {}: {cause}.", times(gap.span), length(gap.span.length()))
}

pub fn cover(cover: Cover) -> String {
    match cover {
        Cover::Closed => "geschlossen".into(),
        Cover::Nobody => "niemand".into(),
        Cover::Officers(n) => format!("{n} im Dienst"),
    }
}

// ---- what a proof found ----

/// "KW 47, 16.11.".
pub fn week(monday: NaiveDate) -> String {
    format!("KW {}, {}", chrono::Datelike::iso_week(&monday).week(), monday.format("%d.%m."))
}

/// "Samstag, 24. Oktober 2026, 23:59–24:00, 1 Min."; what lasts longer than into the next day names both days.
pub fn when(span: Span) -> String {
    let (first, last) = (local::day(span.start), local::day(span.end - TimeDelta::microseconds(1)));
    let length = length(span.length());
    match last <= first + TimeDelta::days(1) {
        true => format!("{}, {length}", self::span(span)),
        false => format!("{} bis {}, {length}", say::short(span.start), end(span.end)),
    }
}

/// "Lücken aus einem Grund, 2 Hinweise."
pub fn found(breaches: usize, warnings: usize) -> String {
    let breaches = match breaches {
        0 => "Keine Lücke".into(),
        1 => "Lücken aus einem Grund".into(),
        n => format!("Lücken aus {n} Gründen"),
    };
    match warnings {
        0 => format!("{breaches}."),
        1 => format!("{breaches}, ein Hinweis."),
        n => format!("{breaches}, {n} Hinweise."),
    }
}

/// "Taste 9, keine Taste, Taste 2".
pub fn steps(steps: &[Step]) -> String {
    let step = |step: &Step| match step {
        Step::Key(key) => format!("Taste {key}"),
        Step::Number => "eine Nummer".into(),
        Step::WrongKey => "falsche Tasten".into(),
        Step::NoKey => "keine Taste".into(),
        Step::Known => "Nummer bekannt".into(),
        Step::Withheld => "Nummer unterdrückt".into(),
        Step::LongQueue => "lange Warteschlange".into(),
        Step::NotTaken => "niemand nimmt ab".into(),
        Step::NoFreeTime => "kein Termin frei".into(),
    };
    if steps.is_empty() { "ohne Taste".into() } else { steps.iter().map(step).collect::<Vec<_>>().join(", ") }
}

/// What callers live through, in one sentence or two.
pub fn fault(fault: &PathFault) -> String {
    match fault {
        PathFault::RingsNobody { cause, ends } => {
            format!("{}: Es klingelt bei niemandem. Am Ende steht {}.", ring_cause(cause), ending(*ends))
        }
        PathFault::Silence => "Der Anruf endet, ohne dass noch ein Wort gesagt wird.".into(),
        PathFault::TooLong { seconds, stated } => {
            format!("Wer danach nichts drückt, hört und wartet bis zu {seconds} Sekunden; zugesagt sind {stated}.")
        }
        PathFault::NeverRung { officers, of } => format!(
            "{officers} von {of} Personen im Dienst werden nie angerufen: Vorher ist die längste Wartezeit verbraucht."
        ),
        PathFault::TooManyAtOnce { officers, parallel } => {
            format!("{officers} Telefone sollen zugleich klingeln; der Anbieter schafft {parallel}.")
        }
        PathFault::NoFlow { name } => format!("Den Ablauf „{name}“ gibt es nicht."),
    }
}

fn ring_cause(cause: &RingCause) -> String {
    match cause {
        RingCause::NobodyPlanned => "Niemand ist im Dienst".into(),
        RingCause::OnlyAway => "Alle, die Dienst haben, sind abwesend".into(),
        RingCause::NobodyInTiers(tiers) => {
            let tiers: Vec<String> = tiers.iter().map(u8::to_string).collect();
            format!("In Reihe {} ist niemand im Dienst", tiers.join(", "))
        }
        RingCause::NoNumber => "Niemand von denen im Dienst hat eine Telefonnummer".into(),
        RingCause::OtherInactive(number) => format!("Das Beratungstelefon {number} ist nicht in Betrieb"),
        RingCause::OtherUnknown(number) => format!("Ein Beratungstelefon {number} gibt es nicht"),
    }
}

fn ending(end: End) -> &'static str {
    match end {
        End::Person => "ein anderer Mensch",
        End::OutsideNumber => "eine Nummer außer Haus",
        End::CallbackOffer => "das Angebot eines Rückrufs",
        End::ConsultationOffer => "das Angebot eines Termins",
        End::Voicemail => "der Anrufbeantworter",
        End::Announcement => "eine Ansage",
        End::Silence => "Stille",
    }
}

/// "Dienst am Montag, 16. November 2026, 08:00–12:00".
fn commitment(it: &Commitment) -> String {
    let what = match it.kind {
        CommitmentKind::Shift => "Dienst",
        CommitmentKind::Standby => "Vertretung",
        CommitmentKind::Consultation => "Beratung",
    };
    format!("{what} am {}", span(it.span))
}

/// "Eva Beispiel, Montag, 16. November 2026, 08:00–12:00".
pub fn shift(shift: &Shift, names: &Names) -> String {
    format!("{}, {}", names.of(shift.officer), span(shift.span))
}

/// A refusal that concerns a field of the shift's form; None where the form cannot help.
pub fn refusal(error: &ShiftsError, names: &Names) -> Option<Fault> {
    Some(match error {
        ShiftsError::NoSuchOfficer => Fault::new("person", "Wählen Sie jemanden aus der Liste."),
        ShiftsError::SkippedHour => Fault::new(
            "von",
            "Diese Zeit gibt es nicht: In dieser Nacht wird die Uhr vorgestellt. Wählen Sie eine andere.",
        ),
        ShiftsError::Over => Fault::new("tag", "Dieser Dienst wäre schon vorbei. Was war, bleibt, wie es war."),
        ShiftsError::Begun => Fault::new(
            "bis",
            "Dieser Dienst läuft schon. Ändern Sie nur sein Ende, oder beenden Sie ihn und tragen Sie einen neuen ein.",
        ),
        ShiftsError::OfficerBusy(then) => {
            let what: Vec<String> = then.iter().map(commitment).collect();
            let who = then.first().map_or("Diese Person", |first| names.of(first.officer));
            let what = if what.is_empty() { "etwas anderes".into() } else { what.join("; ") };
            Fault::new("person", format!("{who} hat in dieser Zeit schon etwas: {what}."))
        }
        ShiftsError::ChangedMeanwhile(now) if !now.is_published() => Fault::new("person", removed(now.updated_at)),
        ShiftsError::ChangedMeanwhile(now) => Fault::new(
            "person",
            format!(
                "Jemand hat diesen Dienst inzwischen geändert. Jetzt steht da: {}, {}. Ihre Angaben stehen noch im \
                 Formular. Speichern Sie noch einmal, wenn sie trotzdem gelten sollen.",
                shift(now, names),
                tier(now.tier)
            ),
        ),
        ShiftsError::AgainstRules(_) | ShiftsError::NoReason => for_a_reason(error)?,
        ShiftsError::NotPossible { .. } => {
            Fault::new("person", "Dieser Dienst ist inzwischen entfernt. Tragen Sie ihn zuerst wieder ein.")
        }
        ShiftsError::NoSuchHotline
        | ShiftsError::NoSuchClosure
        | ShiftsError::BadClosure(_)
        | ShiftsError::BadHelp(_)
        | ShiftsError::HotlineChanged(_)
        | ShiftsError::OpenChanged(_)
        | ShiftsError::NoSuchShift
        | ShiftsError::Forbidden
        | ShiftsError::BadHotline(_)
        | ShiftsError::NoSuchFlow { .. }
        | ShiftsError::BadDayName
        | ShiftsError::BadMailbox
        | ShiftsError::NoSuchDay
        | ShiftsError::NumberTaken
        | ShiftsError::Db(_) => return None,
    })
}

/// A refusal that a tick and a reason could lift.
pub fn for_a_reason(error: &ShiftsError) -> Option<Fault> {
    match error {
        ShiftsError::AgainstRules(rules) => Some(Fault::new(
            "trotzdem",
            format!(
                "Das ist gegen die Regeln: {}. Wenn es sein muss, setzen Sie unten den Haken und sagen Sie, warum.",
                rules.join("; ")
            ),
        )),
        ShiftsError::NoReason => {
            Some(Fault::new("grund", "Sagen Sie, warum es gegen die Regeln sein muss: mit 3 bis 500 Zeichen."))
        }
        _ => None,
    }
}

/// What to say where a shift is not there any more, and since when.
pub fn removed(since: Instant) -> String {
    format!(
        "Jemand hat diesen Dienst inzwischen entfernt ({}). Wer es war, steht im Verlauf. Soll er doch sein, tragen Sie \
         ihn wieder ein.",
        say::short(since)
    )
}

/// The same for a shift that was left out, where no form stands beside it.
pub fn left_out(error: &ShiftsError, names: &Names) -> Option<Fault> {
    match error {
        ShiftsError::AgainstRules(rules) => {
            Some(Fault::new("", format!("Das wäre gegen die Regeln: {}.", rules.join("; "))))
        }
        error => refusal(error, names),
    }
}

/// What happens where nobody fits who could be rung.
pub fn if_nobody_fits(rule: IfNobodyFits) -> &'static str {
    match rule {
        IfNobodyFits::NextBest => "Es klingelt bei den anderen im Dienst",
        IfNobodyFits::Wait => "Anrufende warten auf jemanden, der passt",
        IfNobodyFits::OtherOffice => "Erst Nachbarn fragen, dann die anderen im Dienst",
    }
}

/// Whether call-backs ring by themselves.
pub fn callbacks_ring(rule: CallbacksRing) -> &'static str {
    match rule {
        CallbacksRing::ByHand => "Jemand im Dienst ruft über die Liste zurück",
        CallbacksRing::WhenDue => "Es klingelt von selbst, sobald ein Rückruf fällig ist",
        CallbacksRing::WhenFree => "Es klingelt von selbst, sobald jemand frei ist",
    }
}

/// A hotline field by field, as its form calls them.
pub fn facts_of(it: &Hotline) -> Vec<(&'static str, String)> {
    let yes = |checked: bool| if checked { "ja" } else { "nein" }.to_owned();
    let seconds = |count: i64| format!("{count} Sekunden");
    let topics: Vec<&str> = it.rules.priority_topics.iter().map(|topic| topic.title(Language::De)).collect();
    let instruction = |language| match it.rules.instruction.get(&language) {
        Some(text) => format!("„{text}“"),
        None => "der übliche Text".to_owned(),
    };
    vec![
        ("Name", it.name.clone()),
        ("Nummer", it.number.to_string()),
        ("Ablauf", it.flow.clone()),
        ("Klingeln", seconds(it.ring_seconds)),
        ("Wenn niemand passt", if_nobody_fits(it.rules.if_nobody_fits).to_owned()),
        ("Pause", seconds(it.rules.pause_seconds)),
        ("Nachbarn nach", seconds(it.rules.neighbours_after_seconds)),
        ("Überlappung", seconds(it.rules.overlap_seconds)),
        ("Vorsprung", seconds(it.rules.head_start_seconds)),
        ("Themen mit Vorrang", if topics.is_empty() { "keine".to_owned() } else { topics.join(", ") }),
        ("Bekannte zuerst", yes(it.rules.known_caller_first)),
        ("Rückrufe", callbacks_ring(it.rules.callbacks_ring).to_owned()),
        ("Anweisung auf Deutsch", instruction(Language::De)),
        ("Anweisung auf Englisch", instruction(Language::En)),
        ("Anweisung in Leichter Sprache", instruction(Language::Simple)),
        ("In Betrieb", yes(it.active)),
        ("Zeiten", it.hours.announcement(Language::De)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::id::OfficerId;
    use crate::shifts::duty::example::{self, at};

    #[test]
    fn times_say_on_which_day_they_end() {
        for (start, end, said) in [
            ("2026-11-16 08:00", "2026-11-16 20:00", "08:00–20:00"),
            ("2026-11-16 20:00", "2026-11-17 00:00", "20:00–24:00"),
            ("2026-11-16 20:00", "2026-11-17 08:00", "20:00–08:00 (Dienstag)"),
            ("2026-11-16 08:00", "2026-11-17 08:00", "08:00–08:00 (Dienstag)"),
        ] {
            assert_eq!(times(Span { start: at(start), end: at(end) }), said);
        }
    }

    #[test]
    fn absences_of_whole_days_are_said_in_days() {
        for (from, minutes, said) in [
            ("2026-11-20 00:00", 6 * 1440, "20.11. bis 25.11."),
            ("2026-11-20 00:00", 1440, "20.11."),
            ("2026-11-20 09:00", 90, "20.11. 09:00 bis 20.11. 10:30"),
            ("2026-11-20 12:00", 720, "20.11. 12:00 bis 20.11. 24:00"),
        ] {
            let entered = example::absence(OfficerId::mint(), AbsenceKind::Leave, at(from), minutes);
            assert_eq!(absence(&entered), said);
        }
    }

    #[test]
    fn lengths_are_hours_and_minutes() {
        for (minutes, said) in [(1, "1 Min."), (60, "1 Std."), (150, "2 Std. 30 Min.")] {
            assert_eq!(length(TimeDelta::minutes(minutes)), said);
        }
    }
}
