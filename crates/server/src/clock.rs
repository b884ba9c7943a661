//! The machine's clock and randomness: the only place that reads them.

use countersign_kernel::id::Entropy;
use countersign_kernel::time::{Clock, Instant};

/// The machine's time.
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the Clock that is handed in everywhere else"
    )]
    fn now(&self) -> Instant {
        Instant::new(chrono::Utc::now())
    }
}

/// The operating system's randomness.
pub(crate) struct SystemEntropy;

impl Entropy for SystemEntropy {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the Entropy that is handed in everywhere else"
    )]
    fn fill(&self, buffer: &mut [u8]) {
        rand::Rng::fill_bytes(&mut rand::rng(), buffer);
    }
}
