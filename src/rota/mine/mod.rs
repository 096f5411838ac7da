//! The officer's own page: my shifts, whether I confirmed them, what I am asked, my hours.
//!
//! Has no verbs of its own: each button is a verb of the room whose thing it is. Rule: it can be used with one thumb.

mod page;

pub use page::pages;
