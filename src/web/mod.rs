//! The furniture of every door: language, page frame, forms, problems, security headers, assets.
//!
//! Knows nothing of bookings, shifts or calls.

mod assets;
mod etag;
mod guard;
mod locale;
mod notices;
mod page;
mod problem;
mod read;
pub mod say;

pub use assets::{asset, router as assets};
pub use etag::{Polled, fresh_or_unchanged};
pub use guard::{
    BODY_LIMIT, STATEMENTS, forget_answers, idempotent, readable_address, same_origin, security_headers, whole_body,
};
pub use locale::{Locale, find_text, text, text_of_number, text_with};
pub use notices::pages;
pub use page::{Page, forbidden, go, html, message, not_found, ok, percent, unavailable};
pub use problem::{FieldFault, Problem};
pub use read::{Form, Json, Listed, Paging, Path, Query, Window};
