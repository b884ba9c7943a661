//! Refusals as problems.

use countersign_kernel::text::Words;
use countersign_web::Problem;

use super::SECRETS_MAX;
use super::service::Refused;

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
            Refused::Storage(error) => error.into(),
        }
    }
}
