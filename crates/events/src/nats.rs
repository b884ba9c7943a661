//! For those who read events at scale: every public event, in full, on a NATS JetStream stream.
//!
//! The broker is transport, never the record. What was passed on stands in our own cursor; an event's id is its
//! `Nats-Msg-Id`, so that a batch sent twice is stored once. Only we make the stream: when it is missing, or has
//! never held a message, the broker was wiped, and everything is sent again from the beginning of the log.

use std::sync::Arc;
use std::time::Duration;

use async_nats::jetstream::context::GetStreamErrorKind;
use async_nats::jetstream::message::PublishMessage;
use async_nats::jetstream::stream::{Config, StorageType};
use async_nats::jetstream::{self, Context};
use countersign_kernel::catalogue::Catalogue;
use countersign_storage::log::Logged;
use futures_util::future::BoxFuture;

use crate::consumer::{Failure, Publisher, Standing};
use crate::envelope::{Payload, envelope};

const STREAM: &str = "COUNTERSIGN";
const SUBJECTS: &str = "countersign.events.>";
/// Longer than any batch is retried in a row.
const DUPLICATE_WINDOW: Duration = Duration::from_mins(10);

/// Publishes to `countersign.events.TENANT.TYPE`.
pub struct Nats {
    context: Context,
    catalogue: Arc<Catalogue>,
    public_url: String,
    /// How long the stream keeps an event.
    keep: Duration,
}

impl Nats {
    /// Connects in the background: a broker that is not there yet delays events, not the server's start.
    pub async fn connect(
        url: &str,
        catalogue: Arc<Catalogue>,
        public_url: String,
        keep: Duration,
    ) -> Result<Self, Failure> {
        let options = async_nats::ConnectOptions::new()
            .name("countersign")
            .retry_on_initial_connect();
        let client = options.connect(url).await.map_err(failed)?;
        Ok(Self {
            context: jetstream::new(client),
            catalogue,
            public_url,
            keep,
        })
    }

    async fn send(&self, events: &[Logged]) -> Result<(), Failure> {
        let mut acks = Vec::with_capacity(events.len());
        for event in events {
            let Some(envelope) = envelope(event, &self.catalogue, &self.public_url, Payload::Full) else {
                continue;
            };
            let subject = format!("countersign.events.{}.{}", event.tenant, event.kind);
            let body = serde_json::to_vec(&envelope).map_err(failed)?;
            let message = PublishMessage::build()
                .payload(body.into())
                .message_id(event.id.to_string());
            acks.push(
                self.context
                    .send_publish(subject, message)
                    .await
                    .map_err(failed)?,
            );
        }
        for ack in acks {
            ack.await.map_err(failed)?;
        }
        Ok(())
    }

    async fn stream(&self) -> Result<Standing, Failure> {
        match self.context.get_stream(STREAM).await {
            Ok(stream) if stream.cached_info().state.last_sequence > 0 => return Ok(Standing::GoOn),
            Ok(_) => return Ok(Standing::StartOver),
            Err(error) if matches!(error.kind(), GetStreamErrorKind::JetStream(_)) => {}
            Err(error) => return Err(failed(error)),
        }
        let config = Config {
            name: STREAM.to_owned(),
            subjects: vec![SUBJECTS.to_owned()],
            storage: StorageType::File,
            max_age: self.keep,
            duplicate_window: DUPLICATE_WINDOW,
            description: Some("Every public event of Countersign, one CloudEvents envelope each.".to_owned()),
            ..Default::default()
        };
        self.context.create_stream(config).await.map_err(failed)?;
        Ok(Standing::StartOver)
    }
}

impl Publisher for Nats {
    fn name(&self) -> &'static str {
        "nats"
    }

    fn wants(&self, kind: &str) -> bool {
        self.catalogue.event(kind).is_some_and(|of| of.public)
    }

    fn is_required(&self) -> bool {
        false
    }

    fn publish<'a>(&'a self, events: &'a [Logged]) -> BoxFuture<'a, Result<(), Failure>> {
        Box::pin(self.send(events))
    }

    fn tick(&self) -> BoxFuture<'_, Result<Standing, Failure>> {
        Box::pin(self.stream())
    }
}

fn failed(error: impl std::fmt::Display) -> Failure {
    Failure::Again(format!("The NATS server did not take the events: {error}"))
}
