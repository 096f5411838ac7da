//! The staff's pages on calls: which there were, what happened in one, whom to call back, and the test telephone.
//!
//! German only; the words stand here and in the templates.

mod blocks;
mod callbacks;
mod help;
mod list;
mod story;
mod talk;
mod telephone;
mod traffic;
mod voicemails;
mod who;

use axum::Router;
use axum::response::Response;
use axum::routing::{get, post};
use http::StatusCode;

use crate::desk::Desk;
use crate::kernel::{Instant, Language, local};
use crate::offices::TopicId;
use crate::web::{self, Locale};

use super::CallsError;

pub fn pages() -> Router<Desk> {
    Router::new()
        .merge(super::duty_line::pages())
        .route("/dienst/anrufe", get(list::show))
        .route("/dienst/anrufe/{id}", get(story::show))
        .route("/dienst/wer", get(who::show))
        .route("/dienst/anrufe/im-bild/{flow}", get(traffic::show))
        .route("/dienst/nachbarn/konto", get(help::show))
        .route("/dienst/anrufe/{id}/sperre", get(blocks::ask).post(blocks::propose))
        .route("/dienst/sperren", get(blocks::show))
        .route("/dienst/sperren/{id}/{was}", post(blocks::decide))
        .route("/dienst/gespraech", get(talk::show))
        .route("/dienst/gespraech/{call}/{was}", get(talk::ask_requeue).post(talk::control))
        .route("/dienst/rueckrufe", get(callbacks::show))
        .route("/dienst/rueckrufe/{id}/anrufen", post(callbacks::call))
        .route("/dienst/rueckrufe/{id}/erledigt", get(callbacks::ask_done).post(callbacks::done))
        .route("/dienst/rueckrufe/{id}/aufgeben", get(callbacks::ask).post(callbacks::give_up))
        .route("/dienst/sprachnachrichten", get(voicemails::show))
        .route("/dienst/sprachnachrichten/{id}/ton", get(voicemails::play))
        .route("/dienst/sprachnachrichten/{id}/gehoert", post(voicemails::heard))
        .route("/dienst/sprachnachrichten/{id}/loeschen", get(voicemails::ask).post(voicemails::delete))
        .route("/telefon", get(telephone::show))
        .route("/telefon/ansagen/{flow}", get(telephone::flow))
}

/// The answer to a request that cannot go on.
fn refused(t: &Locale, error: CallsError) -> Response {
    match error {
        CallsError::NoSuchCall
        | CallsError::NoSuchCallback
        | CallsError::NoSuchVoicemail
        | CallsError::NoSuchBlock
        | CallsError::DeletedAlready
        | CallsError::NoSound => web::not_found(t),
        CallsError::Db(error) => web::unavailable(t, &error),
        CallsError::SoundAway(_) => web::unavailable(t, &error),
        CallsError::ClosedAlready
        | CallsError::NoTelephone
        | CallsError::NoTalk
        | CallsError::OtherOrder
        | CallsError::NobodyFree
        | CallsError::AskedAlready
        | CallsError::NumberWithheld
        | CallsError::NumberGone
        | CallsError::BadBlock
        | CallsError::NotYoursToDecide
        | CallsError::BlockDecided
        | CallsError::StillCalling
        | CallsError::CalledBackNow
        | CallsError::InCall
        | CallsError::Recovering(_)
        | CallsError::NotCallable
        | CallsError::FateUnknown
        | CallsError::ProviderRefused(_)
        | CallsError::NoSuchFlow(_) => {
            tracing::error!(%error, "a page on calls could not be shown");
            web::message(t, StatusCode::INTERNAL_SERVER_ERROR, "unavailable-title", "unavailable-text")
        }
    }
}

/// The title of a topic, by the code that stands in the record.
fn topic(code: Option<&str>) -> &'static str {
    let topic = code.and_then(|code| code.parse::<TopicId>().ok());
    topic.map_or("nicht angegeben", |topic| topic.title(Language::De))
}

/// The language that a caller chose.
fn language(language: Language) -> &'static str {
    match language {
        Language::De => "Deutsch",
        Language::En => "Englisch",
        Language::Simple => "Leichte Sprache",
        Language::Other(tag) => tag,
    }
}

/// "10:02:05" on Berlin's clocks.
fn clock(at: Instant) -> String {
    local::wall(at).format("%H:%M:%S").to_string()
}

/// "20 s", "3 min 5 s", "2 h 10 min", "4 Tage".
fn lasted(length: chrono::TimeDelta) -> String {
    let seconds = length.num_seconds().max(0);
    match (seconds / 86_400, seconds / 3600, seconds / 60) {
        (0, 0, 0) => format!("{seconds} s"),
        (0, 0, minutes) => format!("{minutes} min {} s", seconds % 60),
        (0, hours, minutes) => format!("{hours} h {} min", minutes % 60),
        (1, _, _) => "1 Tag".into(),
        (days, _, _) => format!("{days} Tage"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    #[test]
    fn a_length_is_said_in_the_units_that_matter() {
        for (seconds, words) in [
            (0, "0 s"),
            (20, "20 s"),
            (185, "3 min 5 s"),
            (7_800, "2 h 10 min"),
            (90_000, "1 Tag"),
            (350_000, "4 Tage"),
            (-1, "0 s"),
        ] {
            assert_eq!(lasted(TimeDelta::seconds(seconds)), words);
        }
    }
}
