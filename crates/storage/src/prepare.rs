//! What takes long is done outside of units of work: the unit is undone, and runs again when it is ready.

use std::any::Any;

use futures_util::future::BoxFuture;

use crate::Error;

/// Makes ready what a unit of work looks for when it runs again; what it answers is held until that is over.
pub(crate) type Preparation = BoxFuture<'static, Prepared>;

pub(crate) type Prepared = Box<dyn Any + Send + Sync>;

/// How often one unit of work may ask for more. One that serves many tenants asks for each.
const MOST: usize = 256;

/// All that was made ready for one unit of work.
#[derive(Default)]
pub(crate) struct Preparations {
    held: Vec<Prepared>,
}

impl Preparations {
    pub(crate) async fn add(&mut self, preparation: Preparation) -> Result<(), Error> {
        if self.held.len() >= MOST {
            return Err(not_ready());
        }
        self.held.push(preparation.await);
        Ok(())
    }
}

/// What ends a unit of work that waits for a preparation.
pub(crate) fn not_ready() -> Error {
    Error::unavailable("what this needs was not ready in time")
}
