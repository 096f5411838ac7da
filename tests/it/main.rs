//! Whole-program tests: real HTTP, both databases, moved time. One binary, so that it links once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::disallowed_methods, clippy::disallowed_types)]
#![allow(dead_code, reason = "the world offers more than one story needs")]

mod booking_by_phone;
mod bookings;
mod bring_in;
mod callbacks;
mod calls;
mod callways;
mod canary;
mod choosing;
mod claims;
mod contention;
mod controls;
mod crash;
mod db;
mod demo;
mod doors;
mod duty_card;
mod elsewhere;
mod feeds;
mod firm;
mod fuzz;
mod house;
mod library;
mod neighbours;
mod outage;
mod outbox;
mod proof;
mod replay;
mod routing;
mod scanner;
mod settings;
mod shifts;
mod simulation;
mod staff;
mod statements;
mod stories;
mod telephone;
mod twilio;
mod twiml;
mod voicemail;
mod waiting;
mod walks;
mod who_page;
mod world;
