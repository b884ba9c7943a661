//! Identity's errors as the API says them.

use countersign_kernel::text::Words;
use countersign_web::{Fault as WebFault, Place, Problem, ProblemKind};

use crate::error::{Error, Fault};

impl From<Fault> for WebFault {
    fn from(fault: Fault) -> Self {
        Self::at(fault.pointer, fault.code, fault.detail)
    }
}

/// Faults that the extractors' own types find: always of a member.
impl From<WebFault> for Fault {
    fn from(fault: WebFault) -> Self {
        let pointer = match fault.place {
            Place::Pointer(pointer) => pointer,
            Place::Parameter(name) => name,
            Place::Header(name) => name.to_owned(),
        };
        Self {
            pointer,
            code: "missing",
            detail: fault.detail,
        }
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Storage(error) => error.into(),
            Error::SignIn => Self::wrong_credentials(),
            Error::Throttled { wait_s } => throttled(wait_s),
            Error::TenantWanted(slugs) => tenant_wanted(&slugs),
            Error::SessionEnded => Self::new(
                ProblemKind::WrongCredentials,
                Words::fixed(
                    "This session has ended: sign in again.",
                    "会话已结束：请重新登录。",
                ),
            )
            .with_code("session_ended"),
            Error::SetUpLink => Self::new(
                ProblemKind::WrongCredentials,
                Words::fixed(
                    "This set-up link is not valid any more: start the server again for a new one.",
                    "此初始化链接已失效：请重新启动服务器以获取新链接。",
                ),
            )
            .with_code("set_up_link_invalid"),
            Error::PasswordLink => Self::new(
                ProblemKind::WrongCredentials,
                Words::fixed(
                    "This link is not valid any more: ask an admin for another.",
                    "此链接已失效：请向管理员索取新链接。",
                ),
            )
            .with_code("password_link_invalid"),
            Error::PresentPassword => Self::invalid([WebFault::at(
                "/current_password",
                "wrong_password",
                Words::fixed("Your present password is another.", "当前密码不正确。"),
            )]),
            Error::NotFound { kind, .. } => Self::not_found(kind),
            Error::AdminOnly => Self::forbidden(Words::fixed(
                "Only people with the role admin may do this.",
                "只有具有 admin 角色的人员才能执行此操作。",
            )),
            Error::PersonOnly => Self::session_needed(),
            Error::Moved { current } => Self::version_moved(Some(current)),
            Error::Conflict(conflict) => Self::conflict(
                conflict.code,
                conflict.detail,
                conflict.state,
                &conflict.possible,
                None,
            ),
            Error::Invalid(faults) => Self::invalid(faults.into_iter().map(WebFault::from)),
            Error::Busy => Self::unavailable(1).because("sign-ins wait for a free processor"),
            Error::Broken(what) => Self::internal(what),
        }
    }
}

/// The same for every account and address, so that nothing is told of either.
fn throttled(wait_s: u64) -> Problem {
    let detail = Words::new(
        format!("Too many sign-ins failed, for this account or from this network: try again in {wait_s} s."),
        format!("此账号或此网络的登录失败次数过多：请 {wait_s} 秒后重试。"),
    );
    Problem::new(ProblemKind::RateLimited, detail)
        .with_code("too_many_failed_sign_ins")
        .retry_after(wait_s)
}

/// Told only to who knows the password.
fn tenant_wanted(slugs: &[String]) -> Problem {
    let list = slugs.join(", ");
    let detail = Words::new(
        format!("This e-mail address and password belong to several tenants: name one of {list}."),
        format!("此邮箱与密码属于多个租户：请指定其一（{list}）。"),
    );
    Problem::invalid([WebFault::at("/tenant", "tenant_wanted", detail)]).with("possible", slugs.to_vec())
}
