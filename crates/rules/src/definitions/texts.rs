//! Texts compiled: each once, whoever asks, for as long as anybody uses what came of it.
//!
//! They are found by content, not by name and version: so what one unit of work needs is compiled outside of it, and
//! whether it is ever kept makes no difference.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use chrono_tz::Tz;
use countersign_engine::definition::Document;
use countersign_engine::{Deadline, Surroundings, TooCostly, check_within};
use countersign_kernel::money::Currency;
use countersign_kernel::text::Locale;
use sha2::{Digest, Sha256};
use tokio::sync::OnceCell;

use crate::scene::Ground;

/// What a text compiles to; the catalogue is one for the whole server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Content {
    /// Of the text, and of the tables that it asks as they were.
    hash: [u8; 32],
    currency: Currency,
    zone: Tz,
}

/// A text's document, once it is compiled, or the first thing that is wrong with it.
#[derive(Debug, Default)]
pub(super) struct CompiledText(OnceCell<Result<Arc<Document>, String>>);

impl CompiledText {
    pub(super) fn get(&self) -> Option<&Result<Arc<Document>, String>> {
        self.0.get()
    }

    /// Compiles it on a thread of its own, so that those who answer others go on meanwhile. Whoever asks for the same
    /// text waits for the same thread.
    pub(super) async fn compile(&self, text: String, around: Arc<Surroundings>) {
        let compile = async || {
            let compiled = tokio::task::spawn_blocking(move || compile_in(&text, &around, &Deadline::none()));
            match compiled.await {
                Ok(Ok(document)) => document.map(Arc::new),
                Ok(Err(TooCostly)) => Err("it takes too long to compile".to_owned()),
                Err(failed) => Err(format!("it cannot be compiled: {failed}")),
            }
        };
        self.0.get_or_init(compile).await;
    }

    /// Compiles it in this thread, unless it is compiled.
    pub(super) fn compile_here(
        &self,
        text: &str,
        around: &Surroundings,
        deadline: &Deadline<'_>,
    ) -> Result<(), TooCostly> {
        if self.0.get().is_none() {
            // Somebody else may have been faster, with the same outcome.
            let _ = self.0.set(compile_in(text, around, deadline)?.map(Arc::new));
        }
        Ok(())
    }
}

/// All that is in use.
#[derive(Default)]
pub(super) struct Texts {
    used: Mutex<Used>,
}

#[derive(Default)]
struct Used {
    texts: HashMap<Content, Weak<CompiledText>>,
    /// How many there may be before those are looked for that nobody uses any more.
    sweep_at: usize,
}

impl Texts {
    pub(super) fn of(&self, text: &str, tables: Option<&str>, ground: &Ground) -> Arc<CompiledText> {
        let mut hash = Sha256::new();
        hash.update(text);
        // No text holds this byte.
        hash.update([0]);
        hash.update(tables.unwrap_or_default());
        let content = Content {
            hash: hash.finalize().into(),
            currency: ground.currency,
            zone: ground.zone,
        };
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(held) = used.texts.get(&content).and_then(Weak::upgrade) {
            return held;
        }
        if used.texts.len() >= used.sweep_at {
            used.texts.retain(|_, text| text.strong_count() > 0);
            used.sweep_at = 2 * used.texts.len().max(100);
        }
        let new = Arc::new(CompiledText::default());
        used.texts.insert(content, Arc::downgrade(&new));
        new
    }
}

/// What was checked when it was published is compiled as it stands: what has changed around it since (a role given up,
/// an event type gone) is no reason to lose it.
fn compile_in(
    text: &str,
    around: &Surroundings,
    deadline: &Deadline<'_>,
) -> Result<Result<Document, String>, TooCostly> {
    let checked = check_within(text, around, deadline)?;
    Ok(checked.document.ok_or_else(|| {
        let first = checked.findings.iter().find(|finding| finding.is_error());
        first.map_or_else(
            || "it does not compile".to_owned(),
            |finding| format!("line {}: {}", finding.line, finding.message.get(Locale::En)),
        )
    }))
}
