//! A hard breach that a supervisor lets stand, with the reason.
//!
//! Rule: it holds for that breach and for nothing worse.

use crate::kernel::id::{OfficerId, WaiverId};
use crate::kernel::{Instant, Span};

use super::breach::Breach;
use super::rule::RuleKey;

/// The longest reason, in characters.
pub const LONGEST_REASON: usize = 500;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiver {
    pub id: WaiverId,
    pub rule: RuleKey,
    pub officer: OfficerId,
    pub span: Span,
    /// By how much at most: seconds, or a count.
    pub excess: i64,
    /// 3 to 500 characters.
    pub reason: String,
    /// The name of whoever gave it.
    pub granted_by: String,
    pub granted_at: Instant,
}

impl Waiver {
    pub fn covers(&self, breach: &Breach) -> bool {
        let same = (self.rule, self.officer, self.span) == (breach.rule, breach.officer, breach.span);
        same && breach.excess() <= self.excess
    }
}
