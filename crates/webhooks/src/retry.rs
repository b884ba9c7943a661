//! When a delivery is tried again, and when an endpoint is given up. Pure: waits, which the database adds to its own time.

use chrono::TimeDelta;

/// Waits after each failed attempt, in seconds: ten attempts over some 75 hours, longer than a weekend.
const WAITS_S: [i64; 9] = [
    5,
    5 * 60,
    30 * 60,
    2 * 3600,
    5 * 3600,
    10 * 3600,
    14 * 3600,
    20 * 3600,
    24 * 3600,
];

/// A receiver may ask for patience (`Retry-After`), but not for more than a day.
const PATIENCE_S_MAX: i64 = 24 * 3600;

/// After so long of failure alone an endpoint is disabled and its owner told.
pub const GIVE_UP_AFTER: TimeDelta = TimeDelta::days(5);

/// The wait for the next attempt after `failed` failed ones, or `None` when all are used up.
///
/// `jitter` in 0..=65535 spreads receivers' load by ±20 %; `retry_after_s` is what the receiver asked for.
pub fn next_wait(failed: usize, jitter: u16, retry_after_s: Option<i64>) -> Option<TimeDelta> {
    let wait_s = *WAITS_S.get(failed.checked_sub(1)?)?;
    let share = i64::from(jitter) * 400 / i64::from(u16::MAX) + 800;
    let jittered_ms = wait_s * share;
    let asked_ms = retry_after_s.unwrap_or(0).clamp(0, PATIENCE_S_MAX) * 1000;
    Some(TimeDelta::milliseconds(jittered_ms.max(asked_ms)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_attempts_outlast_a_weekend() {
        let mut all = TimeDelta::zero();
        let mut attempts = 1;
        while let Some(wait) = next_wait(attempts, u16::MAX / 2, None) {
            all += wait;
            attempts += 1;
        }
        assert_eq!(attempts, 10);
        assert!((74..=77).contains(&all.num_hours()), "{all}");
    }

    #[test]
    fn jitter_stays_within_a_fifth_and_patience_within_a_day() {
        for jitter in [0, 1, 30_000, u16::MAX] {
            let wait_ms = next_wait(1, jitter, None).map_or(0, |wait| wait.num_milliseconds());
            assert!((4000..=6000).contains(&wait_ms), "{wait_ms}");
        }
        assert_eq!(next_wait(1, 0, Some(60)), Some(TimeDelta::seconds(60)));
        assert_eq!(next_wait(1, 0, Some(i64::MAX)), Some(TimeDelta::hours(24)));
        assert_eq!(next_wait(10, 0, Some(60)), None);
    }
}
