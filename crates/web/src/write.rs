//! Changing things: idempotency and rehearsal in one place.

use std::sync::{Arc, Mutex, PoisonError};

use countersign_kernel::actor::Via;
use countersign_kernel::text::Words;
use countersign_storage::Work;
use countersign_storage::idempotency::{Kept, Key, Keyed, Outcome};
use sha2::{Digest, Sha256};

use crate::answer::Answer;
use crate::ctx::Ctx;
use crate::problem::{Fault, Problem};

impl Ctx {
    /// Runs a unit of work and answers with what `render` makes of its outcome. Under an `Idempotency-Key` the answer
    /// commits with the effect and is given again; under `validate_only=true` nothing is kept, and no id is shown.
    ///
    /// `render` runs inside the unit of work, so it only renders.
    pub async fn write<W, F>(&self, work: W, render: F) -> Result<Answer, Problem>
    where
        W: Work,
        W::Out: Sync,
        W::Error: Into<Problem>,
        F: Fn(&W::Out) -> Answer + Send + Sync + 'static,
    {
        let key = self.storage_key()?;
        let keeps = key.is_some() && !self.validate_only();
        let rendered: Arc<Mutex<Option<Answer>>> = Arc::default();
        let slot = rendered.clone();
        let render = move |out: &W::Out| {
            let answer = render(out);
            let kept = if keeps {
                answer.to_kept()
            } else {
                Kept {
                    status: 0,
                    headers: Vec::new(),
                    body: Vec::new(),
                }
            };
            *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(answer);
            kept
        };
        let work = Keyed {
            work,
            key,
            render,
            validate_only: self.validate_only(),
        };
        match self
            .world
            .db
            .write(self.caller.tenant, work)
            .await
            .map_err(Into::into)?
        {
            Outcome::Replayed(kept) => Ok(Answer::replayed(kept)),
            Outcome::Fresh { .. } => {
                let answer = rendered.lock().unwrap_or_else(PoisonError::into_inner).take();
                let answer = answer
                    .ok_or_else(|| Problem::internal("a unit of work gave no answer"))?
                    .failed()?;
                Ok(if self.validate_only() {
                    answer.rehearsed()
                } else {
                    answer
                })
            }
        }
    }

    /// Says the hash of a body that the handler read itself (an upload), so that a repetition is recognised.
    pub fn body_was_read(&self, sha256: [u8; 32]) {
        let _ = self.body.set(sha256);
    }

    /// The hash of the body, if an idempotency key keeps it.
    pub fn kept_of_body(&self) -> Option<[u8; 32]> {
        let key = self.key.as_ref().ok()?.as_ref();
        key.and(self.body.get().copied())
    }

    /// Keeps this instead: for a body with a password, which a plain hash of it would let somebody guess.
    pub fn keep_of_body(&self, slow: [u8; 32]) {
        let _ = self.slow_body.set(slow);
    }

    /// The key under which the answer is kept: method, path, query and body are its fingerprint.
    fn storage_key(&self) -> Result<Option<Key>, Problem> {
        if self.has_body && self.body.get().is_none() {
            let detail = Words::fixed("This operation takes no body.", "此操作不接受请求体。");
            return Err(Problem::wrong_shape([Fault::at("", "unknown_member", detail)]));
        }
        let Some(key) = self.key.clone()? else {
            return Ok(None);
        };
        let caller = match self.caller.via {
            Via::Session(_) => self.caller.user.to_string(),
            Via::Key(id) => id.to_string(),
        };
        let mut hash = Sha256::new();
        for part in [self.method.as_str(), &self.path, &self.query] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        let body = self.slow_body.get().or(self.body.get());
        hash.update(body.copied().unwrap_or_default());
        Ok(Some(Key {
            caller,
            key,
            fingerprint: hash.finalize().into(),
        }))
    }
}
