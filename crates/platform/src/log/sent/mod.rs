//! Events that other systems send.

pub(super) mod http;

use countersign_kernel::catalogue::{CUSTOM, EventType, Link, is_custom};
use countersign_kernel::id::EventId;
use countersign_kernel::text::Words;
use countersign_storage::log::ChangeContext;
use countersign_storage::{Error, Uow, Work};
use countersign_web::Fault;
use serde_json::{Map, Value, json};

/// What other systems say is the tenant's own: admins read it, and what they set up.
pub const SENT: EventType = EventType {
    name: CUSTOM,
    object: "event",
    within: None,
    about: "Something happened in another system, which said so: `custom.` and words of its own.",
    public: true,
    fields: &[],
    scope: super::http::SCOPE,
};

/// Bytes of what an event says, as JSON.
const BYTES: usize = 64 << 10;

/// All that is wrong with an event that somebody wants to send.
pub(super) fn faults(kind: &str, data: &Map<String, Value>) -> Vec<Fault> {
    let mut faults = Vec::new();
    if !is_custom(kind) {
        let words = Words::fixed(
            "Begin with custom. and go on with one to five words of a-z, 0-9 and _, with a dot between: custom.payment.handled.",
            "请以 custom. 开头，后接一至五个由 a-z、0-9 和 _ 组成、以点分隔的单词：custom.payment.handled。",
        );
        faults.push(Fault::at("/type", "malformed", words));
    }
    let bytes = serde_json::to_vec(data).map_or(usize::MAX, |json| json.len());
    if bytes > BYTES {
        let words = Words::new(
            format!(
                "This is {bytes} bytes of JSON; an event says at most {BYTES}. Send ids, and let readers fetch the rest."
            ),
            format!(
                "这是 {bytes} 字节的 JSON；一个事件最多 {BYTES} 字节。请只发送标识，其余由读者自行获取。"
            ),
        );
        faults.push(Fault::at("/data", "too_long", words));
    }
    faults
}

/// Says in the log what happened elsewhere.
pub(super) struct Send {
    pub(super) id: EventId,
    pub(super) kind: String,
    pub(super) data: Map<String, Value>,
    pub(super) change: ChangeContext,
}

impl Work for Send {
    type Out = ();
    type Error = Error;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<(), Error> {
        // It is about nothing of ours, so it is a record by itself.
        let entry = self
            .change
            .entry(self.id, Link::new("event", self.id.0), 1, self.kind.as_str());
        uow.append(entry.with_body(json!({"thing": self.data})));
        Ok(())
    }
}
