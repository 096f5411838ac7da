//! How both engines find rows: no statement reads the whole of a table that grows with the years.
//!
//! The plans are those of empty tables, made without a look at figures: so they hold on a database that nobody analysed.

use std::collections::BTreeSet;

use serde_json::Value;
use sprechzeit::db::Db;
use sprechzeit::{bookings, calls, people, rota};

use crate::world::{World, on_both};

/// What is never emptied.
const GROWING: [&str; 7] = ["bookings", "slots", "commitments", "calls", "call_steps", "covers", "swaps"];

/// What a plan reads: a table, the index by which rows are found (none: all of them are read), and what of it is
/// searched for (nothing: it is read from end to end).
#[derive(Debug)]
struct Found {
    table: String,
    index: Option<String>,
    searched: String,
}

impl Found {
    fn is_searched(&self) -> bool {
        !self.searched.is_empty()
    }
}

#[test]
fn no_statement_reads_all_that_ever_was() {
    on_both("2026-11-20T08:00:00Z", async |world| {
        let rooms = bookings::STATEMENTS.iter().copied().chain(calls::STATEMENTS);
        let rooms = rooms.chain(rota::STATEMENTS.iter().copied()).chain([people::STATEMENTS]);
        let partial = partial_indexes(world).await;
        let mut reading = Vec::new();
        for statement in rooms.flat_map(|room| room.iter().copied()) {
            for found in plan(world, statement).await {
                let is_short = found.is_searched() || found.index.as_ref().is_some_and(|index| partial.contains(index));
                if GROWING.contains(&found.table.as_str()) && !is_short {
                    reading.push(format!("{found:?}\n{statement}"));
                }
            }
        }
        assert!(reading.is_empty(), "{:?}: {}", world.engine, reading.join("\n\n"));
    });
}

#[test]
fn free_times_are_found_by_the_index_of_their_time() {
    on_both("2026-11-20T08:00:00Z", async |world| {
        for (words, table, indexes) in [
            ("FROM slots\n    WHERE starts_at >= $1", "slots", &["slots_by_time"][..]),
            ("FROM slots\n    WHERE office_id = $3 AND starts_at >= $1", "slots", &["slots_by_office"]),
            (
                "AND EXISTS (SELECT 1 FROM slots s WHERE s.hour_id = h.id",
                "slots",
                &["(hour_id, starts_at", "slots_by_time"],
            ),
            ("SELECT s.starts_at FROM slots s", "slots", &["(hour_id, starts_at"]),
            (
                "SELECT s.starts_at FROM slots s",
                "commitments",
                &["commitments_by_officer", "commitments_never_overlap"],
            ),
            ("FROM commitments\n    WHERE ends_at > $1 AND starts_at < $2", "commitments", &["commitments_by_start"]),
            ("AND $2 LIKE '%' || substr(reference, 1, 1)", "bookings", &["bookings_to_come"]),
        ] {
            let mut all =
                bookings::STATEMENTS.iter().copied().chain([people::STATEMENTS]).flat_map(|room| room.iter().copied());
            let statement = all.find(|statement| statement.contains(words)).unwrap_or_else(|| panic!("{words}"));
            let plan = plan(world, statement).await;
            let mut here = plan.iter().filter(|found| found.table == table);
            let found = here.next().unwrap_or_else(|| panic!("{table} is not read by {statement}"));
            let index = found.index.clone().unwrap_or_default();
            let columns = columns(world, &index).await;
            assert!(
                found.is_searched() && indexes.iter().any(|known| index == *known || columns.contains(known)),
                "{:?}: {found:?} {columns}\n{statement}",
                world.engine
            );
        }
    });
}

/// On SQLite, which counts no rows: PostgreSQL chooses by what it has counted, and counts nothing here.
#[test]
fn what_an_office_asked_long_ago_is_not_read_to_list_what_runs_and_what_is_recent() {
    on_both("2026-11-20T08:00:00Z", async |world| {
        if !matches!(world.desk.db, Db::Sqlite { .. }) {
            return;
        }
        for table in ["covers", "swaps"] {
            let of_table = |it: &&&str| it.contains(&format!("FROM {table} ")) && it.contains("asked_at >= $2");
            let mut all = rota::STATEMENTS.iter().copied().flatten();
            let plan = plan(world, all.find(of_table).unwrap()).await;
            assert!(plan.iter().any(|found| found.table == table), "{plan:?}");
            for found in plan.iter().filter(|found| found.table == table) {
                assert!(["asked_at", "state"].iter().any(|column| found.searched.contains(column)), "{found:?}");
            }
        }
    });
}

async fn plan(world: &World, statement: &'static str) -> Vec<Found> {
    match &world.desk.db {
        Db::Sqlite { readers, .. } => {
            let read = readers.read(move |from| {
                let mut asked = from.prepare(&format!("EXPLAIN QUERY PLAN {statement}"))?;
                let (mut rows, mut steps) = (asked.raw_query(), Vec::new());
                while let Some(row) = rows.next()? {
                    steps.push(row.get::<_, String>("detail")?);
                }
                Ok(steps)
            });
            read.await.unwrap().iter().filter_map(|step| of_sqlite(step, statement)).collect()
        }
        Db::Postgres(pool) => {
            let most = (1..40).rev().find(|n| statement.contains(&format!("${n}"))).unwrap_or_default();
            let nulls = vec!["NULL"; most].join(", ");
            let given = if most == 0 { String::new() } else { format!("({nulls})") };
            let mut connection = pool.acquire().await.unwrap();
            for set in [
                // On empty tables it would always read all.
                "SET enable_seqscan = off".to_owned(),
                "SET plan_cache_mode = force_generic_plan".to_owned(),
                "DEALLOCATE ALL".to_owned(),
                format!("PREPARE asked AS {statement}"),
            ] {
                sqlx::raw_sql(sqlx::AssertSqlSafe(set)).execute(&mut *connection).await.unwrap();
            }
            let explain = sqlx::AssertSqlSafe(format!("EXPLAIN (FORMAT JSON) EXECUTE asked{given}"));
            let answer = sqlx::raw_sql(explain).fetch_one(&mut *connection).await.unwrap();
            let plan: Value = sqlx::Row::get(&answer, 0);
            let mut found = Vec::new();
            of_postgres(&plan[0]["Plan"], "", &mut found);
            found
        }
    }
}

/// A step such as `SEARCH b USING INDEX bookings_by_office (office_id=? AND starts_at>?)`.
fn of_sqlite(step: &str, statement: &str) -> Option<Found> {
    let (is_search, rest) = match step.split_once(' ')? {
        ("SEARCH", rest) => (true, rest),
        ("SCAN", rest) => (false, rest),
        _ => return None,
    };
    let name = rest.split(' ').next()?;
    let of_alias = |table: &&&str| {
        statement.contains(&format!("{table} {name} ")) || statement.contains(&format!("{table} {name}\n"))
    };
    let table = GROWING.iter().find(of_alias).map_or(name, |table| table).to_owned();
    let index = rest.split_once("INDEX ").and_then(|(_, index)| index.split(' ').next()).map(str::to_owned);
    let searched = if is_search { rest.to_owned() } else { String::new() };
    Some(Found { table, index, searched })
}

fn of_postgres(node: &Value, above: &str, found: &mut Vec<Found>) {
    let text = |name: &str| node[name].as_str().unwrap_or_default();
    let table = if text("Relation Name").is_empty() { above } else { text("Relation Name") };
    let kind = text("Node Type");
    if kind.ends_with("Scan") && !text("Index Name").is_empty() || kind == "Seq Scan" {
        let index = node["Index Name"].as_str().map(str::to_owned);
        found.push(Found { table: table.to_owned(), index, searched: text("Index Cond").to_owned() });
    }
    for below in node["Plans"].as_array().into_iter().flatten() {
        of_postgres(below, table, found);
    }
}

async fn partial_indexes(world: &World) -> BTreeSet<String> {
    named(
        world,
        "SELECT name FROM sqlite_master WHERE type = 'index' AND sql LIKE '%WHERE%'",
        "SELECT indexname::text FROM pg_indexes WHERE indexdef LIKE '%WHERE%'",
    )
    .await
}

/// The columns of an index as they are written.
async fn columns(world: &World, index: &str) -> String {
    let sqlite = format!("SELECT '(' || group_concat(name, ', ') || ')' FROM pragma_index_info('{index}')");
    let postgres = format!("SELECT indexdef FROM pg_indexes WHERE indexname = '{index}'");
    named(world, sqlite.leak(), postgres.leak()).await.into_iter().collect()
}

async fn named(world: &World, sqlite: &'static str, postgres: &'static str) -> BTreeSet<String> {
    match &world.desk.db {
        Db::Sqlite { readers, .. } => {
            let read = readers.read(move |from| {
                let mut asked = from.prepare(sqlite)?;
                let names = asked.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
                Ok(names)
            });
            read.await.unwrap()
        }
        Db::Postgres(pool) => {
            sqlx::query_scalar::<_, String>(postgres).fetch_all(pool).await.unwrap().into_iter().collect()
        }
    }
}
