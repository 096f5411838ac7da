//! The dialect of Twilio's Programmable Voice: signed form posts in, TwiML out.
//!
//! Of its REST interface recorded messages and calls. One rule: nothing of a webhook is believed before `SigningKeys::verify` agreed.

mod form;
mod log;
mod orders;
mod rest;
mod signature;
mod twiml;

pub use form::read;
pub use rest::{Account, RestError, Sound};
pub use signature::{Refused, Signed, SigningKeys};
pub use twiml::{Reading, remark, remarked, ringing_only, standing, twiml};

/// The MIME type of an answer.
pub const CONTENT_TYPE: &str = "text/xml; charset=utf-8";
