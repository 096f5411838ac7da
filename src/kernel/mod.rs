//! Words shared by every folder: instants, ids, spans, local time, telephone numbers, secrets, languages.
//!
//! Depends on nothing of ours and does no IO. Only `clock` and `id` ask the system for time and chance.

pub mod clock;
pub mod gender;
pub mod id;
pub mod language;
pub mod local;
pub mod name;
pub mod phone;
pub mod secret;
pub mod span;

pub use clock::{Clock, Instant};
pub use gender::Gender;
pub use language::Language;
pub use phone::Phone;
pub use secret::Secret;
pub use span::Span;
