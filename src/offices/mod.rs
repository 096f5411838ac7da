//! The offices, the topics they advise on, which place belongs to which office, and when an office is open.
//!
//! Offices, places and topics are tables compiled into the program (`data/`); hours and own days are rows.
//! Rule: whatever a citizen types or leaves out, some office is responsible; in doubt the state office.

mod announcement;
mod calendar;
mod hours;
mod office;
mod place;
mod table;
mod topic;

pub use calendar::{Calendar, Closure, DayException, Opening, holiday};
pub use hours::{HoursError, OpeningHours, WeeklyRule};
pub use office::{Office, OfficeId, offices};
pub use place::{Found, Place, find_places, places};
pub use topic::{Group, Sensitivity, Topic, TopicId, groups, topics};

/// A text that should have been one of our short codes and was not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{text}\" is not {what}")]
pub struct Unknown {
    what: &'static str,
    text: String,
}

impl Unknown {
    fn new(what: &'static str, text: &str) -> Self {
        Self { what, text: text.chars().take(64).collect() }
    }
}
