//! A planned shift: what a draft holds, and what the rules, the balance and the board look at, published or not.
//!
//! Rule: it keeps its id from draft to published shift, so that a difference compares like with like.

use crate::kernel::id::{HotlineId, OfficerId, ShiftId};
use crate::kernel::{Instant, Span};
use crate::shifts::{OpenShift, Shift, ShiftState, Tier};

/// One officer, or nobody yet, on one hotline over a span.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedShift {
    pub id: ShiftId,
    pub hotline: HotlineId,
    /// None: the shift is empty and somebody is wanted for it.
    pub officer: Option<OfficerId>,
    pub span: Span,
    pub tier: Tier,
    pub position: i64,
    /// Stays as it is when a rota is made or filled by a program.
    pub pinned: bool,
}

impl PlannedShift {
    /// As if it were published; None where nobody has it.
    pub fn as_published(&self) -> Option<Shift> {
        Some(Shift {
            id: self.id,
            hotline: self.hotline,
            officer: self.officer?,
            span: self.span,
            tier: self.tier,
            position: self.position,
            state: ShiftState::Published,
            sequence: 0,
            created_at: Instant(0),
            updated_at: Instant(0),
        })
    }
}

impl From<&Shift> for PlannedShift {
    fn from(shift: &Shift) -> Self {
        Self {
            id: shift.id,
            hotline: shift.hotline,
            officer: Some(shift.officer),
            span: shift.span,
            tier: shift.tier,
            position: shift.position,
            pinned: false,
        }
    }
}

impl From<&OpenShift> for PlannedShift {
    fn from(open: &OpenShift) -> Self {
        Self {
            id: open.id,
            hotline: open.hotline,
            officer: None,
            span: open.span,
            tier: open.tier,
            position: open.position,
            pinned: false,
        }
    }
}
