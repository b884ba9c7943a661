#![expect(clippy::unwrap_used, reason = "tests")]
use super::*;

fn at(seconds: i64) -> Instant {
    Instant::from_millis(1_780_000_000_000 + seconds * 1000)
}

/// So many failures at one moment, and how long the next try waits.
fn wait_after(allowance: Allowance, failures: u32) -> i64 {
    let counted = (0..failures).fold(None, |before, _| Some(allowance.one_more(before, at(0))));
    (allowance.next_at(counted.unwrap()).millis() - at(0).millis()) / 1000
}

#[test]
fn waits_grow_from_a_second_to_a_quarter_of_an_hour() {
    let account = Throttle::of(100).account;
    let waits: Vec<i64> = (1..=18).map(|failures| wait_after(account, failures)).collect();
    assert_eq!(
        waits,
        [
            0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900
        ]
    );
    let address = Throttle::of(100).address;
    assert_eq!((wait_after(address, 100), wait_after(address, 101)), (0, 1));
    assert_eq!(wait_after(address, 10_000), 900);
}

#[test]
fn failures_are_forgiven_one_by_one() {
    let account = Throttle::of(100).account;
    let six = (0..6).fold(None, |before, _| Some(account.one_more(before, at(0))));
    assert_eq!(six.unwrap().forgiven_at, at(6 * 900));
    let later = account.one_more(six, at(900));
    assert_eq!(account.next_at(later), at(901), "one is forgiven, one has come");
    let next_day = account.one_more(Some(later), at(86_400));
    assert_eq!(
        (next_day.forgiven_at, account.next_at(next_day)),
        (at(86_400 + 900), at(86_400)),
        "all are forgiven"
    );
}

#[test]
fn what_was_counted_ends_however_much_it_was() {
    let account = Throttle::of(100).account;
    let many = (0..1_000_000).fold(None, |before, _| Some(account.one_more(before, at(0))));
    assert_eq!(many.unwrap().forgiven_at, at(16 * 900));
}

#[test]
fn an_account_is_what_was_typed_whatever_its_case() {
    let client = Some("192.0.2.7".parse().unwrap());
    let typed = Attempt::sign_in(" Ann@Acme.example ", None, client);
    assert_eq!(typed, Attempt::sign_in("ann@acme.example", None, client));
    assert_ne!(
        typed.account,
        Attempt::sign_in("ann@acme.example", Some("acme"), client).account
    );
    let elsewhere = Attempt::sign_in("ann@acme.example", None, None);
    assert_eq!(typed.account, elsewhere.account);
    assert_ne!(typed.account_here, elsewhere.account_here);
    assert!(typed.keys().iter().all(|key| key.len() == 64));
}

#[test]
fn a_client_of_ipv6_is_its_64() {
    let network = |text: &str| Network::of(text.parse().unwrap()).to_string();
    assert_eq!(network("2001:db8:1:2::1"), network("2001:db8:1:2:ffff::9"));
    assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
    assert_eq!(network("::ffff:192.0.2.7"), network("192.0.2.7"));
    assert_ne!(network("192.0.2.7"), network("192.0.2.8"));
}
