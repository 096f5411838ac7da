//! The board as its table shows it: who, when, what is wrong with it, and how everybody stands.

use std::collections::HashMap;

use chrono::{Datelike, NaiveDate, Timelike};

use crate::kernel::id::OfficerId;
use crate::kernel::{Instant, Span, local};
use crate::rota::balance::{Balance, Share, balance, is_holiday};
use crate::rota::demand::{Seats, StripView, skills_of};
use crate::rota::page::{number, short_day, times};
use crate::rota::rules::{Breach, Plan};
use crate::shifts::Tier;
use crate::web::say;

use super::super::{Board, Cell, Other, Placed, Row};
use super::form::waived_words;
use super::{Asked, title};

/// A board, ready to be shown.
pub struct BoardView {
    pub title: String,
    pub previous: String,
    pub next: String,
    /// The same as a month, or as the week of its first day.
    pub other_view: String,
    pub is_month: bool,
    /// Where the same is had as a sheet or file, up to the question mark's values.
    pub query: String,
    pub days: Vec<DayView>,
    pub rows: Vec<RowView>,
    /// Officers that a search leaves out.
    pub hidden: usize,
    pub blocking: Vec<BreachView>,
    pub warnings: Vec<BreachView>,
    /// Hard ones that stand with a reason.
    pub waived: Vec<BreachView>,
    pub strips: Vec<StripView>,
    /// Empty shifts.
    pub empty: usize,
    pub draft: Option<(String, String)>,
}

pub struct DayView {
    pub day: NaiveDate,
    pub title: String,
    pub today: bool,
    /// A Sunday or a holiday.
    pub off: bool,
}

pub struct RowView {
    pub name: String,
    pub cells: Vec<CellView>,
    pub balance: Option<BalanceView>,
}

pub struct CellView {
    pub title: String,
    pub off: bool,
    pub shifts: Vec<ShiftView>,
    pub others: Vec<OtherView>,
    /// The form for a new shift of this officer on this day.
    pub add: String,
}

pub struct ShiftView {
    pub open: String,
    pub times: String,
    /// Hotline and tier, where they are not plain.
    pub more: String,
    pub look: &'static str,
    pub pinned: bool,
    pub badges: Vec<(bool, String)>,
}

pub struct OtherView {
    pub word: &'static str,
    pub look: &'static str,
    /// None: the whole day.
    pub times: Option<String>,
}

pub struct BreachView {
    pub who: String,
    pub text: String,
    pub open: Option<String>,
}

pub struct BalanceView {
    pub hours: String,
    pub contract: String,
    pub fair: String,
    pub shares: [ShareView; 3],
}

pub struct ShareView {
    /// Of what.
    pub word: &'static str,
    pub has: i64,
    pub fair: String,
    /// By more than one above what is fair.
    pub much: bool,
}

impl BoardView {
    pub fn new(board: &Board, asked: &Asked, now: Instant) -> Self {
        let plan = Plan::new(board.shifts.iter().map(|shift| &shift.planned));
        let balances = match board.is_discreet {
            true => Vec::new(),
            false => balance(&board.ground, &plan, board.window()),
        };
        let balances: HashMap<OfficerId, &Balance> = balances.iter().map(|it| (it.officer, it)).collect();
        let is_month = board.days.len() > 7;
        let all = board.rows();
        let found: Vec<&Row<'_>> = all.iter().filter(|row| matches(row, &asked.suche)).collect();
        let row = |row: &&Row<'_>| RowView::new(board, asked, row, balances.get(&row_id(row)).copied());
        let other_view = match is_month {
            true => asked.as_week(board.days.first().copied().unwrap_or_default()).address(),
            false => asked.as_month(&board.days).address(),
        };
        let (blocking, warnings) = (&board.verdict.blocking, &board.verdict.warnings);
        let told = |it: &Breach, text: String| BreachView {
            who: board.officer(it.officer).map(|officer| officer.name.clone()).unwrap_or_default(),
            text,
            open: it.shifts.iter().rev().find(|id| board.shift(**id).is_some()).map(|id| asked.with_shift(*id)),
        };
        let breach = |it: &Breach| told(it, it.text());
        let waived = board.verdict.waived.iter();
        Self {
            title: title(&board.days),
            previous: asked.turned(&board.days, -1).address(),
            next: asked.turned(&board.days, 1).address(),
            other_view,
            is_month,
            query: asked.address().split_once('?').map(|(_, query)| query.to_owned()).unwrap_or_default(),
            days: board.days.iter().map(|day| DayView::new(*day, now)).collect(),
            hidden: all.len() - found.len(),
            rows: found.iter().map(row).collect(),
            blocking: blocking.iter().map(breach).collect(),
            warnings: warnings.iter().map(breach).collect(),
            waived: waived.map(|it| told(&it.0, waived_words(it))).collect(),
            strips: strips(board, asked, now),
            empty: board.shifts.iter().filter(|shift| shift.planned.officer.is_none()).count(),
            draft: board.draft.as_ref().map(|draft| (draft.id.to_string(), draft.name.clone())),
        }
    }
}

fn row_id(row: &Row<'_>) -> OfficerId {
    row.officer.map_or(OfficerId(uuid::Uuid::nil()), |officer| officer.id)
}

fn matches(row: &Row<'_>, typed: &str) -> bool {
    let typed = typed.trim().to_lowercase();
    typed.is_empty() || row.officer.is_some_and(|officer| officer.name.to_lowercase().contains(&typed))
}

/// The strip of each hotline that is in service; of a month, only the days on which somebody is missing.
fn strips(board: &Board, asked: &Asked, now: Instant) -> Vec<StripView> {
    let officers: Vec<_> = board.officers().cloned().collect();
    let skills = skills_of(&officers);
    let strip = |hotline: &crate::shifts::Hotline| {
        let mut rota = board.rota(hotline.id);
        rota.foresee(now);
        let demands: Vec<_> = board.demands.iter().filter(|it| it.hotline == hotline.id).cloned().collect();
        let open = board.open.get(&hotline.id).map_or(&[][..], Vec::as_slice);
        let seats = Seats { rota: &rota, skills: &skills, demands: &demands, open };
        let strip = StripView::new(hotline, &seats, &board.days, now);
        let strip = match board.days.len() {
            ..=7 => strip,
            _ => strip.gaps_only(|day| asked.as_week(day).address()),
        };
        match &board.draft {
            Some(draft) => strip.into_draft(draft.id),
            None => strip,
        }
    };
    board.hotlines.iter().filter(|hotline| hotline.active).map(strip).collect()
}

impl DayView {
    fn new(day: NaiveDate, now: Instant) -> Self {
        Self { day, title: short_day(day), today: local::day(now) == day, off: is_off(day) }
    }
}

fn is_off(day: NaiveDate) -> bool {
    day.weekday() == chrono::Weekday::Sun || is_holiday(day)
}

impl RowView {
    fn new(board: &Board, asked: &Asked, row: &Row<'_>, balance: Option<&Balance>) -> Self {
        let id = row.officer.map(|officer| officer.id.to_string()).unwrap_or_default();
        let cell = |cell: &Cell<'_>| CellView::new(board, asked, &id, cell);
        Self {
            name: row.officer.map_or_else(|| "Offen".to_owned(), |officer| officer.name.clone()),
            cells: row.cells.iter().map(cell).collect(),
            balance: balance.map(BalanceView::new),
        }
    }
}

impl CellView {
    fn new(board: &Board, asked: &Asked, officer: &str, cell: &Cell<'_>) -> Self {
        Self {
            title: short_day(cell.day),
            off: is_off(cell.day),
            shifts: cell.shifts.iter().map(|shift| ShiftView::new(board, asked, shift)).collect(),
            others: cell.others.iter().map(|(other, span)| OtherView::new(*other, *span, cell.day)).collect(),
            add: format!("{}&tag={}&person={officer}#dienst", asked.address(), cell.day),
        }
    }
}

impl ShiftView {
    pub fn new(board: &Board, asked: &Asked, Placed { planned, .. }: &Placed) -> Self {
        let hotline = board.hotline(planned.hotline).filter(|_| board.hotlines.len() > 1).map(|it| it.name.clone());
        let tier = (planned.tier != Tier::FIRST).then(|| format!("{}. Reihe", planned.tier));
        let more: Vec<String> = hotline.into_iter().chain(tier).collect();
        Self {
            open: asked.with_shift(planned.id),
            times: if board.days.len() > 7 { brief(planned.span) } else { times(planned.span) },
            more: more.join(", "),
            look: look(planned.officer.is_none(), planned.tier),
            pinned: planned.pinned,
            badges: board.breaches_of(planned.id).map(|it| (it.is_hard(), it.short())).collect(),
        }
    }
}

/// "9–17", "8:30–12": for the narrow cells of a month.
fn brief(span: Span) -> String {
    let one = |at: Instant| {
        let (hour, minute) = (local::wall(at).hour(), local::wall(at).minute());
        if minute == 0 { hour.to_string() } else { format!("{hour}:{minute:02}") }
    };
    format!("{}–{}", one(span.start), one(span.end))
}

/// How a shift looks: open, first tier, backup.
pub fn look(open: bool, tier: Tier) -> &'static str {
    match (open, tier) {
        (true, _) => "open",
        (false, Tier::FIRST) => "tier1",
        (false, _) => "tier2",
    }
}

impl OtherView {
    fn new(other: Other, span: Span, day: NaiveDate) -> Self {
        let whole = local::whole_day(day);
        let shared = span.shared(whole).unwrap_or(whole);
        let end = |at: Instant| if at == whole.end { "24:00".to_owned() } else { say::time(at) };
        let part = || format!("{}–{}", say::time(shared.start), end(shared.end));
        Self { word: other.german(), look: other_look(other), times: (shared != whole).then(part) }
    }
}

pub fn other_look(other: Other) -> &'static str {
    match other {
        Other::Away(_) | Other::Absent => "away",
        Other::LeaveAsked => "asked",
        Other::Consultation => "talk",
        Other::OtherShift => "elsewhere",
    }
}

impl BalanceView {
    fn new(it: &Balance) -> Self {
        let hours = |minutes: f64| number(minutes / 60.0);
        Self {
            hours: hours(it.minutes.has as f64),
            contract: hours(it.contract_minutes as f64),
            fair: hours(it.minutes.fair),
            shares: [
                ShareView::new("Nächte", it.nights),
                ShareView::new("Wochenenden", it.weekends),
                ShareView::new("Feiertage", it.holidays),
            ],
        }
    }
}

impl ShareView {
    fn new(word: &'static str, it: Share) -> Self {
        Self { word, has: it.has, fair: number(it.fair), much: it.over() > 1.0 }
    }
}
