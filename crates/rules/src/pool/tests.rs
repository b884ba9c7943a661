#![expect(clippy::unwrap_used, reason = "tests")]

use std::sync::mpsc;

use futures_util::FutureExt as _;
use futures_util::future::join_all;
use uuid::Uuid;

use super::*;

const LONG: Duration = Duration::from_mins(10);

fn tenant(number: u128) -> TenantId {
    TenantId(Uuid::from_u128(number))
}

#[tokio::test]
async fn a_tenant_has_half_of_the_places_and_others_have_the_rest() {
    let pool = Pool::new(1, LONG);
    let (go, gone) = mpsc::channel::<()>();
    let blocks = pool.run(tenant(1), move |_| {
        gone.recv().unwrap_or_default();
        Ok(())
    });
    let mut waiting = vec![blocks.boxed()];
    waiting.extend((1..4).map(|_| pool.run(tenant(1), |_| Ok(())).boxed()));
    for one in &mut waiting {
        assert!(one.now_or_never().is_none(), "it has a place");
    }
    let refused = pool.run(tenant(1), |_| Ok(())).await;
    assert!(
        matches!(refused, Err(Declined::ShareTaken { share: 4 })),
        "{refused:?}"
    );
    let mut others: Vec<_> = (0..4).map(|_| pool.run(tenant(2), |_| Ok(())).boxed()).collect();
    for one in &mut others {
        assert!(one.now_or_never().is_none(), "it has a place");
    }
    let refused = pool.run(tenant(3), |_| Ok(())).await;
    assert!(matches!(refused, Err(Declined::Full)), "{refused:?}");
    go.send(()).unwrap();
    for done in join_all(waiting.into_iter().chain(others)).await {
        done.unwrap();
    }
    pool.run(tenant(1), |_| Ok(())).await.unwrap();
    assert!(pool.places.is_empty(), "every place was given back");
}

#[tokio::test]
async fn one_tenant_has_half_of_the_threads() {
    let pool = Pool::new(4, LONG);
    let (begin, begun) = mpsc::channel();
    let mut gates = Vec::new();
    let mut works = Vec::new();
    for number in 0..6_u32 {
        let (go, gone) = mpsc::channel::<()>();
        gates.push(go);
        let begin = begin.clone();
        let owner = tenant(if number < 5 { 1 } else { 2 });
        let mut work = pool
            .run(owner, move |_| {
                begin.send(number).unwrap();
                gone.recv().unwrap_or_default();
                Ok(())
            })
            .boxed();
        assert!((&mut work).now_or_never().is_none());
        works.push(work);
    }
    let mut at_work: Vec<u32> = (0..3).map(|_| begun.recv().unwrap()).collect();
    at_work.sort_unstable();
    assert_eq!(at_work, [0, 1, 5], "two of the crowd, and the other at once");
    drop(gates);
    for done in join_all(works).await {
        done.unwrap();
    }
    assert_eq!(
        begun.try_iter().count(),
        3,
        "the rest of the crowd came to its turn"
    );
    pool.run(tenant(3), |_| Ok(())).await.unwrap();
    assert_eq!(
        pool.of_tenants.lock().unwrap().len(),
        1,
        "who is done is forgotten"
    );
}

#[tokio::test]
async fn work_beyond_its_time_is_told_from_an_answer() {
    let pool = Pool::new(1, Duration::ZERO);
    let work = |deadline: &Deadline<'_>| {
        if deadline.has_passed() {
            Err(TooCostly)
        } else {
            Ok(())
        }
    };
    let refused = pool.run(tenant(1), work).await;
    assert!(matches!(refused, Err(Declined::TooCostly { .. })), "{refused:?}");
}

#[tokio::test]
async fn work_that_nobody_waits_for_ends() {
    let pool = Pool::new(1, LONG);
    let (begin, begun) = mpsc::channel();
    let (end, ended) = mpsc::channel();
    let mut work = pool
        .run(tenant(1), move |deadline| {
            begin.send(()).unwrap();
            while !deadline.has_passed() {
                thread::yield_now();
            }
            end.send(()).unwrap();
            Err::<(), _>(TooCostly)
        })
        .boxed();
    assert!((&mut work).now_or_never().is_none());
    begun.recv().unwrap();
    drop(work);
    ended.recv().unwrap();
}

#[tokio::test]
async fn work_that_panics_gives_its_place_back() {
    let pool = Pool::new(1, LONG);
    let refused = pool.run(tenant(1), |_| -> Result<(), TooCostly> {
        std::panic::resume_unwind(Box::new(""))
    });
    assert!(matches!(refused.await, Err(Declined::Failed(_))));
    pool.run(tenant(1), |_| Ok(())).await.unwrap();
}

#[tokio::test]
async fn who_waits_for_the_processor_is_not_cut_off() {
    let pool = Pool::new(1, Duration::from_millis(300));
    let slept = pool.run(tenant(1), |deadline| {
        thread::sleep(Duration::from_millis(350));
        if deadline.has_passed() {
            Err(TooCostly)
        } else {
            Ok(())
        }
    });
    assert!(!cfg!(target_os = "linux") || slept.await.is_ok());
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn files_are_checked_behind_everything_else() {
    let niceness = |_: &Deadline<'_>| Ok(rustix::process::getpriority_process(None).unwrap());
    let own = rustix::process::getpriority_process(None).unwrap();
    let pool = Pool::new(1, LONG);
    assert!(pool.run(tenant(1), niceness).await.unwrap() > own);
    assert_eq!(rustix::process::getpriority_process(None).unwrap(), own);
}
