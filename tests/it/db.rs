//! The database layer under a crowd: what is committed is there, what is given up is not, nobody waits for ever.

use sprechzeit::args;
use sprechzeit::db::{DbError, Read};
use sprechzeit::kernel::id::TokenId;

use crate::world::on_both;

const INSERT: &str = "INSERT INTO tokens (id, name, token_hash, role, office_id, created_at)
    VALUES ($1, $2, $3, 'officer', 'ka', $4)";
const COUNT: &str = "SELECT count(*) FROM tokens WHERE name = $1";

#[test]
fn turns_that_are_given_up_leave_nothing_and_hold_up_nobody() {
    on_both("2026-11-20T08:00:00Z", async |world| {
        let mut crowd = tokio::task::JoinSet::new();
        for number in 0..200_u32 {
            let (desk, now) = (world.desk.clone(), world.now());
            crowd.spawn(async move {
                let mut tx = desk.db.begin().await?;
                let (id, hash) = (TokenId::mint(), number.to_le_bytes().to_vec());
                let name = if number % 3 == 0 { "given up" } else { "kept" };
                tx.run(INSERT, args![id, name, hash, now]).await?;
                if number % 7 == 0 {
                    tokio::task::yield_now().await;
                }
                if number % 3 == 0 {
                    return Ok(0);
                }
                tx.commit().await?;
                Ok::<_, DbError>(1_i64)
            });
        }
        let mut kept = 0;
        while let Some(done) = crowd.join_next().await {
            kept += done.unwrap().unwrap();
        }
        assert_eq!(kept, 133);
        for (name, expected) in [("kept", kept), ("given up", 0)] {
            let found = (&world.desk.db).first::<(i64,)>(COUNT, args![name]).await.unwrap().unwrap().0;
            assert_eq!(found, expected, "{name} on {:?}", world.engine);
        }
    });
}

#[test]
fn a_caller_who_goes_away_in_the_middle_harms_nobody() {
    on_both("2026-11-20T08:00:00Z", async |world| {
        for number in 0..60_u32 {
            let (desk, now) = (world.desk.clone(), world.now());
            let writing = async move {
                let mut tx = desk.db.begin().await.unwrap();
                let hash = number.to_le_bytes().to_vec();
                tx.run(INSERT, args![TokenId::mint(), "cut off", hash, now]).await.unwrap();
                tx.commit().await.unwrap();
            };
            let patience = std::time::Duration::from_micros(u64::from(number) * 20);
            let _ = tokio::time::timeout(patience, writing).await;
        }
        let (desk, now) = (world.desk.clone(), world.now());
        let mut tx = desk.db.begin().await.unwrap();
        tx.run(INSERT, args![TokenId::mint(), "after", b"after".to_vec(), now]).await.unwrap();
        tx.commit().await.unwrap();
        let found = (&desk.db).first::<(i64,)>(COUNT, args!["after"]).await.unwrap().unwrap().0;
        assert_eq!(found, 1);
    });
}

#[test]
fn one_refused_turn_does_not_undo_its_neighbours() {
    on_both("2026-11-20T08:00:00Z", async |world| {
        let mut crowd = tokio::task::JoinSet::new();
        for number in 0..40_u32 {
            let (desk, now) = (world.desk.clone(), world.now());
            // Every second one repeats the hash of the one before.
            let hash = (number / 2).to_le_bytes().to_vec();
            crowd.spawn(async move {
                let mut tx = desk.db.begin().await?;
                tx.run(INSERT, args![TokenId::mint(), "pair", hash, now]).await?;
                tx.commit().await
            });
        }
        let mut refused = 0;
        while let Some(done) = crowd.join_next().await {
            match done.unwrap() {
                Ok(()) => {}
                Err(DbError::Taken) => refused += 1,
                Err(error) => panic!("{error}"),
            }
        }
        assert_eq!(refused, 20);
        let found = (&world.desk.db).first::<(i64,)>(COUNT, args!["pair"]).await.unwrap().unwrap().0;
        assert_eq!(found, 20);
    });
}

#[test]
fn what_is_refused_after_a_mark_leaves_the_rest_of_the_transaction() {
    on_both("2026-11-20T08:00:00Z", async |world| {
        let (desk, now) = (world.desk.clone(), world.now());
        let mut tx = desk.db.begin().await.unwrap();
        let row = |name: &'static str, hash: &'static [u8]| (TokenId::mint(), name, hash.to_vec());
        for (name, hash, refused) in [("first", b"a", false), ("twin", b"a", true), ("last", b"b", false)] {
            let (id, name, hash) = row(name, hash);
            tx.mark().await.unwrap();
            let tried = tx.run(INSERT, args![id, name, hash, now]).await;
            assert_eq!(tx.settle(tried).await.is_err_and(|error| error.is_taken()), refused, "{name}");
        }
        tx.commit().await.unwrap();
        for (name, expected) in [("first", 1), ("twin", 0), ("last", 1)] {
            let found = (&desk.db).first::<(i64,)>(COUNT, args![name]).await.unwrap().unwrap().0;
            assert_eq!(found, expected, "{name} on {:?}", world.engine);
        }
    });
}
