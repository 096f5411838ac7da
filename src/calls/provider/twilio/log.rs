//! Twilio's own log of calls (twilio.com/docs/voice/api/call-resource, "Read multiple Call resources").
//!
//! One rule: pages are followed within the account at the configured host only.

use chrono::{DateTime, TimeDelta};
use serde::Deserialize;

use super::rest::{Account, RestError};
use crate::calls::provider::{LegId, LegStatus, PastLeg};
use crate::kernel::{Instant, Phone, Span};

/// So many pages of a thousand legs are read at most.
const MOST: usize = 50;

#[derive(Deserialize)]
struct Page {
    calls: Vec<Entry>,
    next_page_uri: Option<String>,
}

#[derive(Deserialize)]
struct Entry {
    sid: String,
    from: Option<String>,
    to: Option<String>,
    status: LegStatus,
    start_time: Option<String>,
    end_time: Option<String>,
    duration: Option<String>,
}

impl Account<'_> {
    /// The callers' legs that came for a number within a span.
    pub async fn list_callers(&self, number: &Phone, span: Span) -> Result<Vec<PastLeg>, RestError> {
        // Days alone can be asked for; the rest is left out here.
        let day = |at: Instant| at.rfc3339()[..10].to_owned();
        let query = [
            ("To", number.as_str().to_owned()),
            ("StartTime>", day(span.start)),
            ("StartTime<", day(span.end + TimeDelta::days(1))),
            ("PageSize", "1000".to_owned()),
        ];
        let mut legs = self.list(&query).await?;
        legs.retain(|leg| span.start <= leg.started_at && leg.started_at < span.end);
        Ok(legs)
    }

    /// The legs that a caller's leg had rung, the first of them first.
    pub async fn list_rung(&self, parent: &LegId) -> Result<Vec<PastLeg>, RestError> {
        let query = [("ParentCallSid", parent.to_string()), ("PageSize", "1000".to_owned())];
        let mut legs = self.list(&query).await?;
        legs.sort_by_key(|leg| leg.started_at);
        Ok(legs)
    }

    async fn list(&self, query: &[(&str, String)]) -> Result<Vec<PastLeg>, RestError> {
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
        let (mut address, mut legs) = (format!("{}?{query}", self.address("Calls.json")), Vec::new());
        for _ in 0..MOST {
            let page: Page = self.read(&address).await?;
            legs.extend(page.calls.iter().filter_map(Entry::leg));
            match page.next_page_uri.as_deref().and_then(|next| self.next(next)) {
                Some(next) => address = next,
                None => return Ok(legs),
            }
        }
        Err(RestError::NotNow("the log is too long; ask for a shorter time".into()))
    }

    fn next(&self, uri: &str) -> Option<String> {
        let (_, query) = uri.split_once("/Calls.json?")?;
        Some(format!("{}?{query}", self.address("Calls.json")))
    }
}

impl Entry {
    /// A leg that never began is none.
    fn leg(&self) -> Option<PastLeg> {
        let at = |text: &Option<String>| {
            let at = DateTime::parse_from_rfc2822(text.as_deref()?).ok()?;
            Some(Instant(at.timestamp_micros()))
        };
        Some(PastLeg {
            leg: LegId::parse(&self.sid)?,
            caller: self.from.as_deref().and_then(Phone::of_caller),
            called: self.to.as_deref().and_then(Phone::of_caller),
            status: self.status,
            started_at: at(&self.start_time)?,
            ended_at: at(&self.end_time),
            seconds: self.duration.as_deref().and_then(|seconds| seconds.parse().ok()).unwrap_or_default(),
        })
    }
}
