//! How much of a kind one tenant or one person may keep: what a single caller could fill the database with.

use countersign_kernel::text::Words;
use serde::{Deserialize, Serialize};

use crate::{Error, Uow};

/// The numbers that an operator sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quotas {
    /// Workflows, tables, calendars and automations of a tenant, by name.
    pub definitions_per_tenant: u64,
    /// Versions of one of them. All are kept: requests go on by theirs.
    pub versions_per_definition: u64,
    /// Proposals of a tenant that wait for a second person.
    pub open_proposals_per_tenant: u64,
    /// Endpoints that one person has made; a tenant has at most 100.
    pub webhooks_per_person: u64,
    /// Living sessions of a person; one more ends the one that was used least recently.
    pub sessions_per_person: u64,
    /// Keys of a person that are not revoked.
    pub api_keys_per_person: u64,
    /// Requests that a person has saved and not submitted.
    pub drafts_per_person: u64,
    /// Imports of a person that are under way.
    pub running_imports_per_person: u64,
    /// Rows of a file that an export writes.
    pub rows_per_export: u64,
    /// Bytes of all files of a tenant.
    pub file_bytes_per_tenant: u64,
    /// Entries that callers add to the log of a tenant on a day, in UTC. With several servers it is kept to a tenth for each.
    pub log_entries_per_tenant_and_day: u64,
}

impl Default for Quotas {
    fn default() -> Self {
        Self {
            definitions_per_tenant: 500,
            versions_per_definition: 1_000,
            open_proposals_per_tenant: 100,
            webhooks_per_person: 100,
            sessions_per_person: 50,
            api_keys_per_person: 100,
            drafts_per_person: 100,
            running_imports_per_person: 10,
            rows_per_export: 1_000_000,
            file_bytes_per_tenant: 10 * 1024 * 1024 * 1024,
            log_entries_per_tenant_and_day: 5_000_000,
        }
    }
}

/// What may be kept only so often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quota {
    Definitions,
    Versions,
    Proposals,
    Webhooks,
    ApiKeys,
    Drafts,
    RunningImports,
    ExportRows,
    FileBytes,
    LogEntries,
}

impl Quota {
    /// As the configuration names it, under `quotas`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Definitions => "definitions_per_tenant",
            Self::Versions => "versions_per_definition",
            Self::Proposals => "open_proposals_per_tenant",
            Self::Webhooks => "webhooks_per_person",
            Self::ApiKeys => "api_keys_per_person",
            Self::Drafts => "drafts_per_person",
            Self::RunningImports => "running_imports_per_person",
            Self::ExportRows => "rows_per_export",
            Self::FileBytes => "file_bytes_per_tenant",
            Self::LogEntries => "log_entries_per_tenant_and_day",
        }
    }

    fn most(self, quotas: &Quotas) -> u64 {
        match self {
            Self::Definitions => quotas.definitions_per_tenant,
            Self::Versions => quotas.versions_per_definition,
            Self::Proposals => quotas.open_proposals_per_tenant,
            Self::Webhooks => quotas.webhooks_per_person,
            Self::ApiKeys => quotas.api_keys_per_person,
            Self::Drafts => quotas.drafts_per_person,
            Self::RunningImports => quotas.running_imports_per_person,
            Self::ExportRows => quotas.rows_per_export,
            Self::FileBytes => quotas.file_bytes_per_tenant,
            Self::LogEntries => quotas.log_entries_per_tenant_and_day,
        }
    }
}

/// One more would be too many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("quotas.{} is {most}: {}", .quota.name(), self.words().en)]
pub struct OverQuota {
    pub quota: Quota,
    pub most: u64,
}

impl OverQuota {
    /// What is too much, and what can be done.
    pub fn words(&self) -> Words {
        let most = self.most;
        let (en, zh) = match self.quota {
            Quota::Definitions => (
                format!(
                    "A tenant has at most {most} definitions: publish a new version of one that is there"
                ),
                format!("每个租户最多 {most} 个定义：请为已有的定义发布新版本"),
            ),
            Quota::Versions => (
                format!("A definition has at most {most} versions: publish under a new name"),
                format!("每个定义最多 {most} 个版本：请使用新名称发布"),
            ),
            Quota::Proposals => (
                format!(
                    "A tenant has at most {most} open proposals: publish, reject or withdraw one of them"
                ),
                format!("每个租户最多 {most} 个待定提案：请先发布、驳回或撤回其中之一"),
            ),
            Quota::Webhooks => (
                format!("A person has at most {most} endpoints: delete one that is not needed"),
                format!("每人最多 {most} 个端点：请先删除不需要的端点"),
            ),
            Quota::ApiKeys => (
                format!("A person has at most {most} API keys: revoke one that is not needed"),
                format!("每人最多 {most} 个 API 密钥：请先撤销不需要的密钥"),
            ),
            Quota::Drafts => (
                format!("A person has at most {most} drafts: submit or delete one of them"),
                format!("每人最多 {most} 份草稿：请先提交或删除其中之一"),
            ),
            Quota::RunningImports => (
                format!("A person has at most {most} imports under way: wait for one of them, or cancel it"),
                format!("每人最多同时进行 {most} 个导入：请等待其中之一完成或将其取消"),
            ),
            Quota::ExportRows => (
                format!("An export has at most {most} rows, and more match: narrow it by a filter"),
                format!("每次导出最多 {most} 行，而匹配的记录更多：请用筛选条件缩小范围"),
            ),
            Quota::FileBytes => (
                format!("The files of a tenant have at most {most} bytes together"),
                format!("每个租户的文件总量最多 {most} 字节"),
            ),
            Quota::LogEntries => (
                format!("A tenant makes at most {most} log entries on a day: go on tomorrow (UTC)"),
                format!("每个租户每天最多产生 {most} 条日志：请明天（UTC）继续"),
            ),
        };
        let name = self.quota.name();
        Words::new(
            format!("{en}, or ask the operator to raise quotas.{name}."),
            format!("{zh}，或请运维人员调高 quotas.{name}。"),
        )
    }
}

impl Uow {
    /// The numbers of this server.
    pub fn quotas(&self) -> &Quotas {
        &self.quotas
    }

    /// Refuses to keep `more` beside what is `kept`. Units of work that count in the same moment may pass it together;
    /// what must be exact takes a [`Rule`](crate::Rule).
    pub fn within(&self, quota: Quota, kept: u64, more: u64) -> Result<(), Error> {
        Ok(self.quotas.allow(quota, kept.saturating_add(more))?)
    }
}

impl Quotas {
    /// Refuses so many.
    pub fn allow(&self, quota: Quota, many: u64) -> Result<(), OverQuota> {
        let most = quota.most(self);
        if many > most {
            Err(OverQuota { quota, most })
        } else {
            Ok(())
        }
    }
}
