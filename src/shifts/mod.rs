//! Hotlines and their shifts: who is planned, who is on duty, and where nobody is.

mod coverage;
mod duty;
mod hotline;
mod shift;

pub use coverage::{Cause, Cover, Gap, NeedsCover, Stretch, When, gaps, needs_cover, strip};
pub use duty::{Duty, NotOnDuty, OnDuty, Reason, Rota};
pub use hotline::{Hotline, HotlineFault};
pub use shift::{NotATier, Shift, ShiftPlan, ShiftState, Tier};
