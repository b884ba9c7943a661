//! How a failure is said: RFC 9457, from one closed table. The only file with status codes for failure.

mod fault;
mod kept;
mod known;
mod response;

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use actix_web::http::StatusCode;
use countersign_kernel::text::Words;
use serde_json::{Map, Value};

pub use fault::{Fault, Place};
pub(crate) use known::kind_in_chinese;
pub(crate) use response::{Scene, of_status, respond};

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $status:literal, $retryable:literal, $en:literal, $zh:literal;)*) => {
        /// The closed table of problems; each has one documented `type`, one status and one title.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum ProblemKind {
            $($(#[$doc])* $name,)*
        }

        impl ProblemKind {
            /// Every kind, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The last part of `type`, and the default `code`.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            pub const fn status(self) -> u16 {
                match self { $(Self::$name => $status,)* }
            }

            /// Whether the same request may succeed later.
            pub const fn retryable(self) -> bool {
                match self { $(Self::$name => $retryable,)* }
            }

            /// Whether the fault is ours and not the caller's: it is logged where it is answered.
            pub const fn is_ours(self) -> bool {
                self.status() >= 500 || matches!(self, Self::FileMissing)
            }

            pub const fn title(self) -> Words {
                match self { $(Self::$name => Words::fixed($en, $zh),)* }
            }
        }
    };
}

kinds! {
    /// Not JSON, not UTF-8, too deep, a name twice.
    MalformedBody = "malformed_body", 400, false, "The body cannot be read", "请求体无法读取";
    /// A member that is unknown, set by the server, or of the wrong JSON type.
    WrongShape = "wrong_shape", 400, false, "The body has the wrong shape", "请求体结构不正确";
    /// A parameter, filter, sort or expand that is unknown or malformed.
    BadParameter = "bad_parameter", 400, false, "A parameter is not understood", "参数无法识别";
    /// A header that is malformed.
    BadHeader = "bad_header", 400, false, "A header is not understood", "请求头无法识别";
    /// A cursor that is not ours, or belongs to another list, filter or sort.
    BadCursor = "bad_cursor", 400, false, "The cursor does not fit", "游标不匹配";
    /// The operation needs an `Idempotency-Key`.
    IdempotencyKeyRequired = "idempotency_key_required", 400, false, "An Idempotency-Key is needed", "需要 Idempotency-Key";
    /// No caller, or one that we do not know.
    Unauthenticated = "unauthenticated", 401, false, "Sign in first", "请先登录";
    /// A sign-in that failed.
    WrongCredentials = "wrong_credentials", 401, false, "The sign-in failed", "登录失败";
    /// The session or key lacks a scope.
    MissingScope = "missing_scope", 403, false, "A scope is missing", "缺少权限范围";
    /// Not the caller's to do.
    Forbidden = "forbidden", 403, false, "This is not yours to do", "您无权执行此操作";
    /// Not there, not the caller's to see, or deleted.
    NotFound = "not_found", 404, false, "Not found", "未找到";
    /// No such path.
    NoSuchPath = "no_such_path", 404, false, "There is nothing at this path", "此路径不存在";
    /// The path does not take this method.
    MethodNotAllowed = "method_not_allowed", 405, false, "The method is not allowed here", "此处不允许该方法";
    /// None of the accepted media types can be produced.
    NotAcceptable = "not_acceptable", 406, false, "Nothing acceptable can be sent", "没有可接受的返回格式";
    /// The state does not allow it.
    Conflict = "conflict", 409, false, "This conflicts with the present state", "与当前状态冲突";
    /// Changed by somebody else in the same moment.
    Contended = "contended", 409, true, "Somebody else changed it in the same moment", "同一时刻已被他人修改";
    /// The first request with this key is still running.
    KeyInFlight = "idempotency_key_in_flight", 409, true, "The first request with this key is still running", "该键的首个请求仍在处理";
    /// A file is known and its content is lost: a fault of ours, which asking again does not mend.
    FileMissing = "file_missing", 410, false, "The content of this file is lost", "文件内容已丢失";
    /// Gone for good.
    Gone = "gone", 410, false, "Gone for good", "已永久删除";
    /// The body did not come in its time.
    TooSlow = "too_slow", 408, true, "The body came too slowly", "请求体传输过慢";
    /// `If-Match` or `If-None-Match` does not hold.
    VersionMoved = "version_moved", 412, false, "The version is not what you expected", "版本与预期不符";
    /// More than the limit.
    TooLarge = "too_large", 413, false, "The body is too large", "请求体过大";
    /// Another media type or encoding is needed.
    UnsupportedMediaType = "unsupported_media_type", 415, false, "The media type is not supported", "不支持该媒体类型";
    /// Members missing or of a wrong form, and rules.
    Invalid = "invalid", 422, false, "Something in it is not right", "内容有误";
    /// The key was used for another request.
    KeyReused = "idempotency_key_reused", 422, false, "The Idempotency-Key was used for another request", "Idempotency-Key 已用于其他请求";
    /// `If-Match` is needed.
    VersionNeeded = "version_needed", 428, false, "The version is needed", "需要版本号";
    /// Too many requests.
    RateLimited = "rate_limited", 429, true, "Too many requests", "请求过于频繁";
    /// Our fault.
    Internal = "internal", 500, true, "Something went wrong on our side", "服务器内部出错";
    /// Not now.
    Unavailable = "unavailable", 503, true, "Not available at the moment", "暂时不可用";
}

/// Faults that an answer holds at most; who sends more reads these first.
pub(crate) const FAULTS_MAX: usize = 100;

/// A failure as the caller reads it. Made by the functions in `known.rs`, or with [`Problem::new`].
#[derive(Debug, Clone)]
pub struct Problem(Box<Inner>);

#[derive(Debug, Clone)]
struct Inner {
    kind: ProblemKind,
    code: Cow<'static, str>,
    detail: Words,
    faults: Vec<Fault>,
    members: Map<String, Value>,
    retry_after: Option<u64>,
    allow: Option<String>,
    /// Nothing more is read from this connection.
    closes: bool,
    /// What really happened; for the server's log alone.
    cause: Option<Arc<str>>,
}

impl Problem {
    pub fn new(kind: ProblemKind, detail: Words) -> Self {
        Self(Box::new(Inner {
            kind,
            code: Cow::Borrowed(kind.code()),
            detail,
            faults: Vec::new(),
            members: Map::new(),
            retry_after: None,
            allow: None,
            closes: false,
            cause: None,
        }))
    }

    pub fn kind(&self) -> ProblemKind {
        self.0.kind
    }

    pub fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.0.kind.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    pub fn code(&self) -> &str {
        &self.0.code
    }

    pub fn detail(&self) -> &Words {
        &self.0.detail
    }

    pub fn faults(&self) -> &[Fault] {
        &self.0.faults
    }

    /// A finer code than the kind's own: `deal_not_open`.
    pub fn with_code(mut self, code: impl Into<Cow<'static, str>>) -> Self {
        self.0.code = code.into();
        self
    }

    /// Adds faults; an answer holds the first hundred.
    pub fn with_faults(mut self, faults: impl IntoIterator<Item = Fault>) -> Self {
        let room = FAULTS_MAX.saturating_sub(self.0.faults.len());
        self.0.faults.extend(faults.into_iter().take(room));
        self
    }

    /// One more member of the problem: `state`, `possible`, `outcome` …
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.0.members.insert(name.to_owned(), value.into());
        self
    }

    /// Seconds after which the same request may succeed.
    pub fn retry_after(mut self, seconds: u64) -> Self {
        self.0.retry_after = Some(seconds);
        self
    }

    /// The connection ends with the answer: what is still on its way there is not read.
    pub fn closing(mut self) -> Self {
        self.0.closes = true;
        self
    }

    pub(crate) fn with_allow(mut self, methods: &str) -> Self {
        self.0.allow = Some(methods.to_owned());
        self
    }

    /// What really happened, for the server's log; the caller never sees it.
    pub fn because(mut self, cause: impl fmt::Display) -> Self {
        self.0.cause = Some(cause.to_string().into());
        self
    }

    /// The same problem as a row of a batch shows it: pointers begin with the row's own place.
    pub fn under(mut self, pointer: &str) -> Self {
        for fault in &mut self.0.faults {
            if let Place::Pointer(place) = &mut fault.place {
                place.insert_str(0, pointer);
            }
        }
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.code, self.0.detail.en)
    }
}

impl std::error::Error for Problem {}

#[cfg(test)]
mod tests {
    use super::ProblemKind;

    #[test]
    fn every_kind_has_a_code_a_class_and_a_title_in_both_languages() {
        for (place, kind) in ProblemKind::ALL.iter().enumerate() {
            let title = kind.title();
            assert!(
                title.en.is_ascii()
                    && title
                        .zh
                        .chars()
                        .any(|letter| ('\u{4e00}'..='\u{9fff}').contains(&letter))
            );
            assert!((400..=503).contains(&kind.status()) && !kind.code().is_empty());
            assert!(
                ProblemKind::ALL
                    .iter()
                    .skip(place + 1)
                    .all(|other| other.code() != kind.code())
            );
        }
    }
}
