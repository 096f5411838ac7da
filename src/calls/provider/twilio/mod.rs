//! The dialect of Twilio's Programmable Voice: signed form posts in, TwiML out.
//!
//! Not its REST interface. One rule: nothing of a webhook is believed before `SigningKeys::verify` agreed.

mod form;
mod signature;
mod twiml;

pub use form::read;
pub use signature::{Refused, Signed, SigningKeys};
pub use twiml::{Reading, twiml};

/// The MIME type of an answer.
pub const CONTENT_TYPE: &str = "text/xml; charset=utf-8";
