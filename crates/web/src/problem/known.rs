//! The problems that everybody meets, ready made.

use countersign_kernel::text::{Words, a};
use serde_json::Value;

use super::{Fault, Problem, ProblemKind};

/// How Chinese readers call a kind of record.
pub(crate) fn kind_in_chinese(kind: &str) -> &str {
    match kind {
        "tenant" => "租户",
        "user" => "用户",
        "department" => "部门",
        "role" => "角色",
        "session" => "会话",
        "api_key" => "API 密钥",
        "request" => "申请",
        "task" => "任务",
        "comment" => "评论",
        "definition" => "定义",
        "proposal" => "提案",
        "run" => "运行记录",
        "file" => "文件",
        "notice" => "通知",
        "account" => "客户",
        "contact" => "联系人",
        "pipeline" => "销售管道",
        "stage" => "阶段",
        "deal" => "商机",
        "activity" => "活动",
        "lead" => "线索",
        "product" => "产品",
        "price_book" => "价格表",
        "price_book_entry" => "价格",
        "import" => "导入",
        "event" => "事件",
        "webhook" => "Webhook",
        "delivery" => "投递记录",
        "job" => "作业",
        "timer" => "定时器",
        "workflow" => "流程",
        other => other,
    }
}

impl Problem {
    /// Not there, not the caller's to see, or deleted: the three read the same.
    pub fn not_found(kind: &str) -> Self {
        let zh = kind_in_chinese(kind);
        Self::new(
            ProblemKind::NotFound,
            Words::new(
                format!("There is no {kind} with this id, or it is not yours to see."),
                format!("没有此 id 的{zh}，或您无权查看。"),
            ),
        )
        .with_code(format!("{kind}_not_found"))
    }

    /// An id of another kind, read from its prefix alone.
    pub fn other_kind(wanted: &str, found: &str) -> Self {
        let (zh_wanted, zh_found) = (kind_in_chinese(wanted), kind_in_chinese(found));
        Self::new(
            ProblemKind::NotFound,
            Words::new(
                format!("This is the id of {}; {} is asked for here.", a(found), a(wanted)),
                format!("这是{zh_found}（{found}）的 id；此处需要{zh_wanted}的 id。"),
            ),
        )
        .with_code(format!("{wanted}_not_found"))
    }

    /// Not the caller's to do; say why and who may.
    pub fn forbidden(detail: Words) -> Self {
        Self::new(ProblemKind::Forbidden, detail)
    }

    /// The session or key lacks this scope.
    pub fn missing_scope(scope: &str) -> Self {
        Self::new(
            ProblemKind::MissingScope,
            Words::new(
                format!("This needs the scope {scope}; use a key that has it."),
                format!("此操作需要权限范围 {scope}；请使用具有该范围的密钥。"),
            ),
        )
        .with("scope", scope)
    }

    /// Asked for by somebody who holds none of the roles that it is for.
    pub(crate) fn role_needed(roles: &[String]) -> Self {
        Self::forbidden(Words::new(
            format!("This is for people with the role {}.", roles.join(" or ")),
            format!("此操作仅限具有 {} 角色的人员。", roles.join(" 或 ")),
        ))
    }

    /// Asked for by a key, which is nobody: whoever holds it would make themselves more than it is.
    pub fn session_needed() -> Self {
        Self::forbidden(Words::fixed(
            "An API key cannot do this: sign in as a person.",
            "API 密钥不能执行此操作：请以个人身份登录。",
        ))
    }

    /// The present state does not allow it: the finer code, the object's status, what this caller may do now,
    /// and for decisions who decided what and when.
    pub fn conflict(
        code: &'static str,
        detail: Words,
        state: &str,
        possible: &[&str],
        outcome: Option<Value>,
    ) -> Self {
        let problem = Self::new(ProblemKind::Conflict, detail)
            .with_code(code)
            .with("state", state)
            .with("possible", possible.to_vec());
        match outcome {
            Some(outcome) => problem.with("outcome", outcome),
            None => problem,
        }
    }

    /// Members missing or of a wrong form, references to nothing, rules (422).
    pub fn invalid(faults: impl IntoIterator<Item = Fault>) -> Self {
        Self::new(ProblemKind::Invalid, Words::fixed("", ""))
            .with_faults(faults)
            .counted()
    }

    /// Unknown members, wrong JSON types, members that the server sets (400).
    pub fn wrong_shape(faults: impl IntoIterator<Item = Fault>) -> Self {
        Self::new(ProblemKind::WrongShape, Words::fixed("", ""))
            .with_faults(faults)
            .counted()
    }

    /// Parameters that are unknown or malformed (400).
    pub fn bad_parameters(faults: impl IntoIterator<Item = Fault>) -> Self {
        Self::new(ProblemKind::BadParameter, Words::fixed("", ""))
            .with_faults(faults)
            .counted()
    }

    pub(crate) fn bad_header(fault: Fault) -> Self {
        Self::new(ProblemKind::BadHeader, Words::fixed("", ""))
            .with_faults([fault])
            .counted()
    }

    /// The detail says the first fault, and how many more there are.
    fn counted(mut self) -> Self {
        let more = self.0.faults.len().saturating_sub(1);
        self.0.detail = match self.0.faults.first() {
            Some(first) if more == 0 => first.detail.clone(),
            Some(first) => Words::new(
                format!("{} ({more} more in errors.)", first.detail.en),
                format!("{}（errors 中另有 {more} 处。）", first.detail.zh),
            ),
            None => self.0.kind.title(),
        };
        self
    }

    /// The version is not the expected one; with the present one, where it may be told.
    pub fn version_moved(current: Option<i64>) -> Self {
        let problem = Self::new(
            ProblemKind::VersionMoved,
            Words::fixed(
                "This has been changed since you read it, or If-Match is not its ETag: read it again and repeat your change.",
                "自您读取后已被修改，或 If-Match 不是它的 ETag：请重新读取后再修改。",
            ),
        );
        match current {
            Some(version) => problem.with("version", version),
            None => problem,
        }
    }

    /// `If-None-Match: *` and there is one already.
    pub fn exists_already() -> Self {
        Self::new(
            ProblemKind::VersionMoved,
            Words::fixed(
                "If-None-Match: * creates only, and there is one already.",
                "If-None-Match: * 仅用于新建，但它已存在。",
            ),
        )
        .with_code("exists_already")
    }

    /// PATCH, PUT and DELETE name the version that they change.
    pub fn version_needed() -> Self {
        let detail = Words::fixed(
            "Send If-Match with the ETag that you read, so that nobody's change is lost.",
            "请发送 If-Match（所读取的 ETag），以免覆盖他人的修改。",
        );
        Self::new(ProblemKind::VersionNeeded, detail.clone())
            .with_faults([Fault::header("If-Match", "missing", detail)])
    }

    /// Batches and imports need a key.
    pub fn idempotency_key_required() -> Self {
        let detail = Words::fixed(
            "This needs an Idempotency-Key header, so that a repetition does no harm.",
            "此操作需要 Idempotency-Key 请求头，以便安全重试。",
        );
        Self::new(ProblemKind::IdempotencyKeyRequired, detail.clone()).with_faults([Fault::header(
            "Idempotency-Key",
            "missing",
            detail,
        )])
    }

    /// Nobody we know: no token, an expired or ended one, an unknown key. The texts tell nothing apart.
    pub fn unauthenticated() -> Self {
        Self::new(
            ProblemKind::Unauthenticated,
            Words::fixed(
                "Send Authorization: Bearer with a valid access token or API key.",
                "请在 Authorization: Bearer 中提供有效的访问令牌或 API 密钥。",
            ),
        )
    }

    /// A sign-in that failed; equal for unknown people and wrong passwords.
    pub fn wrong_credentials() -> Self {
        Self::new(
            ProblemKind::WrongCredentials,
            Words::fixed("The e-mail address or the password is wrong.", "邮箱或密码错误。"),
        )
    }

    /// Too many; `seconds` until the next may succeed.
    pub fn rate_limited(seconds: u64) -> Self {
        let seconds = seconds.max(1);
        Self::new(
            ProblemKind::RateLimited,
            Words::new(
                format!("Too many requests: try again in {seconds} s."),
                format!("请求过于频繁：请 {seconds} 秒后重试。"),
            ),
        )
        .retry_after(seconds)
    }

    /// Busy, or a part of us is away.
    pub fn unavailable(seconds: u64) -> Self {
        Self::new(
            ProblemKind::Unavailable,
            Words::fixed(
                "Not at the moment: try again shortly.",
                "暂时不可用：请稍后重试。",
            ),
        )
        .retry_after(seconds.max(1))
    }

    /// These consumers are behind the log and do not move: what is written is kept, and not acted on.
    pub fn stalled(consumers: &[&str]) -> Self {
        let names = consumers.join(", ");
        Self::new(
            ProblemKind::Unavailable,
            Words::new(
                format!("Behind the log and not moving: {names}. `countersign doctor` and the log say why."),
                format!("落后于日志且停滞不前：{names}。原因见 `countersign doctor` 和日志。"),
            ),
        )
        .with_code("consumer_stalled")
        .with("stalled", serde_json::json!(consumers))
        .retry_after(10)
    }

    /// A fault of ours; `cause` goes to the log alone.
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        Self::new(
            ProblemKind::Internal,
            Words::fixed(
                "This is our fault; tell us the request_id and try again.",
                "这是服务器的问题；请告知我们 request_id 并重试。",
            ),
        )
        .because(cause)
    }

    /// Another media type is needed.
    pub(crate) fn unsupported_media_type(wanted: &[&str]) -> Self {
        let list = wanted.join(", ");
        let detail = Words::new(
            format!("Send Content-Type: {list}."),
            format!("请使用 Content-Type: {list}。"),
        );
        Self::new(ProblemKind::UnsupportedMediaType, detail.clone()).with_faults([Fault::header(
            "Content-Type",
            "unsupported",
            detail,
        )])
    }

    /// More than `limit` bytes.
    pub fn too_large(limit: usize) -> Self {
        Self::new(
            ProblemKind::TooLarge,
            Words::new(
                format!("The body is larger than {limit} bytes."),
                format!("请求体超过 {limit} 字节。"),
            ),
        )
    }

    pub fn bad_cursor() -> Self {
        let detail = Words::fixed(
            "This cursor does not belong to this list, filter and sort: begin again without one.",
            "此游标不属于当前列表、筛选与排序：请去掉游标重新开始。",
        );
        Self::new(ProblemKind::BadCursor, detail.clone()).with_faults([Fault::parameter(
            "cursor",
            "bad_cursor",
            detail,
        )])
    }
}
