//! A request that stops for ever before its n-th trip to the database: for rehearsing that a node is killed in the middle.
//!
//! Counted in trips and not in time, so that a rehearsal repeats itself. Outside of one it costs a look at a variable.

use std::future::{Future, pending, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::Poll;

tokio::task_local! {
    static LEFT: Arc<AtomicU32>;
}

/// Above it no trip is left; it never comes to so many.
const BLOWN: u32 = u32::MAX;

/// Runs a request until it is done, or drops it where it would make one trip more than `trips` to the database.
pub async fn killed_after<T>(trips: u32, request: impl Future<Output = T>) -> Option<T> {
    let left = Arc::new(AtomicU32::new(trips.min(BLOWN - 1)));
    let mut request = pin!(LEFT.scope(left.clone(), request));
    poll_fn(|context| match request.as_mut().poll(context) {
        Poll::Ready(done) => Poll::Ready(Some(done)),
        Poll::Pending if left.load(Ordering::Relaxed) == BLOWN => Poll::Ready(None),
        Poll::Pending => Poll::Pending,
    })
    .await
}

/// Before each trip to the database.
pub(super) async fn pass() {
    let blown = LEFT.try_with(|left| match left.load(Ordering::Relaxed) {
        0 | BLOWN => {
            left.store(BLOWN, Ordering::Relaxed);
            true
        }
        trips => {
            left.store(trips - 1, Ordering::Relaxed);
            false
        }
    });
    if blown == Ok(true) {
        pending::<()>().await;
    }
}
