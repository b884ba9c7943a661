//! Refusals as problems.

use countersign_kernel::text::Words;
use countersign_web::Problem;

use super::SECRETS_MAX;
use super::service::Refused;
use crate::standing::Lost;

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::NotFound => Self::not_found("webhook"),
            Refused::Stale(current) => Self::version_moved(Some(current)),
            Refused::TooMany => Self::conflict(
                "too_many_webhooks",
                Words::fixed(
                    "A tenant has at most 100 endpoints: delete one that is not needed.",
                    "每个租户最多 100 个端点：请先删除不需要的端点。",
                ),
                "full",
                &[],
                None,
            ),
            Refused::TooManyRotations(until) => Self::conflict(
                "too_many_rotations",
                Words::new(
                    format!(
                        "{SECRETS_MAX} secrets sign for this endpoint already. One of them ends at {until}: rotate again then."
                    ),
                    format!(
                        "该端点已有 {SECRETS_MAX} 个密钥同时签名。其中一个于 {until} 失效，之后可再次轮换。"
                    ),
                ),
                "rotating",
                &[],
                None,
            ),
            Refused::Invalid(faults) => Self::invalid(faults),
            Refused::Already(state) => Self::conflict(
                "already",
                Words::new(
                    format!("The endpoint is {state} already."),
                    format!("该端点已是 {state} 状态。"),
                ),
                state,
                &[if state == "enabled" { "disable" } else { "enable" }],
                None,
            ),
            Refused::OutOfScope { pattern, scope } => out_of_scope(&pattern, scope),
            Refused::Lost(lost) => nobody_stands_behind(lost),
            Refused::Storage(error) => error.into(),
        }
    }
}

fn out_of_scope(pattern: &str, scope: &str) -> Problem {
    let words = Words::new(
        format!(
            "An endpoint hears what its maker and every key that changed it may read, and {pattern} needs the scope {scope}: \
             leave it out of event_types, or make an endpoint in a session or by a key that has the scope."
        ),
        format!(
            "端点只能收到其创建者及修改过它的密钥都有权读取的事件，而 {pattern} 需要权限范围 {scope}：\
             请从 event_types 中去掉它，或在会话中、用具有该范围的密钥新建端点。"
        ),
    );
    Problem::forbidden(words)
        .with_code("event_out_of_scope")
        .with("scope", scope)
}

fn nobody_stands_behind(lost: Lost) -> Problem {
    let why = lost.words();
    let words = Words::new(
        format!(
            "The endpoint cannot be enabled: {}. Make another in its place.",
            why.en
        ),
        format!("无法启用该端点：{}。请另建一个端点。", why.zh),
    );
    Problem::conflict(lost.word(), words, "disabled", &[], None)
}
