//! Wires the program: opens the database, merges the slices' doors, serves, and drains at shutdown.

use std::future::{Future, IntoFuture};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{MethodRouter, get};
use axum::{Json, Router, middleware};
use http::{StatusCode, header};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::timeout::TimeoutLayer;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;

use crate::config::{self, Config};
use crate::db::{Db, DbError, Read};
use crate::desk::{Desk, Mode};
use crate::kernel::{Clock, Language};
use crate::library::LibraryError;
use crate::rota::board::Scale;
use crate::vault::Vault;
use crate::web::{self, Locale};
use crate::{bookings, calls, demo, feeds, library, metrics, offices, official, people, rota, rounds, shifts};

/// The version, and that of the time zone database inside.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Opens everything that verbs need. The vault's keys must be in the configuration.
pub async fn desk(config: Config, url: &str, clock: Clock, mode: Mode) -> anyhow::Result<Desk> {
    // TLS for mail and the provider's REST interface; a second call changes nothing.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let vault = vault(&config)?;
    let db = Db::open(url).await.context("the database could not be opened")?;
    offices::seed(&db, clock.now()).await.context("the offices could not be entered")?;
    let flows = library::open(&db, &config, clock.now()).await.context("a call flow is wrong")?;
    Ok(Desk {
        db,
        vault,
        clock,
        config: config.into(),
        flows: flows.into(),
        cards: Arc::default(),
        mode,
        outbox_bell: Arc::default(),
        absence_bell: Arc::default(),
    })
}

fn vault(config: &Config) -> anyhow::Result<Vault> {
    let mut keys = config.vault.keys.iter().map(|key| key.0.clone());
    let first = keys.next().context(config::NO_VAULT_KEY)?;
    Ok(Vault::new(first, keys.collect()))
}

/// How often the database is tried again at the start.
const AGAIN: Duration = Duration::from_secs(3);

/// What `serve` opens.
pub struct Opening {
    pub config: Config,
    pub url: String,
    pub clock: Clock,
    pub mode: Mode,
}

impl Opening {
    /// Opens everything as [`desk`] does. As long as the database is away, callers hear the duty cards from the folder, and
    /// everybody else that it is away. None where `stop` is done before.
    pub async fn open_in_time(
        self,
        listener: TcpListener,
        stop: impl Future<Output = ()> + Send,
    ) -> anyhow::Result<Option<(Desk, TcpListener)>> {
        if let Some(desk) = self.open().await? {
            return Ok(Some((desk, listener)));
        }
        tracing::error!("the database is away; callers hear the duty cards from the folder until it is there");
        let listener = listener.into_std()?;
        let opened = CancellationToken::new();
        let serving = axum::serve(TcpListener::from_std(listener.try_clone()?)?, standby(&self.config, &self.clock)?)
            .with_graceful_shutdown(opened.clone().cancelled_owned());
        // A connection on which nothing comes is not waited for.
        let drained = opened.clone();
        let serving = async {
            tokio::select! {
                served = serving.into_future() => served,
                () = async { drained.cancelled().await; tokio::time::sleep(AGAIN).await } => Ok(()),
            }
        };
        let opened = opened.drop_guard();
        let waiting = async {
            let _opened = opened;
            tokio::select! {
                found = self.open_again() => found.map(Some),
                () = stop => Ok(None),
            }
        };
        let (served, found) = tokio::join!(serving, waiting);
        served.context("serving ended")?;
        Ok(found?.zip(Some(TcpListener::from_std(listener)?)))
    }

    async fn open_again(&self) -> anyhow::Result<Desk> {
        loop {
            tokio::time::sleep(AGAIN).await;
            if let Some(desk) = self.open().await? {
                return Ok(desk);
            }
        }
    }

    /// None where the database is away.
    async fn open(&self) -> anyhow::Result<Option<Desk>> {
        match desk(self.config.clone(), &self.url, self.clock.clone(), self.mode).await {
            Err(error) if is_away(&error) => Ok(None),
            result => result.map(Some),
        }
    }
}

fn is_away(error: &anyhow::Error) -> bool {
    let gone = |error: Option<&DbError>| matches!(error, Some(DbError::Gone));
    let of_library = |error: Option<&LibraryError>| matches!(error, Some(LibraryError::Db(DbError::Gone)));
    error.chain().any(|it| gone(it.downcast_ref()) || of_library(it.downcast_ref()))
}

/// The doors that need no database.
fn standby(config: &Config, clock: &Clock) -> anyhow::Result<Router> {
    let away = |t: Locale| async move { web::unavailable(&t, &DbError::Gone) };
    let not_ready = || async {
        let health = serde_json::json!({"status": "not ready: database away", "version": VERSION});
        (StatusCode::SERVICE_UNAVAILABLE, Json(health))
    };
    Ok(calls::standby_webhooks(calls::Standby::new(config, &vault(config)?, clock))
        .merge(web::assets())
        .route("/healthz", get(not_ready))
        .fallback(away)
        .layer(middleware::from_fn(web::security_headers))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, Duration::from_secs(14))))
}

#[derive(OpenApi)]
#[openapi(info(
    title = "Sprechzeit",
    description = "Advice by appointment and by telephone: the same verbs as the screens. Times are RFC 3339 in UTC. \
                   POST takes an Idempotency-Key. Errors are problem documents (RFC 9457).",
    license(name = "EUPL-1.2", identifier = "EUPL-1.2")
))]
struct Api;

/// Every door of the program.
pub fn router(desk: Desk) -> Router {
    let (api, openapi) = OpenApiRouter::with_openapi(Api::openapi())
        .nest(
            "/api/v1",
            OpenApiRouter::new()
                .merge(offices::api())
                .merge(bookings::api())
                .merge(people::api())
                .merge(shifts::api::<Scale>())
                .merge(rota::api())
                .merge(library::api())
                .merge(calls::api())
                .merge(feeds::api())
                .merge(official::api()),
        )
        .split_for_parts();
    let api = api
        .layer(middleware::from_fn_with_state(desk.clone(), web::idempotent))
        .route("/api/v1/openapi.json", described(&openapi));

    let pages = Router::new()
        .merge(web::pages())
        .merge(bookings::pages())
        .merge(bookings::staff_pages())
        .merge(people::pages())
        .merge(shifts::pages::<Scale>())
        .merge(rota::pages())
        .merge(library::pages())
        .merge(calls::pages())
        .merge(feeds::pages())
        .merge(official::pages())
        .merge(demo::pages(desk.mode))
        .layer(middleware::from_fn(web::readable_address))
        .layer(middleware::from_fn_with_state(desk.clone(), people::keep_typed))
        .layer(middleware::from_fn_with_state(desk.clone(), web::same_origin));

    let in_languages = Language::WRITTEN.iter().filter(|language| **language != Language::De);
    in_languages
        .fold(pages.clone(), |doors, language| in_language(doors, language.tag(), pages.clone()))
        .merge(api)
        .merge(calls::webhooks())
        .merge(feeds::doors())
        .merge(library::doors())
        .merge(metrics::doors())
        .merge(demo::doors(desk.mode))
        .merge(web::assets())
        .route("/healthz", get(healthz))
        .route("/.well-known/security.txt", get(security_txt))
        .fallback(|t: Locale| async move { web::not_found(&t) })
        .layer(middleware::from_fn(web::whole_body))
        .layer(middleware::from_fn(web::security_headers))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, Duration::from_secs(14)))
        .layer(CatchPanicLayer::new())
        .layer(CompressionLayer::new())
        .with_state(desk)
}

/// The pages of a language behind its tag; the front page also where somebody typed a slash behind it.
fn in_language(doors: Router<Desk>, tag: &str, pages: Router<Desk>) -> Router<Desk> {
    let front = format!("/{tag}");
    let typed = format!("{front}/");
    doors.nest(&front, pages).route(&typed, get(move || std::future::ready(Redirect::permanent(&front))))
}

/// The description, written once: it has megabytes before it is text.
fn described(openapi: &utoipa::openapi::OpenApi) -> MethodRouter<Desk> {
    let text = Bytes::from(openapi.to_json().unwrap_or_default());
    get(move || std::future::ready(([(header::CONTENT_TYPE, "application/json")], text)))
}

/// Serves until `stop` is done, then finishes what is under way, for ten seconds at most.
pub async fn serve(
    desk: Desk,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> anyhow::Result<()> {
    let ending = CancellationToken::new();
    let rounds = rounds::start(desk.clone(), ending.clone())?;
    let drain = ending.clone();
    // A bare router would be copied for each connection, with all its doors.
    let doors = router(desk.clone()).into_make_service();
    let served = axum::serve(listener, doors).with_graceful_shutdown(async move {
        stop.await;
        drain.cancel();
    });
    let late = async {
        ending.cancelled().await;
        tokio::time::sleep(Duration::from_secs(10)).await;
    };
    tokio::select! {
        result = served => result.context("serving ended")?,
        () = late => tracing::warn!("some requests were still at work after ten seconds"),
    }
    ending.cancel();
    rounds.wait().await;
    desk.db.close().await;
    Ok(())
}

#[derive(serde::Serialize)]
struct Health {
    status: &'static str,
    version: &'static str,
    database: &'static str,
    tzdata: &'static str,
    outbox_waiting: i64,
    outbox_dead: i64,
    /// Duty cards that could not be written, or not for a day.
    duty_cards_overdue: usize,
}

async fn healthz(State(desk): State<Desk>) -> Response {
    let alive = (&desk.db).first::<(i64,)>("SELECT CAST(1 AS BIGINT)", &[]).await;
    let counted = crate::outbox::count(&desk).await;
    let (status, word, (outbox_waiting, outbox_dead)) = match (alive, counted) {
        (Ok(_), Ok(counts)) => (StatusCode::OK, "ok", counts),
        _ => (StatusCode::SERVICE_UNAVAILABLE, "database away", (0, 0)),
    };
    let tzdata = chrono_tz::IANA_TZDB_VERSION;
    let database = desk.db.engine();
    let duty_cards_overdue = desk.cards.count_overdue(desk.now());
    let health =
        Health { status: word, version: VERSION, database, tzdata, outbox_waiting, outbox_dead, duty_cards_overdue };
    (status, Json(health)).into_response()
}

/// Where to report a weakness (RFC 9116).
async fn security_txt(State(desk): State<Desk>) -> Response {
    let expires = (desk.now() + chrono::TimeDelta::days(180)).rfc3339();
    let text = format!(
        "Contact: mailto:{}\nExpires: {expires}\nPreferred-Languages: de, en\nCanonical: {}\n",
        desk.config.authority.contact,
        desk.address("/.well-known/security.txt"),
    );
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response()
}
