//! The rota: the shifts of an office over a period, drafted, held against the rules, published, and changed.
//!
//! Not who is on duty: `shifts` answers that, from what is published here. Rule: what is published changes only with a
//! version that says who, when and why.

mod planned;

pub use planned::PlannedShift;
