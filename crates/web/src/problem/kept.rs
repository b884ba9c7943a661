//! What the database, or the disk, says, as callers hear it.

use std::io;

use countersign_kernel::text::Words;
use countersign_storage::{self as storage, Why};

use super::{Fault, Problem, ProblemKind};

/// Seconds in which somebody may have made room.
const ROOM_S: u64 = 30;

impl Problem {
    /// The database is busy, away, or takes no changes: the code says which.
    pub fn hindered(why: Why) -> Self {
        let (code, detail) = match why {
            Why::Busy(_) => return Self::unavailable(1),
            Why::DiskFull => return Self::disk_full(),
            Why::Away => (
                "database_away",
                Words::fixed(
                    "The server's database does not answer: try again shortly, and if it lasts, tell whoever runs the server.",
                    "服务器的数据库没有响应：请稍后重试；如持续出现，请通知服务器管理员。",
                ),
            ),
            Why::Disk => (
                "database_disk_fails",
                Words::fixed(
                    "The server's database cannot read or write its files: try again later, and tell whoever runs the server.",
                    "服务器的数据库无法读写其文件：请稍后重试，并通知服务器管理员。",
                ),
            ),
            Why::ReadOnly => (
                "database_read_only",
                Words::fixed(
                    "The server's database takes no changes at the moment: try again later, and if it lasts, tell whoever runs the server.",
                    "服务器的数据库目前不接受更改：请稍后重试；如持续出现，请通知服务器管理员。",
                ),
            ),
        };
        Self::new(ProblemKind::Unavailable, detail)
            .with_code(code)
            .retry_after(1)
    }

    /// Nothing can be kept until somebody makes room.
    pub fn disk_full() -> Self {
        Self::new(
            ProblemKind::Unavailable,
            Words::fixed(
                "The server's disk is full, so nothing can be kept: tell whoever runs the server to make room on it, then try again.",
                "服务器磁盘已满，无法保存任何内容：请通知服务器管理员清理磁盘空间，然后重试。",
            ),
        )
        .with_code("disk_full")
        .retry_after(ROOM_S)
    }

    /// A file of the server's could not be written or read.
    pub fn of_disk(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::disk_full().because(error),
            _ => Self::internal(error),
        }
    }

    /// Kept by a newer version of the server: while servers are updated, another of them can read it.
    fn newer_format(cause: impl std::fmt::Display) -> Self {
        Self::new(
            ProblemKind::Unavailable,
            Words::fixed(
                "A newer version of the server wrote this, and this server is not updated yet: try again shortly.",
                "此内容由新版本的服务器写入，而本服务器尚未更新：请稍后重试。",
            ),
        )
        .with_code("newer_format")
        .retry_after(10)
        .because(cause)
    }
}

impl From<storage::Error> for Problem {
    fn from(error: storage::Error) -> Self {
        match error {
            storage::Error::Conflict => Self::new(
                ProblemKind::Contended,
                Words::fixed(
                    "Somebody else changed this in the same moment: read it again and repeat your change.",
                    "同一时刻已被他人修改：请重新读取后再修改。",
                ),
            )
            .retry_after(1),
            storage::Error::Unique { .. } => Self::new(
                ProblemKind::Conflict,
                Words::fixed("There is already one like this.", "已存在相同的记录。"),
            )
            .with_code("exists_already"),
            storage::Error::Unavailable {
                why,
                cause,
                retry_after,
            } => {
                let problem = Self::hindered(why).retry_after(retry_after.as_secs().max(1));
                match cause {
                    Some(cause) => problem.because(format_args!("{why}: {cause}")),
                    None => problem.because(why),
                }
            }
            error @ storage::Error::NewerFormat { .. } => Self::newer_format(error),
            storage::Error::OverQuota(over) => {
                Self::conflict("quota_exceeded", over.words(), "full", &[], None)
                    .with("quota", over.quota.name())
                    .with("most", over.most)
            }
            storage::Error::KeyReused => {
                let detail = Words::fixed(
                    "This Idempotency-Key was used for another request: take a new key for a new request.",
                    "该 Idempotency-Key 已用于其他请求：新请求请使用新的键。",
                );
                Self::new(ProblemKind::KeyReused, detail.clone()).with_faults([Fault::header(
                    "Idempotency-Key",
                    "reused",
                    detail,
                )])
            }
            storage::Error::KeyInFlight => Self::new(
                ProblemKind::KeyInFlight,
                Words::fixed(
                    "A request with this Idempotency-Key is still running: try again in a moment.",
                    "使用该 Idempotency-Key 的请求仍在处理：请稍后重试。",
                ),
            )
            .retry_after(1),
            other => Self::internal(format!("{other:?}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_no_fault_of_ours_and_named() {
        for kind in [io::ErrorKind::StorageFull, io::ErrorKind::QuotaExceeded] {
            let problem = Problem::of_disk(&kind.into());
            assert_eq!((problem.code(), problem.status().as_u16()), ("disk_full", 503));
        }
        let other = Problem::of_disk(&io::ErrorKind::PermissionDenied.into());
        assert_eq!(other.status().as_u16(), 500);
    }
}
