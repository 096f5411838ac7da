//! Who would be rung at a time, past or to come: the same duty, the same decisions as for a call, asked without one.
//!
//! It takes it that nobody waits in front and that nobody answers. Rule: nothing is decided here.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::TimeDelta;

use crate::db::DbError;
use crate::desk::Desk;
use crate::flows::{Connect, Edition, Node, Opening};
use crate::kernel::{Instant, Span};
use crate::library::{self, LibraryError};
use crate::shifts::{self, Hotline};

use super::CallsError;
use super::neighbours;
use super::route::{self, Order, Outlook, Situation, Wish};
use super::situation::{self, Calls};
use super::turn;
use super::why::Names;

/// What somebody who called would have wanted, and when.
#[derive(Clone, Copy, Debug)]
pub struct Question {
    pub at: Instant,
    pub wish: Wish,
}

/// Whether callers are let in, and who is rung at each place of the flow that connects.
#[derive(Clone, Debug)]
pub struct Answer {
    pub opening: Opening,
    pub connections: Vec<Connection>,
}

/// A place of a flow that connects.
#[derive(Clone, Debug)]
pub struct Connection {
    pub flow: String,
    pub version: i64,
    pub node: String,
    /// The hotline whose officers are rung; None where the flow names one that is not there.
    pub hotline: Option<Hotline>,
    pub outlook: Outlook,
    pub names: Names,
    /// Neighbours who take such calls then, in the order in which they are asked.
    pub help: Vec<Neighbourly>,
}

/// Who would be rung at a neighbour.
#[derive(Clone, Debug)]
pub struct Neighbourly {
    pub hotline: Hotline,
    pub outlook: Outlook,
    pub names: Names,
}

/// Who would be rung by the edition of the flow that was in force then.
pub async fn who(desk: &Desk, now: Instant, hotline: &Hotline, question: &Question) -> Result<Answer, CallsError> {
    let opening = turn::opening(&desk.db, question.at, hotline).await?;
    let mut connections = Vec::new();
    let (mut ahead, mut seen) = (vec![hotline.flow.clone()], BTreeSet::new());
    while let Some(name) = ahead.pop() {
        if !seen.insert(name.clone()) {
            continue;
        }
        let edition = edition_then(desk, hotline, &name, question.at).await?;
        for (node, it) in &edition.flow.nodes {
            match it {
                Node::Connect(connect) => {
                    let asked = Asked { desk, now, question, hotline, edition: &edition };
                    connections.push(asked.connection(node.to_string(), connect).await?);
                }
                Node::Jump(to) => ahead.push(to.flow.clone()),
                _ => {}
            }
        }
    }
    Ok(Answer { opening, connections })
}

/// The edition that was published last before an instant; the first one where it is earlier than all.
async fn edition_then(desk: &Desk, hotline: &Hotline, name: &str, at: Instant) -> Result<Arc<Edition>, CallsError> {
    let missing = || CallsError::NoSuchFlow(hotline.name.clone());
    let editions = library::list_editions(desk, name).await?;
    let then = editions.iter().find(|imprint| imprint.published_at <= at).or(editions.last()).ok_or_else(missing)?;
    match library::load_edition(desk, name, then.version).await {
        Ok(edition) => Ok(edition),
        Err(LibraryError::Db(error)) => Err(error.into()),
        Err(_) => Err(missing()),
    }
}

struct Asked<'a> {
    desk: &'a Desk,
    now: Instant,
    question: &'a Question,
    hotline: &'a Hotline,
    edition: &'a Edition,
}

impl Asked<'_> {
    async fn connection(&self, node: String, connect: &Connect) -> Result<Connection, DbError> {
        let Edition { name, version, flow, text: _ } = self.edition;
        let hotline = match &connect.hotline {
            Some(number) => shifts::find_hotline_by_number(&self.desk.db, number).await?,
            None => Some(self.hotline.clone()),
        };
        let mut connection = Connection {
            flow: name.clone(),
            version: *version,
            node,
            hotline,
            outlook: Outlook::default(),
            names: Names::new(),
            help: vec![],
        };
        if let Some(hotline) = &connection.hotline {
            let parallel = flow.hotline.provider.parallel;
            let order = Order { strategy: connect.strategy, tiers: &connect.tiers, seed: 0, parallel };
            let situation = self.situation(hotline).await?;
            connection.outlook = route::foresee(&order, &situation);
            connection.names = situation.names;
            connection.help = self.help(hotline, &order).await?;
        }
        Ok(connection)
    }

    async fn help(&self, hotline: &Hotline, order: &Order<'_>) -> Result<Vec<Neighbourly>, DbError> {
        let (at, topic) = (self.question.at, self.question.wish.topic);
        let mut help = Vec::new();
        for (neighbour, helper) in shifts::load_helpers(&self.desk.db, hotline.id).await? {
            if neighbours::takes(&self.desk.db, at, (&neighbour, &helper), topic).await? {
                let there = Situation::of_helper(self.situation(&helper).await?);
                let outlook = route::foresee(order, &there);
                help.push(Neighbourly { hotline: helper, outlook, names: there.names });
            }
        }
        Ok(help)
    }

    async fn situation(&self, hotline: &Hotline) -> Result<Situation, DbError> {
        let (db, at) = (&self.desk.db, self.question.at);
        let moment = Span { start: at, end: at + TimeDelta::microseconds(1) };
        let mut rota = shifts::load_rota(db, hotline.id, moment).await?;
        if at > self.now {
            rota.foresee(self.now);
        }
        let then = situation::load(
            db,
            hotline,
            rota.on_duty(at),
            (at, if at > self.now { Calls::NotYet } else { Calls::AsRecorded }),
        )
        .await?;
        Ok(Situation { wish: self.question.wish, ..then })
    }
}
