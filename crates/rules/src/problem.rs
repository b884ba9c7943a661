//! The rules' errors as problems.

use std::time::Duration;

use countersign_engine::finding::Finding;
use countersign_engine::refusal::{self, Class};
use countersign_engine::{Refusal, StoryReport};
use countersign_kernel::text::Locale;
use countersign_web::{Fault, Problem, ProblemKind, Words};
use serde_json::json;

use crate::definitions::Kind;
use crate::definitions::cache::Broken;
use crate::error::Error;
use crate::pool::Declined;

/// The code of a file that must be checked again before it is published.
pub(crate) const MOVED: &str = "definitions_moved";

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::NotFound { kind, name, nearest } => not_found(kind, &name, nearest.as_deref()),
            Error::Broken(broken) => Self::from(&broken),
            Error::Findings(findings) => with_findings(&findings),
            Error::Stories(report) => with_stories(&report),
            Error::OtherName {
                wanted,
                name,
                found,
                found_name,
            } => other_name(wanted, &name, found, &found_name),
            Error::NotYours { first: true } => Self::forbidden(Words::fixed(
                "A new name is published by hr, admin or a role that publishing.rights of the settings names for it; its owners may publish what follows.",
                "新名称由 hr、admin 或设置中 publishing.rights 指定的角色首次发布；之后可由其负责人发布。",
            ))
            .with_code("not_an_owner"),
            Error::NotYours { first: false } => Self::forbidden(Words::fixed(
                "Only the owners named in the version in force, hr, admin and the roles that publishing.rights of the settings names for it publish this.",
                "只有现行版本所列的负责人、hr、admin 以及设置中 publishing.rights 指定的角色可以发布。",
            ))
            .with_code("not_an_owner"),
            Error::Stale { current: 0 } => Self::version_moved(None),
            Error::Stale { current } => Self::version_moved(Some(current)),
            Error::VersionNeeded => Self::version_needed(),
            Error::Exists => Self::exists_already(),
            Error::Moved => moved(),
            Error::Declined(declined) => declined.into(),
            Error::NoProposal => Self::not_found("proposal"),
            Error::Settled { status } => settled(status),
            Error::OwnProposal => own_proposal(),
            Error::NobodyToPublish => nobody_to_publish(),
            Error::NotYourProposal => not_your_proposal(),
            Error::ProposerLostRight => proposer_lost_right(),
            Error::ProposalStale {
                kind,
                name,
                base,
                current,
            } => proposal_stale(kind, &name, base, current),
            Error::NoRun => Self::not_found("run"),
            Error::NothingToRetry { status } => nothing_to_retry(&status),
            Error::Later(_) => later(),
            Error::Refused(refusal) => refused(&refusal),
            Error::Storage(error) => error.into(),
        }
    }
}

impl From<Declined> for Problem {
    fn from(declined: Declined) -> Self {
        match declined {
            Declined::ShareTaken { share } => Self::new(
                ProblemKind::RateLimited,
                Words::new(
                    format!(
                        "Your company has {share} checks and simulations running or waiting, as many as it may: try again when one has ended."
                    ),
                    format!("贵公司正在运行或等待的检查与模拟已达上限（{share} 个）：请待其中一个结束后重试。"),
                ),
            )
            .with_code("too_many_checks")
            .retry_after(1),
            Declined::Full => Self::unavailable(1).with_code("too_many_checks"),
            Declined::TooCostly { timeout } => too_costly(timeout),
            Declined::Failed(why) => Self::internal(why),
        }
    }
}

fn too_costly(timeout: Duration) -> Problem {
    let ms = timeout.as_millis();
    let detail = Words::new(
        format!(
            "This takes more than {ms} ms of work and was stopped: let the file have fewer or shorter tests, steps, expressions and patterns of `matches`."
        ),
        format!(
            "所需计算超过 {ms} 毫秒，已被中止：请减少或缩短文件中的测试、步骤、表达式和 `matches` 的模式。"
        ),
    );
    Problem::invalid([Fault::at("", "too_costly", detail)]).with_code("too_costly")
}

fn nothing_to_retry(status: &str) -> Problem {
    let detail = Words::new(
        format!("This run is {status}: only one that failed or is held is started again."),
        format!("此次运行的状态为 {status}：只有 failed 或 held 的运行可以重新启动。"),
    );
    Problem::new(ProblemKind::Conflict, detail)
        .with_code("run_not_failed")
        .with("status", status)
}

fn settled(status: &str) -> Problem {
    let detail = Words::new(
        format!("This proposal is {status}: only an open one is published, rejected or withdrawn."),
        format!("此提案的状态为 {status}：只有 open 的提案可以发布、驳回或撤回。"),
    );
    Problem::new(ProblemKind::Conflict, detail)
        .with_code("proposal_settled")
        .with("status", status)
}

fn own_proposal() -> Problem {
    Problem::forbidden(Words::fixed(
        "You proposed this: somebody else who may publish it publishes or rejects it. You can withdraw it.",
        "此提案由您提出：须由另一位有权发布的人员发布或驳回。您可以撤回它。",
    ))
    .with_code("own_proposal")
}

fn nobody_to_publish() -> Problem {
    let detail = Words::fixed(
        "The settings want a second person, and nobody but you may publish this: give somebody else the role hr or admin, or name one of their roles for it in publishing.rights of the settings.",
        "设置要求第二人确认，但除您之外无人有权发布此定义：请授予他人 hr 或 admin 角色，或在设置的 publishing.rights 中为其角色指定此名称。",
    );
    Problem::new(ProblemKind::Conflict, detail).with_code("nobody_to_publish")
}

fn not_your_proposal() -> Problem {
    Problem::forbidden(Words::fixed(
        "Only whoever proposed this withdraws it; those who may publish it can reject it.",
        "只有提案人可以撤回此提案；有权发布的人员可以驳回它。",
    ))
    .with_code("not_your_proposal")
}

fn proposer_lost_right() -> Problem {
    let detail = Words::fixed(
        "Whoever proposed this has left or may not publish it any more: reject it, and have somebody who may propose it again.",
        "提案人已离开或不再有权发布：请驳回此提案，并由有权发布的人员重新提出。",
    );
    Problem::new(ProblemKind::Conflict, detail).with_code("proposer_lost_right")
}

fn proposal_stale(kind: Kind, name: &str, base: i64, current: i64) -> Problem {
    let path = format!("PUT /v1/{}/{name}", kind.plural());
    let detail = Words::new(
        format!(
            "This was proposed after version {base}, and version {current} is in force now: reject or withdraw it, and propose the file again on top of that ({path} with If-Match: \"{current}\")."
        ),
        format!(
            "此提案基于第 {base} 版，而现行版本为第 {current} 版：请驳回或撤回它，并在现行版本的基础上重新提出（{path}，If-Match: \"{current}\"）。"
        ),
    );
    Problem::new(ProblemKind::Conflict, detail)
        .with_code("proposal_stale")
        .with("base_version", base)
        .with("version_in_force", current)
}

fn later() -> Problem {
    Problem::new(
        ProblemKind::RateLimited,
        Words::fixed(
            "As many actions ran for your company within a minute as may: start the run again when it is over.",
            "贵公司一分钟内执行的动作已达上限：请稍后再重新启动此次运行。",
        ),
    )
    .with_code("too_many_actions")
    .retry_after(60)
}

fn moved() -> Problem {
    Problem::new(
        ProblemKind::Contended,
        Words::fixed(
            "People or definitions have changed since the file was checked: send it again.",
            "检查此文件之后，人员或定义已有变动：请重新发送。",
        ),
    )
    .with_code(MOVED)
    .retry_after(1)
}

impl From<&Broken> for Problem {
    fn from(broken: &Broken) -> Self {
        let Broken {
            kind,
            name,
            version,
            reason,
        } = broken;
        let word = kind.word();
        let detail = Words::new(
            format!(
                "Version {version} of the {word} \"{name}\" does not compile any more ({reason}). Somebody with the role hr or admin publishes a mended version."
            ),
            format!(
                "{}“{name}”的第 {version} 版已无法编译（{reason}）。请具有 hr 或 admin 角色的人员发布修正后的版本。",
                chinese(*kind)
            ),
        );
        Self::new(ProblemKind::Conflict, detail)
            .with_code("definition_broken")
            .with("version", *version)
    }
}

/// How Chinese readers call a kind.
pub(crate) fn chinese(kind: Kind) -> &'static str {
    match kind {
        Kind::Workflow => "流程",
        Kind::Automation => "自动化规则",
        Kind::Calendar => "日历",
        Kind::Table => "表",
        Kind::LeaveTypes => "假别",
    }
}

fn not_found(kind: Kind, name: &str, nearest: Option<&str>) -> Problem {
    let (en, zh) = nearest.map_or_else(Default::default, |near| {
        (
            format!(" Did you mean \"{near}\"?"),
            format!("是否想用“{near}”？"),
        )
    });
    let word = kind.word();
    let detail = Words::new(
        format!("There is no {word} \"{name}\".{en}"),
        format!("没有名为“{name}”的{}。{zh}", chinese(kind)),
    );
    Problem::new(ProblemKind::NotFound, detail).with_code(format!("{word}_not_found"))
}

fn with_findings(findings: &[Finding]) -> Problem {
    let fault = |finding: &Finding| {
        let at = |locale: Locale| {
            let hint = finding
                .hint
                .as_ref()
                .map(|hint| format!(" {}", hint.get(locale)))
                .unwrap_or_default();
            let place = locale.pick(
                format!("line {}, column {}: ", finding.line, finding.column),
                format!("第 {} 行第 {} 列：", finding.line, finding.column),
            );
            format!("{place}{}{hint}", finding.message.get(locale))
        };
        Fault::at(
            finding.path.clone(),
            finding.code,
            Words::new(at(Locale::En), at(Locale::ZhCn)),
        )
    };
    let all: Vec<_> = findings
        .iter()
        .map(|finding| finding.to_json(Locale::En))
        .collect();
    Problem::invalid(findings.iter().filter(|finding| finding.is_error()).map(fault))
        .with_code("definition_has_errors")
        .with("findings", all)
}

fn with_stories(report: &StoryReport) -> Problem {
    let failed: Vec<_> = report
        .stories
        .iter()
        .filter_map(|story| story.failure.as_ref().map(|failure| (story, failure)))
        .collect();
    let faults = failed.iter().map(|(story, failure)| {
        let words = |locale: Locale| {
            let (expected, happened) = (failure.expected.get(locale), failure.happened.get(locale));
            locale.pick(
                format!(
                    "line {}: the test \"{}\" fails at \"{}\": expected {expected}, but {happened}",
                    failure.line, story.name, failure.sentence
                ),
                format!(
                    "第 {} 行：测试“{}”在“{}”处失败：预期{expected}，实际{happened}",
                    failure.line, story.name, failure.sentence
                ),
            )
        };
        Fault::at(
            "/tests",
            "story_failed",
            Words::new(words(Locale::En), words(Locale::ZhCn)),
        )
    });
    let shown: Vec<_> = failed
        .iter()
        .map(|(story, failure)| {
            json!({
                "name": story.name, "line": failure.line, "sentence": failure.sentence,
                "expected": failure.expected.get(Locale::En), "happened": failure.happened.get(Locale::En),
            })
        })
        .collect();
    Problem::invalid(faults)
        .with_code("tests_failed")
        .with("tests", shown)
}

fn other_name(wanted: Kind, name: &str, found: Kind, found_name: &str) -> Problem {
    let detail = Words::new(
        format!(
            "The path says {} \"{name}\", the file says {} \"{found_name}\": send it to /v1/{}/{found_name}.",
            wanted.word(),
            found.word(),
            found.plural()
        ),
        format!(
            "路径为{}“{name}”，文件为{}“{found_name}”：请发送到 /v1/{}/{found_name}。",
            chinese(wanted),
            chinese(found),
            found.plural()
        ),
    );
    Problem::invalid([Fault::at(format!("/{}", found.word()), "other_name", detail)])
}

fn refused(refusal: &Refusal) -> Problem {
    let detail = Words::new(refusal.text(Locale::En), refusal.text(Locale::ZhCn));
    let fault = |fault: &refusal::Fault| {
        Fault::at(
            fault.pointer.clone(),
            fault.code,
            Words::new(
                fault.text.get(Locale::En).to_owned(),
                fault.text.get(Locale::ZhCn).to_owned(),
            ),
        )
    };
    match refusal.class() {
        Class::Invalid => Problem::invalid(refusal.faults().iter().map(fault)).with_code(refusal.code()),
        Class::NotFound | Class::Forbidden | Class::Conflict => {
            Problem::invalid([Fault::at("/requester", refusal.code(), detail)])
        }
    }
}
