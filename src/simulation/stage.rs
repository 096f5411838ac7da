//! The stage of a simulated day: a private copy of what the operator has planned for it. The operator's database is read
//! once and never written to.
//!
//! Rule: each day plays in a fresh copy of the copy, in memory.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use chrono::{NaiveDate, TimeDelta};

use super::habits::RANGES;
use super::watch::contains;
use super::{SimulationError, store};
use crate::config::{Config, DutyCard, Mail};
use crate::db::{self, Db, Template};
use crate::desk::{Desk, Mode};
use crate::flows::Shelf;
use crate::kernel::{Clock, Span, local};
use crate::offices;
use crate::shifts::Hotline;

/// What is played, and on what.
pub struct Stage {
    pub hotline: Hotline,
    pub day: NaiveDate,
    /// When the hotline is open on that day.
    pub open: Vec<Span>,
    /// A range of callers' numbers that does not stand in the copied data.
    pub range: &'static str,
    /// The copied data, before anybody has called.
    template: Template,
    /// Of the operator: vault, flows. Its database is never used.
    source: Desk,
}

/// A folder for the first copy; it goes with its owner.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Where one day is played.
pub struct Set {
    pub desk: Desk,
}

static STAGES: AtomicU32 = AtomicU32::new(0);
/// Plans before and after the day that matter to it: shifts over midnight; appointments that callers can book.
const BEFORE: TimeDelta = TimeDelta::days(2);
const AFTER: TimeDelta = TimeDelta::days(16);

impl Stage {
    pub async fn build(source: &Desk, hotline: Hotline, day: NaiveDate) -> Result<Self, SimulationError> {
        let folder = Folder::make()?;
        let file = folder.0.join("template.sqlite");
        let copy = Db::open(&format!("sqlite:{}", file.display())).await?;
        let whole = local::whole_day(day);
        let span = Span { start: whole.start - BEFORE, end: whole.end + AFTER };
        db::copy(&source.db, &copy, store::PARTS, span).await?;
        store::forget_persons(&copy).await?;
        let calendar = offices::load_calendar(&copy, hotline.office, span).await?;
        let open = hotline.hours.spans(day, &calendar);
        copy.close().await;
        let template = Template::read(&file)?;
        let range = RANGES.into_iter().find(|range| !contains(template.bytes(), range.as_bytes())).unwrap_or(RANGES[0]);
        Ok(Self { hotline, day, open, range, template, source: source.clone() })
    }

    /// The whole local day.
    pub fn span(&self) -> Span {
        local::whole_day(self.day)
    }

    pub fn shelf(&self) -> &Shelf {
        &self.source.flows
    }

    /// A fresh copy of the copy.
    pub fn set(&self) -> Result<Set, SimulationError> {
        let db = self.template.open()?;
        Ok(Set { desk: self.desk(db, Clock::standing_at(self.span().start)) })
    }

    /// Nothing that is told, and no duty card, leaves the simulation.
    fn desk(&self, db: Db, clock: Clock) -> Desk {
        let mut config = Config::clone(&self.source.config);
        config.mail = Mail::default();
        config.telephony.duty_card = DutyCard { numbers: config.telephony.duty_card.numbers, ..DutyCard::default() };
        Desk {
            db,
            clock,
            config: config.into(),
            cards: Arc::default(),
            mode: Mode::Demo,
            outbox_bell: Arc::default(),
            absence_bell: Arc::default(),
            ..self.source.clone()
        }
    }
}

impl Set {
    /// The same node, cut off from its database.
    pub async fn cut_off(&self) -> Result<Desk, SimulationError> {
        Ok(Desk { db: Db::away().await?, ..self.desk.clone() })
    }
}

impl Folder {
    fn make() -> Result<Self, SimulationError> {
        // In memory where the system has such a place.
        let memory = Path::new("/dev/shm");
        let parent = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
        let number = STAGES.fetch_add(1, Ordering::Relaxed);
        let folder = parent.join(format!("sprechzeit-simulation-{}-{number}", std::process::id()));
        let mut builder = std::fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&folder)?;
        Ok(Self(folder))
    }
}
