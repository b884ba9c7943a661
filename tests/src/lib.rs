//! The product from outside: starts the real binary, speaks HTTP, and knows nothing of its insides.
//!
//! The tests stand in `it/`, a file for each noun or proof; this is what they drive it with.
//! With `COUNTERSIGN_TEST_POSTGRES` they run on PostgreSQL, else on SQLite.
#![expect(
    clippy::disallowed_methods,
    reason = "a driver from outside reads the machine's clock and environment"
)]

pub mod caller;
mod contract;
pub mod matrix;
pub mod race;
pub mod samples;
pub mod server;
pub mod sink;

pub use caller::{Answer, Caller};
pub use server::Server;
pub use sink::Sink;

use std::time::{Duration, Instant};

/// Tries until it gives something, for so many seconds.
pub async fn until<T, F>(what: &str, seconds: u64, mut attempt: F) -> anyhow::Result<T>
where
    F: AsyncFnMut() -> anyhow::Result<Option<T>>,
{
    let began = Instant::now();
    loop {
        if let Some(found) = attempt().await? {
            return Ok(found);
        }
        anyhow::ensure!(
            began.elapsed() < Duration::from_secs(seconds),
            "not within {seconds} s: {what}"
        );
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
}

/// A name that nothing else has.
pub fn unique(word: &str) -> String {
    use std::sync::atomic::{AtomicU64, Ordering};
    static NEXT: AtomicU64 = AtomicU64::new(1);
    format!(
        "{word}-{}-{}",
        std::process::id(),
        NEXT.fetch_add(1, Ordering::Relaxed)
    )
}
