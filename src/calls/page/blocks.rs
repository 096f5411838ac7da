//! Blocks of abusive callers: proposed from a call's page, decided by a second person, listed, lifted.

use askama::Template;
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use http::StatusCode;
use serde::Deserialize;

use crate::desk::Desk;
use crate::kernel::Instant;
use crate::kernel::id::{BlockId, CallId};
use crate::people::{Actor, SignedIn};
use crate::web::{self, Locale, Page, say};

use crate::calls::{self, Block, BlockState, CallsError, Proposal, Verdict};

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    meldung: String,
    zustand: String,
    text: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Typed {
    grund: String,
    tage: String,
}

#[derive(Template)]
#[template(path = "calls/pages/blocks.html")]
struct BlocksPage<'a> {
    t: &'a Locale,
    page: Page,
    /// The look of a notice and its text.
    notice: Option<(&'static str, &'static str)>,
    states: Vec<(String, &'static str, bool)>,
    text: String,
    blocks: Vec<BlockView>,
    filtered: bool,
}

#[derive(Template)]
#[template(path = "calls/pages/block.html")]
struct ProposePage<'a> {
    t: &'a Locale,
    page: Page,
    call: CallId,
    typed: Typed,
    fault: Option<&'static str>,
    /// Nothing can be proposed.
    withheld: bool,
}

struct BlockView {
    id: BlockId,
    call: CallId,
    proposed: String,
    state: &'static str,
    look: &'static str,
    reason: String,
    lasts: String,
    hits: i64,
    may_decide: bool,
    may_lift: bool,
    /// Waits for somebody else.
    waits: bool,
}

impl BlockView {
    fn new(block: Block, actor: &Actor, now: Instant) -> Self {
        let state = block.state;
        // The round that ends it may still come.
        let is_over = block.until.is_some_and(|until| until <= now);
        Self {
            id: block.id,
            call: block.call,
            proposed: block.proposed_at.map(say::short).unwrap_or_default(),
            state: if is_over && state == BlockState::Active { german(BlockState::Over) } else { german(state) },
            look: match state {
                BlockState::Active if !is_over => "warning",
                BlockState::Proposed => "warning",
                BlockState::Noted
                | BlockState::Active
                | BlockState::Rejected
                | BlockState::Lifted
                | BlockState::Over => "info",
            },
            lasts: match block.until {
                Some(until) => format!("bis {}", say::short(until)),
                None if block.days == 1 => "1 Tag".into(),
                None => format!("{} Tage", block.days),
            },
            hits: block.hits,
            may_decide: state == BlockState::Proposed && block.may_decide(actor),
            may_lift: state == BlockState::Active && !is_over && actor.may_plan(&block.office),
            waits: state == BlockState::Proposed && !block.may_decide(actor),
            reason: block.reason,
        }
    }
}

pub fn german(state: BlockState) -> &'static str {
    match state {
        BlockState::Noted => "vermerkt",
        BlockState::Proposed => "vorgeschlagen",
        BlockState::Active => "in Kraft",
        BlockState::Rejected => "abgelehnt",
        BlockState::Lifted => "aufgehoben",
        BlockState::Over => "abgelaufen",
    }
}

fn notice(key: &str) -> Option<(&'static str, &'static str)> {
    match key {
        "vorgeschlagen" => Some((
            "success",
            "Die Sperre ist vorgeschlagen. Sie gilt erst, wenn eine zweite Person sie in Kraft setzt.",
        )),
        "annehmen" => Some(("success", "Die Sperre ist in Kraft.")),
        "ablehnen" => Some(("success", "Die Sperre ist abgelehnt; der Abdruck der Nummer ist gelöscht.")),
        "aufheben" => Some(("success", "Die Sperre ist aufgehoben; der Abdruck der Nummer ist gelöscht.")),
        "schon" => Some(("info", "Darüber ist schon entschieden.")),
        "nicht" => {
            Some(("warning", "Das entscheidet jemand aus der Planung, der die Sperre nicht selbst vorgeschlagen hat."))
        }
        _ => None,
    }
}

impl Asked {
    fn wants(&self, block: &Block) -> bool {
        let state = self.zustand.parse::<BlockState>().map_or(true, |state| state == block.state);
        state && block.reason.to_lowercase().contains(&self.text.trim().to_lowercase())
    }

    fn states(&self) -> Vec<(String, &'static str, bool)> {
        use BlockState::{Active, Lifted, Over, Proposed, Rejected};
        let choice = |state: BlockState| (state.to_string(), german(state), self.zustand == state.to_string());
        let all = (String::new(), "alle", self.zustand.is_empty());
        [all].into_iter().chain([Proposed, Active, Over, Lifted, Rejected].map(choice)).collect()
    }
}

pub async fn show(State(desk): State<Desk>, t: Locale, user: SignedIn, Query(asked): Query<Asked>) -> Response {
    let all = match calls::list_blocks(&desk, &user.0).await {
        Ok(all) => all,
        Err(error) => return web::unavailable(&t, &error),
    };
    let (count, now) = (all.len(), desk.now());
    let wanted = all.into_iter().filter(|block| asked.wants(block));
    let blocks: Vec<_> = wanted.map(|block| BlockView::new(block, &user.0, now)).collect();
    web::ok(&BlocksPage {
        t: &t,
        page: user.page(&t, "Sperren"),
        notice: notice(&asked.meldung),
        states: asked.states(),
        filtered: blocks.len() < count,
        blocks,
        text: asked.text,
    })
}

const WITHHELD: &str =
    "Bei diesem Anruf war die Nummer unterdrückt. Sie ist nicht bekannt und kann nicht gesperrt werden.";

pub async fn ask(State(desk): State<Desk>, t: Locale, user: SignedIn, Path(id): Path<String>) -> Response {
    let Ok(call) = id.parse() else { return web::not_found(&t) };
    match calls::explain_call(&desk, &user.0, call).await {
        Ok(_) => {
            let withheld = match calls::is_withheld(&desk, call).await {
                Ok(withheld) => withheld,
                Err(error) => return web::unavailable(&t, &error),
            };
            let fault = withheld.then_some(WITHHELD);
            let typed = Typed { tage: "30".into(), ..Typed::default() };
            web::ok(&ProposePage { t: &t, page: user.page(&t, "Sperre vorschlagen"), call, typed, fault, withheld })
        }
        Err(error) => super::refused(&t, error),
    }
}

pub async fn propose(
    State(desk): State<Desk>,
    t: Locale,
    user: SignedIn,
    Path(id): Path<String>,
    Form(typed): Form<Typed>,
) -> Response {
    let Ok(call) = id.parse() else { return web::not_found(&t) };
    let proposal = Proposal { reason: typed.grund.clone(), days: typed.tage.trim().parse().unwrap_or_default() };
    let fault = match calls::propose_block(&desk, desk.now(), &user.0, call, &proposal).await {
        Ok(()) => return back(&t, "vorgeschlagen"),
        Err(CallsError::BlockDecided) => return back(&t, "schon"),
        Err(CallsError::BadBlock) => {
            "Geben Sie einen Grund mit 5 bis 500 Zeichen und eine Dauer von 1 bis 90 Tagen an."
        }
        Err(CallsError::NumberWithheld) => WITHHELD,
        Err(CallsError::NumberGone) => {
            "Die Nummer dieses Anrufs ist schon gelöscht. Eine Sperre kann vorgeschlagen werden, solange ein Anruf dauert oder \
             nachdem er wegen Missbrauchs beendet wurde."
        }
        Err(error) => return super::refused(&t, error),
    };
    let page = user.page(&t, "Sperre vorschlagen").with_error(&t);
    web::html(
        StatusCode::BAD_REQUEST,
        &ProposePage { t: &t, page, call, typed, fault: Some(fault), withheld: fault == WITHHELD },
    )
}

pub async fn decide(
    State(desk): State<Desk>,
    t: Locale,
    user: SignedIn,
    Path((id, what)): Path<(String, String)>,
) -> Response {
    let Ok(id) = id.parse() else { return web::not_found(&t) };
    let now = desk.now();
    let decided = match what.as_str() {
        "annehmen" => calls::decide_block(&desk, now, &user.0, id, Verdict::Approve).await,
        "ablehnen" => calls::decide_block(&desk, now, &user.0, id, Verdict::Reject).await,
        "aufheben" => calls::lift_block(&desk, now, &user.0, id).await,
        _ => return web::not_found(&t),
    };
    match decided {
        Ok(()) => back(&t, &what),
        Err(CallsError::BlockDecided) => back(&t, "schon"),
        Err(CallsError::NotYoursToDecide) => back(&t, "nicht"),
        Err(error) => super::refused(&t, error),
    }
}

fn back(t: &Locale, notice: &str) -> Response {
    web::go(&t.path(&format!("/dienst/sperren?meldung={notice}")))
}
