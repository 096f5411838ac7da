//! "PIN für das Diensttelefon": an officer sees their number and sets their PIN.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use serde::Deserialize;

use crate::desk::Desk;
use crate::people::{self, PeopleError, SignedIn};
use crate::web::{self, Form, Locale, Page};

#[derive(Template)]
#[template(path = "calls/pages/pin.html")]
struct PinPage<'a> {
    t: &'a Locale,
    page: Page,
    /// The duty number as one dials it; none where the authority has none.
    line: Option<String>,
    number: Option<i64>,
    /// Whether it was set just now.
    is_set: bool,
    fault: Option<&'static str>,
    /// Only who advises has a PIN.
    advises: bool,
}

#[derive(Deserialize)]
struct NewPin {
    #[serde(default)]
    pin: String,
    #[serde(default)]
    again: String,
}

pub fn pages() -> Router<Desk> {
    Router::new().route("/dienst/pin", get(show).post(set))
}

async fn show(State(desk): State<Desk>, t: Locale, user: SignedIn) -> Response {
    page(&desk, &t, &user, (false, None)).await
}

async fn set(State(desk): State<Desk>, t: Locale, user: SignedIn, Form(new): Form<NewPin>) -> Response {
    let pin: String = new.pin.chars().filter(|it| !it.is_whitespace()).collect();
    let again: String = new.again.chars().filter(|it| !it.is_whitespace()).collect();
    if pin != again {
        return page(
            &desk,
            &t,
            &user,
            (false, Some("Die beiden Eingaben sind nicht gleich. Geben Sie die PIN zweimal ein.")),
        )
        .await;
    }
    match people::set_pin(&desk, desk.now(), &user.0, &pin).await {
        Ok(_) => page(&desk, &t, &user, (true, None)).await,
        Err(PeopleError::WeakPin) => {
            let fault = "Eine PIN hat sechs Ziffern, die nicht alle gleich sind und nicht der Reihe nach kommen.";
            page(&desk, &t, &user, (false, Some(fault))).await
        }
        Err(PeopleError::NoNumberLeft) => {
            page(&desk, &t, &user, (false, Some("Alle vierstelligen Dienstnummern sind vergeben."))).await
        }
        Err(PeopleError::Db(error)) => web::unavailable(&t, &error),
        Err(_) => web::not_found(&t),
    }
}

async fn page(desk: &Desk, t: &Locale, user: &SignedIn, (is_set, fault): (bool, Option<&'static str>)) -> Response {
    let number = match people::find_number(desk, &user.0).await {
        Ok(number) => number,
        Err(error) => return web::unavailable(t, &error),
    };
    let page = user.page(t, "PIN für das Diensttelefon");
    let (status, page) = match fault {
        Some(_) => (StatusCode::BAD_REQUEST, page.with_error(t)),
        None => (StatusCode::OK, page),
    };
    let line = desk.config.telephony.duty_line.as_ref().map(|line| line.0.to_string());
    web::html(status, &PinPage { t, page, line, number, is_set, fault, advises: user.0.officer.is_some() })
}
