//! A body comes at a least rate. Whoever sends slower would hold a connection, and what was read so far, for as long as they like.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::error::PayloadError;
use bytes::Bytes;
use countersign_kernel::text::Words;
use futures_util::Stream;
use tokio::time::{Instant, Sleep, sleep_until};

use crate::problem::{Problem, ProblemKind};

/// So long may be waited for a body of any size.
const GRACE: Duration = Duration::from_secs(10);
/// Beyond that, a second for so many bytes.
const BYTES_A_SECOND: u64 = 32 * 1024;

/// The same body, at the least rate. Only waiting for the client counts, not what is done with its bytes.
pub(crate) fn paced(payload: Payload) -> Payload {
    with_grace(payload, GRACE)
}

fn with_grace(payload: Payload, grace: Duration) -> Payload {
    if matches!(payload, Payload::None) {
        return payload;
    }
    let stream = Paced {
        payload,
        grace,
        read: 0,
        waited: Duration::ZERO,
        waiting: None,
    };
    Payload::Stream {
        payload: Box::pin(stream),
    }
}

/// What is wrong with a body that could not be read to its end.
pub fn broken_off(error: &PayloadError) -> Problem {
    match error {
        PayloadError::Io(error) if error.kind() == io::ErrorKind::TimedOut => Problem::new(
            ProblemKind::TooSlow,
            Words::new(
                format!(
                    "The body came too slowly: send it within {} s, or at least {} KiB a second.",
                    GRACE.as_secs(),
                    BYTES_A_SECOND / 1024
                ),
                format!(
                    "请求体传输过慢：请在 {} 秒内传完，或每秒至少 {} KiB。",
                    GRACE.as_secs(),
                    BYTES_A_SECOND / 1024
                ),
            ),
        )
        .closing(),
        error => Problem::new(
            ProblemKind::MalformedBody,
            Words::fixed("The body ended before its end.", "请求体未传完。"),
        )
        .because(error),
    }
}

struct Paced {
    payload: Payload,
    grace: Duration,
    read: u64,
    waited: Duration,
    /// Since when the client is waited for, and until when at most.
    waiting: Option<(Instant, Pin<Box<Sleep>>)>,
}

impl Paced {
    /// How long may still be waited.
    fn left(&self) -> Duration {
        let for_bytes = Duration::from_secs(self.read / BYTES_A_SECOND);
        (self.grace + for_bytes).saturating_sub(self.waited)
    }
}

impl Stream for Paced {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        if let Poll::Ready(chunk) = Pin::new(&mut this.payload).poll_next(context) {
            if let Some((since, _)) = this.waiting.take() {
                this.waited += since.elapsed();
            }
            if let Some(Ok(bytes)) = &chunk {
                this.read += bytes.len() as u64;
            }
            return Poll::Ready(chunk);
        }
        let left = this.left();
        let (_, until) = this.waiting.get_or_insert_with(|| {
            let now = Instant::now();
            (now, Box::pin(sleep_until(now + left)))
        });
        match until.as_mut().poll(context) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(()) => Poll::Ready(Some(Err(PayloadError::Io(io::ErrorKind::TimedOut.into())))),
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use futures_util::{StreamExt, stream};

    use super::*;

    /// So many chunks of so many bytes, one after each wait.
    fn body(chunks: usize, bytes: usize, wait: Duration) -> Payload {
        let sent = stream::iter(0..chunks).then(move |_| async move {
            tokio::time::sleep(wait).await;
            Ok(Bytes::from(vec![0; bytes]))
        });
        let sent: Pin<Box<dyn Stream<Item = Result<Bytes, PayloadError>>>> = Box::pin(sent);
        Payload::Stream { payload: sent }
    }

    /// How much was read, and whether it was too slow.
    async fn read(mut payload: Payload) -> (usize, bool) {
        let (mut bytes, mut slow) = (0, false);
        while let Some(chunk) = payload.next().await {
            match chunk {
                Ok(chunk) => bytes += chunk.len(),
                Err(error) => {
                    slow = broken_off(&error).kind() == ProblemKind::TooSlow;
                    break;
                }
            }
        }
        (bytes, slow)
    }

    const SHORT: Duration = Duration::from_millis(100);

    #[tokio::test]
    async fn a_body_that_drips_ends() {
        let (bytes, slow) = read(with_grace(body(1_000, 1, SHORT / 10), SHORT)).await;
        assert!(slow && bytes < 20, "{bytes}");
        assert_eq!(
            read(with_grace(body(1, 1, 600 * SHORT), SHORT)).await,
            (0, true),
            "nothing comes"
        );
    }

    #[tokio::test]
    async fn one_that_flows_may_take_longer() {
        let second = BYTES_A_SECOND as usize;
        let (bytes, slow) = read(with_grace(body(20, second, SHORT / 5), SHORT)).await;
        assert_eq!((bytes, slow), (20 * second, false));
        assert_eq!(
            read(paced(body(3, 1, SHORT / 10))).await,
            (3, false),
            "a short one may drip"
        );
    }

    #[tokio::test]
    async fn the_readers_own_time_does_not_count() {
        let mut paced = with_grace(body(5, 1, Duration::ZERO), SHORT);
        while let Some(chunk) = paced.next().await {
            chunk.unwrap();
            tokio::time::sleep(SHORT).await;
        }
    }
}
