//! The languages that a person or a tenant can choose.

use countersign_kernel::text::{Locale, Words};

use crate::error::Fault;

/// Every locale by its tag.
pub(crate) const TAGS: [&str; 2] = ["en", "zh-CN"];

/// The locale of a tag.
pub(crate) fn read(tag: &str) -> Option<Locale> {
    [Locale::En, Locale::ZhCn]
        .into_iter()
        .find(|locale| locale.tag() == tag)
}

/// The locale of a tag that somebody wrote at this place.
pub(crate) fn written(pointer: &str, tag: &str) -> Result<Locale, Fault> {
    read(tag).ok_or_else(|| {
        let detail = Words::new(
            format!("The languages are {}.", TAGS.join(", ")),
            format!("可选语言为 {}。", TAGS.join("、")),
        );
        Fault::new(pointer, "unknown_locale", detail)
    })
}
