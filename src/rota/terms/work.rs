//! How much an officer works: the part of full time, and the hours of a week that are agreed at most.

/// The terms of work of an officer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// Of full time, 1 to 100.
    pub percent: i64,
    /// 1 to 60; None: no limit of their own.
    pub max_week_hours: Option<i64>,
    /// Counts the changes.
    pub sequence: i64,
}

impl Default for Terms {
    fn default() -> Self {
        Self { percent: 100, max_week_hours: None, sequence: 0 }
    }
}

impl Terms {
    pub fn check(&self) -> Result<(), TermsFault> {
        if !(1..=100).contains(&self.percent) {
            return Err(TermsFault::Percent);
        }
        let fits = self.max_week_hours.is_none_or(|hours| (1..=60).contains(&hours));
        fits.then_some(()).ok_or(TermsFault::MaxWeekHours)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TermsFault {
    #[error("somebody works 1 to 100 per cent of full time")]
    Percent,
    #[error("a limit of hours in a week is 1 to 60")]
    MaxWeekHours,
}
