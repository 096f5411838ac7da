//! The files that browsers load: styles, fonts, scripts, all inside the program (`build.rs` collects them).
//! Not: pages, or anything made on request. One rule: an address that carries the file's own hash may be kept for ever.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use axum::Router;
use axum::extract::{Path, RawQuery};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use http::{HeaderMap, StatusCode};
use rust_embed::{Embed, EmbeddedFile};

#[derive(Embed)]
#[folder = "$OUT_DIR/assets"]
struct Files;

struct Asset {
    bytes: Vec<u8>,
    content_type: String,
    /// The first 16 hexadecimal digits of the file's SHA-256.
    hash: String,
}

static ASSETS: LazyLock<BTreeMap<String, Asset>> = LazyLock::new(|| {
    Files::iter().filter_map(|name| Some((name.to_string(), Asset::from(Files::get(&name)?)))).collect()
});

const FOR_EVER: &str = "public, max-age=31536000, immutable";
const FOR_AN_HOUR: &str = "public, max-age=3600";

/// `GET /assets/{file}`.
pub fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/assets/{file}", get(serve))
}

/// The address of an asset for a template: `asset("kern.min.css")` is `/assets/kern.min.css?v=<hash>`.
pub fn asset(name: &str) -> String {
    match ASSETS.get(name) {
        Some(asset) => format!("/assets/{name}?v={}", asset.hash),
        None => format!("/assets/{name}"),
    }
}

async fn serve(Path(name): Path<String>, RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    let Some(asset) = ASSETS.get(&name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let etag = format!("\"{}\"", asset.hash);
    let named_by_hash = query.is_some_and(|query| query == format!("v={}", asset.hash));
    let kept = [(CACHE_CONTROL, if named_by_hash { FOR_EVER } else { FOR_AN_HOUR })];
    if holds(&headers, &etag) {
        return (StatusCode::NOT_MODIFIED, kept, [(ETAG, etag)]).into_response();
    }
    (kept, [(ETAG, etag), (CONTENT_TYPE, asset.content_type.clone())], asset.bytes.as_slice()).into_response()
}

/// Whether the browser already has this version (RFC 9110 §13.1.2; a proxy that compressed it made the tag weak).
fn holds(headers: &HeaderMap, etag: &str) -> bool {
    headers
        .get_all(IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|tag| tag.trim() == "*" || tag.trim().trim_start_matches("W/") == etag)
}

impl From<EmbeddedFile> for Asset {
    fn from(file: EmbeddedFile) -> Self {
        let content_type = match file.metadata.mimetype() {
            text if text.starts_with("text/") => format!("{text}; charset=utf-8"),
            other => other.to_owned(),
        };
        let hash = file.metadata.sha256_hash()[..8].iter().map(|byte| format!("{byte:02x}")).collect();
        Self { bytes: file.data.into_owned(), content_type, hash }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;
    use http::Request;
    use tower::ServiceExt;

    async fn get(address: &str, if_none_match: &str) -> Response {
        let request = Request::get(address).header(IF_NONE_MATCH, if_none_match).body(Body::empty()).unwrap();
        router::<()>().oneshot(request).await.unwrap()
    }

    #[tokio::test]
    async fn an_asset_named_by_its_hash_may_be_kept_for_ever() {
        let answer = get(&asset("kern.min.css"), "").await;
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.headers()[CACHE_CONTROL], FOR_EVER);
        assert_eq!(answer.headers()[CONTENT_TYPE], "text/css; charset=utf-8");

        assert_eq!(get("/assets/kern.min.css?v=0", "").await.headers()[CACHE_CONTROL], FOR_AN_HOUR);
    }

    #[tokio::test]
    async fn a_browser_that_has_the_file_is_told_so() {
        let first = get("/assets/FiraSans-Regular.woff2", "").await;
        assert_eq!(first.headers()[CONTENT_TYPE], "font/woff2");
        let etag = first.headers()[ETAG].to_str().unwrap().to_owned();
        assert_eq!(get("/assets/FiraSans-Regular.woff2", &etag).await.status(), StatusCode::NOT_MODIFIED);
        assert_eq!(get("/assets/FiraSans-Regular.woff2", "\"other\"").await.status(), StatusCode::OK);
    }

    #[tokio::test]
    async fn an_unknown_asset_is_not_found() {
        assert_eq!(get("/assets/nothing.css", "").await.status(), StatusCode::NOT_FOUND);
    }

    #[test]
    fn every_file_that_our_styles_name_is_served() {
        let styles = String::from_utf8(ASSETS["sprechzeit.css"].bytes.clone()).unwrap();
        let named: Vec<_> = styles.split("url(\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert!(!named.is_empty());
        for name in named {
            assert!(ASSETS.contains_key(name), "{name}");
        }
    }
}
