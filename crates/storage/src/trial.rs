//! A trial write: whether the database takes changes (again), found by keeping something and taking it away.

use std::time::Duration;

use countersign_kernel::id::TenantId;
use tokio::sync::Mutex;
use tokio::time::Instant;
use uuid::Uuid;

use crate::idempotency::{self, Kept, Key};
use crate::{Db, Error, Uow, Why, Work};

/// As many bytes as some changes together need, so that room which is soon used up again does not count.
const BYTES: usize = 256 * 1024;
/// From one trial to the next, however many ask.
const PAUSE: Duration = Duration::from_secs(1);

/// When the last trial began; held while one is made.
pub(crate) type LastTrial = Mutex<Option<Instant>>;

impl Db {
    /// What keeps the database from taking changes, if something does: it was met by a change, and no trial has succeeded
    /// since. Asking makes the trial, at most once a second.
    pub async fn hindrance(&self) -> Option<Why> {
        let met = self.observed().hindrance()?;
        let Ok(mut last) = self.last_trial().try_lock() else {
            return Some(met);
        };
        if last.is_none_or(|began| began.elapsed() >= PAUSE) {
            *last = Some(Instant::now());
            match self.try_write().await {
                Ok(()) => self.observed().set(None),
                Err(error) => tracing::warn!(%error, "the database still takes no changes"),
            }
        }
        self.observed().hindrance()
    }

    /// Keeps something and takes it away again.
    pub async fn try_write(&self) -> Result<(), Error> {
        let nobody = TenantId(Uuid::nil());
        self.write(nobody, Fill).await?;
        self.write(nobody, Clear).await
    }
}

/// The row stands among the answers that are kept for a time: a server that dies between the two leaves one of them.
fn key() -> Key {
    Key {
        caller: "server".to_owned(),
        key: "trial".to_owned(),
        fingerprint: [0; 32],
    }
}

/// Bytes that no database makes shorter.
fn noise() -> Vec<u8> {
    let steps = std::iter::successors(Some(0x2545_f491_4f6c_dd1d_u64), |state| {
        let state = state ^ (state << 13);
        let state = state ^ (state >> 7);
        Some(state ^ (state << 17))
    });
    steps.flat_map(u64::to_le_bytes).take(BYTES).collect()
}

struct Fill;

impl Work for Fill {
    type Out = ();
    type Error = Error;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<(), Error> {
        idempotency::forget(uow, &key()).await?;
        let noise = Kept {
            status: 200,
            headers: Vec::new(),
            body: noise(),
        };
        idempotency::keep(uow, &key(), &noise).await
    }

    /// Two servers make theirs one after the other.
    fn turn(&self) -> Option<i64> {
        Some(0)
    }
}

struct Clear;

impl Work for Clear {
    type Out = ();
    type Error = Error;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<(), Error> {
        idempotency::forget(uow, &key()).await
    }
}
