//! The live stream: server-sent events, from a cursor on, for as long as the caller may hear them.

use std::collections::VecDeque;
use std::time::Duration;

use actix_web::web::Data;
use bytes::Bytes;
use countersign_kernel::actor::Caller;
use countersign_kernel::envelope::Envelope;
use countersign_storage::Woken;
use countersign_web::{AuthError, Problem, World};
use futures_util::{Stream, stream};
use serde_json::json;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, sleep_until};

use super::Room;
use super::page::{Found, Reading, Wanted};
use super::place::Place;
use crate::Platform;

/// Events sent in one go; the next ones are read when these are on their way.
const AT_ONCE: usize = 100;
/// The net below the wake-ups.
const POLL: Duration = Duration::from_secs(2);
/// A silent line is sent so often, so that proxies and readers know that the stream lives.
const BEAT: Duration = Duration::from_secs(15);
/// Who stopped being allowed to hear is noticed within this time, and before each event.
const ASK: Duration = Duration::from_secs(5);
/// Two looks at the log are at least so far apart.
const BREATH: Duration = Duration::from_millis(20);

/// One open stream.
pub(super) struct Listener {
    pub(super) world: Data<World>,
    pub(super) platform: Data<Platform>,
    pub(super) bearer: String,
    pub(super) caller: Caller,
    pub(super) wanted: Wanted,
    pub(super) place: Place,
    /// Kept until the stream ends.
    pub(super) _room: Room,
}

/// A listener on its way.
struct Way {
    listener: Listener,
    woken: Woken,
    stop: watch::Receiver<bool>,
    ready: VecDeque<Bytes>,
    asked_at: Instant,
    beat_at: Instant,
    /// The place that the reader was last told.
    told: Place,
    over: bool,
}

/// Why a stream ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    TokenEnded,
    RightsChanged,
    ServerStopping,
    Fault,
}

impl End {
    fn word(self) -> &'static str {
        match self {
            Self::TokenEnded => "token_ended",
            Self::RightsChanged => "rights_changed",
            Self::ServerStopping => "server_stopping",
            Self::Fault => "fault",
        }
    }
}

/// The bytes of the stream.
pub(super) fn listen(listener: Listener) -> impl Stream<Item = Result<Bytes, Problem>> {
    let now = Instant::now();
    let way = Way {
        woken: listener.world.db.woken(),
        stop: listener.platform.live.ended(),
        // The first line tells a reader where it stands, before anything happens.
        ready: VecDeque::from([Bytes::from_static(b"retry: 2000\n")]),
        asked_at: now,
        beat_at: now,
        told: listener.place,
        over: false,
        listener,
    };
    stream::unfold(way, async |mut way| {
        way.next().await.map(|bytes| (Ok(bytes), way))
    })
}

impl Way {
    async fn next(&mut self) -> Option<Bytes> {
        loop {
            if let Some(bytes) = self.ready.pop_front() {
                return Some(bytes);
            }
            if self.over {
                return None;
            }
            if let Err(end) = self.step().await {
                self.over = true;
                self.ready.push_back(self.farewell(end));
            }
        }
    }

    /// Reads on; when there is nothing, waits for something.
    async fn step(&mut self) -> Result<(), End> {
        if *self.stop.borrow() {
            return Err(End::ServerStopping);
        }
        let looked_at = Instant::now();
        let found = self.read().await?;
        if !found.events.is_empty() || self.asked_at.elapsed() >= ASK {
            self.still_allowed().await?;
        }
        let nothing = found.events.is_empty();
        self.tell(found);
        if nothing && self.ready.is_empty() {
            tokio::select! {
                () = self.woken.wait() => sleep_until(looked_at + BREATH).await,
                () = sleep(POLL) => {}
                _ = self.stop.changed() => {}
            }
        }
        Ok(())
    }

    async fn read(&self) -> Result<Found, End> {
        let Listener {
            world,
            platform,
            caller,
            wanted,
            place,
            ..
        } = &self.listener;
        let reading = Reading {
            world,
            sight: &platform.sight,
            caller,
            wanted,
        };
        let found = async {
            let reader = world.db.read(caller.tenant).await?;
            reading.after(&reader, *place, AT_ONCE).await
        };
        found.await.map_err(|error: countersign_storage::Error| {
            tracing::warn!(%error, "a live stream ends: the log could not be read");
            End::Fault
        })
    }

    /// Asks again who the bearer is: the stream ends with the token, and when what it may hear has changed.
    async fn still_allowed(&mut self) -> Result<(), End> {
        let known = &self.listener.caller;
        let now = match self.listener.world.auth.authenticate(&self.listener.bearer).await {
            Ok(now) => now,
            Err(AuthError::Unknown) => return Err(End::TokenEnded),
            Err(AuthError::Storage(error)) => {
                tracing::warn!(%error, "a live stream ends: its caller could not be asked for");
                return Err(End::Fault);
            }
        };
        self.asked_at = Instant::now();
        let same = now.user == known.user && now.roles == known.roles && now.scopes == known.scopes;
        if same { Ok(()) } else { Err(End::RightsChanged) }
    }

    /// Puts what was found on its way, and a sign of life where it is due.
    fn tell(&mut self, found: Found) {
        for (envelope, place) in &found.events {
            let frame = self.frame(envelope, *place);
            self.ready.push_back(frame);
            self.told = *place;
            self.beat_at = Instant::now();
        }
        self.listener.place = found.next;
        if self.beat_at.elapsed() >= BEAT {
            self.beat_at = Instant::now();
            // With the place, if only events that this reader does not see have passed.
            let id = if self.told == found.next {
                String::new()
            } else {
                format!("id: {}\n", self.seal(found.next))
            };
            self.told = found.next;
            self.ready.push_back(Bytes::from(format!(": still here\n{id}\n")));
        }
    }

    fn frame(&self, envelope: &Envelope, place: Place) -> Bytes {
        let data = serde_json::to_string(envelope).unwrap_or_default();
        Bytes::from(format!(
            "id: {}\nevent: {}\ndata: {data}\n\n",
            self.seal(place),
            envelope.kind
        ))
    }

    /// The last event says why, and where to go on.
    fn farewell(&self, end: End) -> Bytes {
        let cursor = self.seal(self.listener.place);
        let data = json!({"reason": end.word(), "cursor": cursor});
        Bytes::from(format!("id: {cursor}\nevent: end\ndata: {data}\n\n"))
    }

    fn seal(&self, place: Place) -> String {
        let Listener {
            world,
            platform,
            caller,
            wanted,
            ..
        } = &self.listener;
        Reading {
            world,
            sight: &platform.sight,
            caller,
            wanted,
        }
        .sealer()
        .seal(place)
    }
}
