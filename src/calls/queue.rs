//! Who waits in front of whom on a hotline, and for how long.
//!
//! First come, first served. Rule: a head start for priority topics counts like time that was waited, so everybody's turn
//! comes: whoever has waited longer than the head start is overtaken by nobody who comes later.

use chrono::TimeDelta;

use crate::kernel::Instant;
use crate::kernel::id::CallId;
use crate::shifts::Rules;

use super::route::Wish;

/// How long a talk takes where nothing is known of it yet.
const USUAL_TALK: TimeDelta = TimeDelta::minutes(6);

/// A caller who waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiting {
    pub call: CallId,
    pub since: Instant,
    pub wish: Wish,
}

impl Waiting {
    /// Since when the caller counts as waiting.
    fn rank(&self, rules: &Rules) -> (Instant, Instant, CallId) {
        let has_priority = self.wish.topic.is_some_and(|topic| rules.priority_topics.contains(&topic));
        let head_start = if has_priority { rules.head_start_seconds } else { 0 };
        (self.since - TimeDelta::seconds(head_start), self.since, self.call)
    }
}

/// What those want who are in front of `me`, the first of them first.
pub fn ahead(rules: &Rules, me: &Waiting, mut waiting: Vec<Waiting>) -> Vec<Wish> {
    waiting.retain(|other| other.call != me.call && other.rank(rules) < me.rank(rules));
    waiting.sort_by_key(|other| other.rank(rules));
    waiting.into_iter().map(|other| other.wish).collect()
}

/// The range of minutes until somebody is free for the caller at a position; None where nobody is on duty.
pub fn expected_wait(talks: &[i64], position: usize, on_duty: usize) -> Option<(u32, u32)> {
    let talk = match i64::try_from(talks.len()) {
        Ok(count) if count > 0 => talks.iter().sum::<i64>() / count / 1_000_000,
        _ => USUAL_TALK.num_seconds(),
    };
    let seconds = talk.checked_mul(i64::try_from(position).ok()?)?.checked_div(i64::try_from(on_duty).ok()?)?;
    // From half of it to one and a half of it.
    let (least, most) = (seconds / 120, (seconds * 3 / 2).div_euclid(60) + 1);
    Some((u32::try_from(least).ok()?, u32::try_from(most).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::offices::TopicId;

    #[test]
    fn priority_is_a_head_start_and_whoever_waited_longer_is_not_overtaken() {
        let victims: TopicId = "opferrechte".parse().unwrap();
        let rules = Rules { priority_topics: [victims].into(), head_start_seconds: 120, ..Rules::default() };
        let caller = |second: i64, topic: Option<TopicId>| Waiting {
            call: CallId::mint(),
            since: Instant(0) + TimeDelta::seconds(second),
            wish: Wish { topic, ..Wish::default() },
        };
        let (early, middle, victim) = (caller(0, None), caller(60, None), caller(130, Some(victims)));
        let all = vec![middle, victim, early];
        assert_eq!(ahead(&rules, &early, all.clone()), [], "a head start of two minutes does not make up for 130 s");
        assert_eq!(ahead(&rules, &victim, all.clone()), [early.wish]);
        assert_eq!(ahead(&rules, &middle, all.clone()), [early.wish, victim.wish]);
        assert_eq!(ahead(&Rules::default(), &victim, all), [early.wish, middle.wish], "no priority, no head start");
    }

    #[test]
    fn the_expected_wait_grows_with_the_place_and_shrinks_with_who_is_there() {
        let minutes = |count: i64| count * 60_000_000;
        for (talks, position, on_duty, range) in [
            (vec![], 1, 1, Some((3, 10))),
            (vec![minutes(4), minutes(8)], 1, 2, Some((1, 5))),
            (vec![minutes(4)], 3, 1, Some((6, 19))),
            (vec![minutes(1)], 1, 4, Some((0, 1))),
            (vec![minutes(4)], 1, 0, None),
        ] {
            assert_eq!(expected_wait(&talks, position, on_duty), range, "{talks:?} {position} {on_duty}");
        }
    }
}
