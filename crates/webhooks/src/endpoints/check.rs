//! What an endpoint may be: judged in the unit of work that keeps it, so that a request that is sent again under its key
//! finds its answer before anything is judged anew.

use std::sync::Arc;

use countersign_kernel::id::UserId;
use countersign_kernel::money::Currency;
use countersign_kernel::text::Words;
use countersign_web::Member;
use countersign_web::problem::Fault;

use super::service::Wanted;
use super::shape::WebhookPatch;
use super::{Payload, store};
use crate::egress::{self, Guard};
use crate::reach::Reach;

/// Knows what an endpoint may be.
#[derive(Clone)]
pub struct Check {
    pub guard: Guard,
    pub reach: Arc<Reach>,
    /// What an amount without a currency means.
    pub currency: Currency,
}

impl Check {
    /// All that is wrong with what an endpoint of this owner shall be.
    pub fn faults(&self, wanted: &Wanted, owner: UserId) -> Vec<Fault> {
        let mut faults = Vec::new();
        match url::Url::parse(&wanted.url) {
            Ok(url) => faults.extend(
                self.guard
                    .judge_url(&url)
                    .err()
                    .map(|refused| url_fault(&refused)),
            ),
            Err(_) => faults.push(Fault::at(
                "/url",
                "malformed",
                Words::fixed(
                    "This is no address, like https://hooks.example.com/x.",
                    "这不是有效的网址，例如 https://hooks.example.com/x。",
                ),
            )),
        }
        let patterns = wanted.event_types.iter().enumerate();
        faults.extend(patterns.filter_map(|(place, pattern)| self.pattern_fault(place, pattern)));
        if let Some(filter) = &wanted.filter
            && let Err(found) = self
                .reach
                .read_filter(&wanted.event_types, filter, owner, self.currency)
        {
            faults.extend(found.into_iter().map(|fault| Fault::of_filter("/filter", fault)));
        }
        faults
    }

    fn pattern_fault(&self, place: usize, pattern: &str) -> Option<Fault> {
        let near = self.reach.catalogue.check_pattern(pattern).err()?;
        let (en, zh) = near.map_or_else(
            || {
                (
                    " GET /v1/event-types lists them.".to_owned(),
                    "GET /v1/event-types 列出全部类型。".to_owned(),
                )
            },
            |near| (format!(" Did you mean {near}?"), format!("是否想用 {near}？")),
        );
        let shown: String = pattern.chars().take(80).collect();
        let words = Words::new(
            format!("No event has the type {shown}.{en}"),
            format!("没有类型为 {shown} 的事件。{zh}"),
        );
        Some(Fault::at(
            format!("/event_types/{place}"),
            "unknown_event_type",
            words,
        ))
    }
}

/// The endpoint after the patch, if every member can be read and none is cleared that must be there.
pub(super) fn patched(before: &store::Model, patch: &WebhookPatch) -> Result<Wanted, Vec<Fault>> {
    let mut faults = Vec::new();
    // What cannot be read any more is not silently dropped by an edit of something else.
    let kept_types = before.readable_patterns();
    if patch.event_types.is_absent() && kept_types.is_none() {
        faults.push(unreadable("/event_types"));
    }
    let kept_filter = before.filter.as_deref().map(serde_json::from_str);
    if patch.filter.is_absent() && matches!(kept_filter, Some(Err(_))) {
        faults.push(unreadable("/filter"));
    }
    let url = required(&mut faults, &patch.url, before.url.clone(), "/url");
    let types = kept_types.unwrap_or_default();
    let event_types = required(&mut faults, &patch.event_types, types, "/event_types");
    let ordered = required(&mut faults, &patch.ordered, before.ordered, "/ordered");
    let payload = match patch.payload {
        Member::Absent => Payload::of_word(&before.payload),
        Member::Null => Payload::Thin,
        Member::Set(word) => word.into(),
    };
    match (url, event_types, ordered) {
        (Some(url), Some(event_types), Some(ordered)) if faults.is_empty() => Ok(Wanted {
            url,
            event_types,
            filter: patch.filter.clone().over(kept_filter.and_then(Result::ok)),
            payload,
            ordered,
        }),
        _ => Err(faults),
    }
}

fn required<X: Clone>(faults: &mut Vec<Fault>, member: &Member<X>, before: X, pointer: &str) -> Option<X> {
    let found = member.clone().over_required(before, pointer);
    found.map_err(|fault| faults.push(fault)).ok()
}

fn unreadable(pointer: &str) -> Fault {
    let words = Words::fixed(
        "This cannot be read any more: say it anew.",
        "此项已无法读取：请重新填写。",
    );
    Fault::at(pointer, "unreadable", words)
}

fn url_fault(refused: &egress::Refused) -> Fault {
    use egress::Refused;
    let (code, words) = match refused {
        Refused::Address => (
            "address_refused",
            Words::fixed(
                "This address is not public; an operator may allow its range.",
                "该地址不是公网地址；运维人员可以放行该网段。",
            ),
        ),
        Refused::Scheme => (
            "not_https",
            Words::fixed("Only https is called.", "仅支持 https。"),
        ),
        Refused::Malformed => (
            "malformed",
            Words::fixed(
                "The address names no host, or it names a user.",
                "地址缺少主机名，或包含用户信息。",
            ),
        ),
    };
    Fault::at("/url", code, words)
}
