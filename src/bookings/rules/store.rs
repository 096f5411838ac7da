//! The SQL of an office's rules for bookings.

use std::collections::BTreeSet;

use super::{Firmness, Rules, WaitingList};
use crate::args;
use crate::db::{DbError, Read, Text, Tx};
use crate::kernel::Instant;
use crate::offices::OfficeId;

const FIND: &str = "SELECT confirmation, waiting_list FROM booking_rules WHERE office_id = $1";
const SET: &str =
    "INSERT INTO booking_rules (office_id, confirmation, waiting_list, updated_at) VALUES ($1, $2, $3, $4)
    ON CONFLICT (office_id) DO UPDATE SET confirmation = excluded.confirmation,
        waiting_list = excluded.waiting_list, updated_at = excluded.updated_at";
const LIST_CLOSED: &str = "SELECT office_id FROM booking_rules WHERE waiting_list = 'closed'";

/// Every statement, for the test that prepares them on both engines.
pub const STATEMENTS: &[&str] = &[FIND, SET, LIST_CLOSED];

pub async fn find(mut from: impl Read, office: OfficeId) -> Result<Option<Rules>, DbError> {
    let row: Option<(Text<Firmness>, Text<WaitingList>)> = from.first(FIND, args![Text(office)]).await?;
    Ok(row.map(|(firmness, waiting_list)| Rules { firmness: *firmness, waiting_list: *waiting_list }))
}

pub async fn set(tx: &mut Tx, office: OfficeId, rules: Rules, now: Instant) -> Result<(), DbError> {
    tx.run(SET, args![Text(office), Text(rules.firmness), Text(rules.waiting_list), now]).await?;
    Ok(())
}

pub async fn list_closed(mut from: impl Read) -> Result<BTreeSet<OfficeId>, DbError> {
    let rows: Vec<(Text<OfficeId>,)> = from.all(LIST_CLOSED, args![]).await?;
    Ok(rows.into_iter().map(|(office,)| *office).collect())
}
