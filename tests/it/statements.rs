//! Every statement is prepared on both engines: a typo in SQL fails here, not in front of a citizen.

use sqlx::Executor;

use crate::world::on_both;
use sprechzeit::db::Db;
use sprechzeit::{bookings, calls, feeds, library, offices, outbox, people, rota, shifts, simulation, web};

/// All statements, by slice and room.
fn slices() -> impl Iterator<Item = (&'static str, &'static [&'static str])> {
    let slices = [
        ("web", web::STATEMENTS),
        ("outbox", outbox::STATEMENTS),
        ("offices", offices::STATEMENTS),
        ("people", people::STATEMENTS),
        ("library", library::STATEMENTS),
        ("feeds", feeds::STATEMENTS),
        ("simulation", simulation::STATEMENTS),
    ];
    let rooms = calls::STATEMENTS.map(|room| ("calls", room)).into_iter();
    let rooms = rooms.chain(bookings::STATEMENTS.iter().map(|room| ("bookings", *room)));
    let rooms = rooms.chain(rota::STATEMENTS.iter().map(|room| ("rota", *room)));
    slices.into_iter().chain(shifts::STATEMENTS.map(|room| ("shifts", room))).chain(rooms)
}

#[test]
fn every_statement_is_understood_by_both_engines() {
    on_both("2026-11-20T08:00:00Z", async |world| {
        let mut prepared = 0;
        for (slice, statements) in slices() {
            for statement in statements {
                let result = match &world.desk.db {
                    Db::Sqlite { readers, .. } => {
                        readers.read(move |from| Ok(from.prepare(statement).map(drop)?)).await
                    }
                    Db::Postgres(pool) => {
                        let prepared = pool.prepare(sqlx::SqlStr::from_static(statement)).await;
                        prepared.map(drop).map_err(Into::into)
                    }
                };
                if let Err(error) = result {
                    panic!("{slice} on {:?}: {error}\n{statement}", world.engine);
                }
                prepared += 1;
            }
        }
        assert!(prepared > 100, "only {prepared} statements: is a slice missing?");
    });
}

#[test]
fn both_engines_have_the_same_tables_and_columns() {
    let columns = |folder: &str| {
        let mut found: Vec<(String, String)> = Vec::new();
        let mut files: Vec<_> = std::fs::read_dir(format!("{}/migrations/{folder}", env!("CARGO_MANIFEST_DIR")))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        files.sort();
        for file in files {
            let text = std::fs::read_to_string(&file).unwrap();
            let mut table = String::new();
            for line in text.lines() {
                if let Some(rest) = line.strip_prefix("CREATE TABLE ") {
                    table = rest.trim_end_matches(" (").to_owned();
                } else if let Some(gone) = line.strip_prefix("DROP TABLE ") {
                    found.retain(|(table, _)| table != gone.trim_end_matches(';'));
                } else if let Some((old, new)) = words(line, "ALTER TABLE ", " RENAME TO ") {
                    found.iter_mut().filter(|(table, _)| *table == old).for_each(|(table, _)| *table = new.clone());
                } else if let Some((table, column)) = words(line, "ALTER TABLE ", " ADD COLUMN ") {
                    found.push((table, column));
                } else if let Some(gone) = words(line, "ALTER TABLE ", " DROP COLUMN ") {
                    found.retain(|column| *column != gone);
                } else if line.starts_with(')') {
                    table.clear();
                } else if !table.is_empty() && line.starts_with("    ") {
                    let word = line.split_whitespace().next().unwrap().to_owned();
                    found.push((table.clone(), word));
                }
            }
        }
        // A table that SQLite must make anew stands elsewhere than where PostgreSQL only changes it.
        found.sort();
        found
    };
    let sqlite = columns("sqlite");
    assert!(sqlite.len() > 100);
    assert_eq!(sqlite, columns("postgres"));
}

/// The first word after `before` and the first after `between`.
fn words(line: &str, before: &str, between: &str) -> Option<(String, String)> {
    let (first, rest) = line.strip_prefix(before)?.split_once(between)?;
    let second = rest.split([' ', ';']).next()?;
    Some((first.to_owned(), second.to_owned()))
}
