//! When a delivery is tried again, and when an endpoint is given up. Pure.

use chrono::TimeDelta;

use countersign_kernel::time::Instant;

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
const GIVE_UP_AFTER: TimeDelta = TimeDelta::days(5);

/// The instant of the next attempt after `failed` failed ones, or `None` when all are used up.
///
/// `jitter` in 0..=65535 spreads receivers' load by ±20 %; `retry_after_s` is what the receiver asked for.
pub fn next_attempt(failed: usize, at: Instant, jitter: u16, retry_after_s: Option<i64>) -> Option<Instant> {
    let wait_s = *WAITS_S.get(failed.checked_sub(1)?)?;
    let share = i64::from(jitter) * 400 / i64::from(u16::MAX) + 800;
    let jittered_ms = wait_s * share;
    let asked_ms = retry_after_s.unwrap_or(0).clamp(0, PATIENCE_S_MAX) * 1000;
    Some(at.plus(TimeDelta::milliseconds(jittered_ms.max(asked_ms))))
}

/// Whether an endpoint that failed since `since`, without one success, is given up now.
pub fn given_up(failing_since: Option<Instant>, now: Instant) -> bool {
    failing_since.is_some_and(|since| since.plus(GIVE_UP_AFTER) <= now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_attempts_outlast_a_weekend() {
        let start = Instant::from_millis(0);
        let mut at = start;
        let mut attempts = 1;
        while let Some(next) = next_attempt(attempts, at, u16::MAX / 2, None) {
            at = next;
            attempts += 1;
        }
        assert_eq!(attempts, 10);
        let hours = (at.millis() - start.millis()) / 3_600_000;
        assert!((74..=77).contains(&hours), "{hours}");
    }

    #[test]
    fn jitter_stays_within_a_fifth_and_patience_within_a_day() {
        let at = Instant::from_millis(0);
        for jitter in [0, 1, 30_000, u16::MAX] {
            let wait_ms = next_attempt(1, at, jitter, None).map_or(0, Instant::millis);
            assert!((4000..=6000).contains(&wait_ms), "{wait_ms}");
        }
        assert_eq!(
            next_attempt(1, at, 0, Some(60)).map(Instant::millis),
            Some(60_000)
        );
        assert_eq!(
            next_attempt(1, at, 0, Some(i64::MAX)).map(Instant::millis),
            Some(24 * 3_600_000)
        );
        assert_eq!(next_attempt(10, at, 0, Some(60)), None);
    }

    #[test]
    fn five_days_of_failure_alone_give_an_endpoint_up() {
        let since = Instant::from_millis(0);
        assert!(!given_up(Some(since), since.plus(TimeDelta::hours(119))));
        assert!(given_up(Some(since), since.plus(TimeDelta::hours(120))));
        assert!(!given_up(None, since));
    }
}
