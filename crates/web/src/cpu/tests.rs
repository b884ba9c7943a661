#![expect(clippy::unwrap_used, reason = "tests")]

use futures_util::FutureExt as _;
use futures_util::future::join_all;
use uuid::Uuid;

use super::*;

const THREADS: f64 = 2.0;

fn tenant(number: u128) -> TenantId {
    TenantId(Uuid::from_u128(number))
}

/// Plays two seconds of calls of 5 ms each: some tenants call as often as they may, the others twenty times a second.
/// What each took of the processor, in seconds, and how often it waited.
fn played(greedy: u128, modest: u128) -> Vec<(f64, usize)> {
    const CALL: f64 = 0.005;
    let mut accounts = Accounts::default();
    let mut taken = vec![(0.0, 0); (greedy + modest) as usize];
    let mut now = Duration::from_secs(9);
    for millisecond in 0..2_000 {
        now += Duration::from_millis(1);
        // What one thread does in a millisecond, each has twice while it is alone.
        for (number, (taken, waited)) in taken.iter_mut().enumerate() {
            if number >= greedy as usize && millisecond % 50 != 0 {
                continue;
            }
            let tenant = tenant(number as u128);
            if accounts.wait(tenant, THREADS, now).is_some() {
                *waited += 1;
                continue;
            }
            let counted = accounts.begin(tenant, now);
            accounts.add(tenant, CALL - counted, now);
            accounts.learn(tenant, CALL);
            *taken += CALL;
        }
    }
    taken
}

#[test]
fn who_is_alone_never_waits() {
    let taken = played(1, 0);
    assert_eq!(taken.first().unwrap().1, 0);
}

#[test]
fn beside_another_one_takes_at_most_half_and_the_other_does_not_wait() {
    let taken = played(1, 1);
    let (greedy, modest) = (taken.first().unwrap(), taken.last().unwrap());
    assert!(
        (1.5..2.3).contains(&greedy.0),
        "half of two threads for two seconds: {greedy:?}"
    );
    assert!(modest.1 == 0 && modest.0 > 0.19, "{modest:?}");
}

#[test]
fn all_who_want_more_than_their_share_have_as_much_as_each_other() {
    let taken = played(4, 1);
    for greedy in taken.iter().take(4) {
        assert!(
            (0.6..1.0).contains(&greedy.0),
            "a fifth of two threads for two seconds: {greedy:?}"
        );
    }
    assert_eq!(
        taken.last().unwrap().1,
        0,
        "who takes less than the share waits for nobody"
    );
}

#[test]
fn who_no_longer_calls_no_longer_shares() {
    let mut accounts = Accounts::default();
    let now = Duration::from_secs(9);
    accounts.begin(tenant(2), now);
    accounts.begin(tenant(1), now);
    accounts.add(tenant(1), 1.0, now);
    assert!(accounts.wait(tenant(1), THREADS, now).is_some());
    let later = now + RECENT + COUNTED;
    accounts.begin(tenant(1), later);
    accounts.add(tenant(1), 1.0, later);
    assert!(accounts.wait(tenant(1), THREADS, later).is_none());
    assert_eq!(accounts.of.len(), 1, "forgotten");
}

#[tokio::test]
async fn a_crowd_waits_and_what_is_beyond_it_is_refused() {
    let shares = CpuShares::default();
    let other = shares.turn(tenant(2)).await.unwrap();
    shares.turn(tenant(1)).await.unwrap().took(100.0);
    let mut crowd: Vec<_> = (0..WAITING).map(|_| shares.turn(tenant(1)).boxed()).collect();
    for one in &mut crowd {
        assert!(one.now_or_never().is_none(), "it waits");
    }
    assert!(shares.turn(tenant(1)).await.is_err(), "one too many");
    assert!(shares.turn(tenant(2)).await.is_ok(), "the other's goes on");
    drop(crowd);
    assert_eq!(shares.accounts().of.get(&tenant(1)).unwrap().waiting, 0);
    drop(other);
}

#[tokio::test]
async fn those_who_wait_come_in_their_order() {
    let shares = CpuShares::default();
    let _other = shares.turn(tenant(2)).await.unwrap();
    shares.turn(tenant(1)).await.unwrap().took(shares.0.threads * 0.2);
    let order = Mutex::new(Vec::new());
    join_all((0..5).map(|number| {
        let (shares, order) = (&shares, &order);
        async move {
            shares.turn(tenant(1)).await.unwrap().took(0.001);
            order.lock().unwrap().push(number);
        }
    }))
    .await;
    assert_eq!(order.into_inner().unwrap(), [0, 1, 2, 3, 4]);
}
