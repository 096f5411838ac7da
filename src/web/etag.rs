//! Answers that a program polls: whoever has the current state gets 304.

use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use sha2::{Digest, Sha256};

/// What is polled: its media type, and for how long a copy may be used without asking.
pub struct Polled {
    pub kind: &'static str,
    pub kept: &'static str,
}

/// RFC 9110 § 13.1.2: compared weakly, any of a list, or `*`.
pub fn fresh_or_unchanged(headers: &HeaderMap, polled: &Polled, body: String) -> Response {
    let tag = format!("\"{}\"", URL_SAFE_NO_PAD.encode(&Sha256::digest(body.as_bytes())[..18]));
    let known = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let mut known = known.flat_map(|list| list.split(',')).map(|one| one.trim().trim_start_matches("W/"));
    let unchanged = known.any(|one| one == tag || one == "*");
    let mut response = match unchanged {
        true => StatusCode::NOT_MODIFIED.into_response(),
        false => ([(header::CONTENT_TYPE, polled.kind)], body).into_response(),
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(polled.kept));
    headers.extend(HeaderValue::from_str(&tag).map(|tag| (header::ETAG, tag)));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    const CALENDAR: Polled = Polled { kind: "text/calendar", kept: "private, max-age=300" };

    fn asked(if_none_match: &str) -> StatusCode {
        let mut headers = HeaderMap::new();
        headers.insert(header::IF_NONE_MATCH, if_none_match.parse().unwrap());
        fresh_or_unchanged(&headers, &CALENDAR, "BEGIN:VCALENDAR".into()).status()
    }

    #[test]
    fn who_has_the_current_state_gets_nothing_new() {
        let first = fresh_or_unchanged(&HeaderMap::new(), &CALENDAR, "BEGIN:VCALENDAR".into());
        assert_eq!(first.status(), StatusCode::OK);
        let tag = first.headers()[header::ETAG].to_str().unwrap().to_owned();
        assert!(tag.starts_with('"'), "the tag is strong");
        for (known, status) in [
            (tag.clone(), StatusCode::NOT_MODIFIED),
            (format!("\"other\", {tag}"), StatusCode::NOT_MODIFIED),
            (format!("W/{tag}"), StatusCode::NOT_MODIFIED),
            ("*".into(), StatusCode::NOT_MODIFIED),
            ("\"other\"".into(), StatusCode::OK),
        ] {
            assert_eq!(asked(&known), status, "{known}");
        }
    }
}
