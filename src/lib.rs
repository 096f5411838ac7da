//! Sprechzeit: advice by appointment and by telephone, in one program.
//!
//! # The map
//!
//! Folders are what the product can do; file names inside are layers (`store` is SQL, `http` and `webhook` are doors
//! for programs, `page` and `staff` are doors for people, everything else is the thing itself).
//!
//! - [`app`] wires the program and serves; `main` is the command line, `cli` what single commands do; [`rounds`] is what
//!   happens by itself.
//! - [`kernel`]: instants, spans, Berlin's wall time, ids, telephone numbers, secrets. No IO.
//! - [`flows`]: the call-flow language, its checks, and `walk`, its only interpreter. No IO.
//! - [`db`]: SQLite or PostgreSQL behind one SQL text. [`vault`]: personal data at rest. [`config`]: the operator's file.
//! - [`desk`]: what every verb is handed: database, vault, clock, configuration, flows.
//! - [`metrics`]: figures for the operator's monitor.
//! - [`ical`]: iCalendar objects, for feeds and invitations.
//! - [`outbox`]: what must be told, posted in the transaction of its change. [`web`]: the furniture of pages and doors.
//! - [`offices`]: who is responsible for which place, topics, opening hours, holidays.
//! - [`people`]: officers, roles, sign-in, absences, and the one calendar of each officer's attention.
//! - [`shifts`]: hotlines, shifts, who is on duty (the one answer), where nobody is; `proof` holds flows against the rota.
//! - [`rota`]: the shifts of an office over a period, as a draft: patterns, rules, wishes, swaps, cover; published, they are `shifts`.
//! - [`library`]: which edition of a flow is published, which came before, what is drafted.
//! - [`bookings`]: consultation hours, slots, and a citizen's booking from hold to attended: one row, one state machine.
//! - [`calls`]: a caller's call, whom to ring, leases, call-backs; duty cards for when this program is away; `calls::provider`
//!   has one file a provider's dialect.
//! - [`feeds`]: secret calendar addresses. [`official`]: which numbers and addresses are genuine.
//! - [`simulation`]: a day played by the real engine with a clock that jumps, callers and faults from a seed, and a checker.
//! - [`demo`]: the demonstration, told by the slices' own verbs with a clock that stands in the past.
//!
//! # Rules that tests hold
//!
//! - A folder imports only from its right: `main > cli > app > demo > simulation > metrics, rounds > calls, feeds, official > bookings > library, rota > shifts >
//!   people > offices > outbox, web > desk, ical > config > vault, db > flows > kernel`; never another's `store` or door.
//! - sqlx stays in `db` and `store.rs`, rusqlite in `db`; axum in doors; reqwest in `outbox` and `calls::provider`.
//! - Time and ids are arguments; only `kernel` asks the system. Statements are constants, prepared on both engines.
//! - `desk` stands between furniture and slices, because every verb and every door needs the same five things.
//!
//! # Five walks
//!
//! *A citizen books*: `bookings::page` lists what `bookings::list_free` finds (SQL gathers, `offer` decides) →
//! `bookings::hold` takes slot and officer in one transaction, the database refuses a second → name and contact wait
//! sealed in the held booking → `bookings::confirm` makes it firm and posts the invitation to the [`outbox`] in the
//! same transaction → [`rounds`] delivers it.
//!
//! *The phone rings*: `calls::webhook` checks the signature and reads the form → `calls::incoming` finds the hotline
//! and records the call → `calls::turn` lets `flows::walk` say what comes next → on `Connect` asks `shifts::load_duty`,
//! `calls::route` chooses, a lease is taken → the answer is recorded, committed, and only then spoken by
//! `calls::provider::twilio`.
//!
//! *A flow is changed*: `library::page` reads the form → `flows::replace` changes those words of the file and no others →
//! `flows::parse` holds it against `grammar` and `check`, all findings at once → `library::publish` keeps it as an edition
//! and puts it on the shelf → the next call begins in it; calls in progress stay on theirs.
//!
//! *A shift is planned*: `shifts::page` reads the form → `shifts::direct::plan` → `people::claim` takes the officer's
//! time (the database refuses an overlap) → `rota::board::Scale` weighs it against the office's rules → audit, and
//! `shifts::news` tells the officer → commit → the next call is routed by it, the feed shows it.
//!
//! *A rota is made*: `rota::draft` copies the published shifts of a period, patterns and hands change it step by step, each
//! step can be undone → `rota::rules` says what is breached → publishing writes each difference through `shifts::edit`, which
//! keeps a version of it (who, when, why), all or nothing → the outbox tells whom it concerns → later changes, swaps and
//! cover take the same door.

pub mod app;
pub mod bookings;
pub mod calls;
pub mod config;
pub mod db;
pub mod demo;
pub mod desk;
pub mod feeds;
pub mod flows;
pub mod ical;
pub mod kernel;
pub mod library;
pub mod metrics;
pub mod offices;
pub mod official;
pub mod outbox;
pub mod people;
pub mod rota;
pub mod rounds;
pub mod shifts;
pub mod simulation;
pub mod vault;
pub mod web;
