//! The history in Chinese.

use super::Teller;
use crate::spoken::event_words;
use crate::vocabulary::{
    Closing, Ended, Entered, Event, Opened, Outcome, Skip, Skipped, Status, Verdict, What,
};

impl Teller<'_> {
    pub(super) fn chinese_requests(&self, event: &Event) -> String {
        let who = self.telling.actor(&event.by);
        match &event.what {
            What::Submitted(submitted) => {
                let requester = self.telling.name(submitted.requester);
                let by = if event.by.user() == Some(submitted.requester) {
                    String::new()
                } else {
                    format!("{who} 代 ")
                };
                format!(
                    "{by}{requester} 提交了 {}。{}{}",
                    submitted.number,
                    self.facts(&submitted.facts),
                    self.warnings(&submitted.warnings)
                )
            }
            What::Resubmitted(again) => {
                let changed = if again.changes.is_empty() {
                    "（未修改）".to_owned()
                } else {
                    format!("，修改：{}", self.changes(&again.changes))
                };
                format!(
                    "{who} 重新提交{changed}{}{}{}",
                    self.words(again.comment.as_ref()),
                    self.facts(&again.facts),
                    self.warnings(&again.warnings)
                )
            }
            What::Edited { changes, .. } => format!("{who} 修改了 {}。", self.changes(changes)),
            What::Returned(returned) => {
                let to = returned
                    .to
                    .as_ref()
                    .map_or_else(|| "申请人".to_owned(), |to| format!("“{}”", self.step(to)));
                format!("{who} 将申请退回给{to}{}", self.words(returned.comment.as_ref()))
            }
            What::Recalled { comment, .. } => {
                format!("{who} 收回了申请{}", self.words(comment.as_ref()))
            }
            What::Urged { tasks, comment } => format!(
                "{who} 催办了 {}{}",
                self.holders(tasks),
                self.words(comment.as_ref())
            ),
            What::Commented { comment, .. } => format!("{who} 评论{}", self.words(comment.as_ref())),
            What::Ended(ended) => self.ended_chinese(ended, &who),
            _ => String::new(),
        }
    }

    pub(super) fn chinese_tasks(&self, event: &Event) -> String {
        match &event.what {
            What::SeatOpened(opened) => {
                let due = opened
                    .due
                    .map(|due| format!("截止 {}。", self.telling.instant(due)))
                    .unwrap_or_default();
                format!(
                    "“{}”询问 {}。{due}",
                    self.scope(opened.scope),
                    self.telling.chain(self.state, &opened.asked.chain)
                )
            }
            What::TimerSet {
                task,
                due,
                reminds: true,
                ..
            } => {
                format!(
                    "“{}”将于 {} 提醒 {}（若尚未答复）。",
                    self.step_of(*task),
                    self.telling.instant(*due),
                    self.holder(*task)
                )
            }
            What::TimerSet { task, due, .. } => {
                format!(
                    "“{}”将于 {} 查看 {} 的答复。",
                    self.step_of(*task),
                    self.telling.instant(*due),
                    self.holder(*task)
                )
            }
            What::TimerFired { .. } => "设定的时间已到。".into(),
            What::EventCame { kind, .. } => format!("所等待的事情已发生：{}。", event_words(kind)),
            What::Reminded { task } => format!("已提醒 {}：“{}”。", self.holder(*task), self.step_of(*task)),
            What::Late { task, nobody: false } => {
                format!("{} 在“{}”逾期。", self.holder(*task), self.step_of(*task))
            }
            What::Late { task, nobody: true } => {
                format!(
                    "{} 在“{}”逾期，且找不到可代替的人。",
                    self.holder(*task),
                    self.step_of(*task)
                )
            }
            What::SeatClosed { task, why } => {
                format!(
                    "不再询问 {}：“{}”，{}。",
                    self.holder(*task),
                    self.step_of(*task),
                    closing_chinese(*why)
                )
            }
            _ => String::new(),
        }
    }

    pub(super) fn chinese_decisions(&self, event: &Event) -> String {
        let who = self.telling.actor(&event.by);
        match &event.what {
            What::Voted(voted) => {
                let (step, words) = (self.step_of(voted.task), self.words(voted.comment.as_ref()));
                let noted = if voted.counted {
                    ""
                } else {
                    "（仅记录；此前已有结果）"
                };
                let work = self.is_work(voted.task);
                let verb = match voted.verdict {
                    Verdict::Approve if work => "办结",
                    Verdict::Approve => "通过",
                    Verdict::Reject => "拒绝",
                };
                if voted.veto {
                    format!("{who} 否决了“{step}”{words}")
                } else if voted.silent {
                    format!("{} 未按时答复，“{step}”视为{verb}。", self.holder(voted.task))
                } else {
                    let answers = self.answers(voted);
                    format!("{who} {verb}了“{step}”{noted}{answers}{words}")
                }
            }
            What::Voided { task, .. } => {
                format!(
                    "已通过的内容发生变化，再次询问 {}：“{}”。",
                    self.holder(*task),
                    self.step_of(*task)
                )
            }
            What::Transferred {
                task, to, comment, ..
            } => {
                let (to, step) = (self.telling.name(*to), self.step_of(*task));
                format!("{who} 将“{step}”转交给 {to}{}", self.words(comment.as_ref()))
            }
            What::Claimed { task, comment } => format!(
                "{who} 认领了“{}”{}",
                self.step_of(*task),
                self.words(comment.as_ref())
            ),
            What::Released { task, comment } => format!(
                "{who} 放回了“{}”{}",
                self.step_of(*task),
                self.words(comment.as_ref())
            ),
            What::Mended { task, comment } => format!(
                "{who} 修复了“{}”{}",
                self.step_of(*task),
                self.words(comment.as_ref())
            ),
            _ => String::new(),
        }
    }

    pub(super) fn chinese_steps(&self, event: &Event) -> String {
        match &event.what {
            What::Entered(entered) => self.entered_chinese(entered),
            What::Skipped(skipped) => self.skipped_chinese(skipped),
            What::Copied(copied) if copied.people.is_empty() => {
                format!("“{}”：没有新的抄送人。", self.text(&copied.title))
            }
            What::Copied(copied) => format!("抄送：{}。", self.names(&copied.people)),
            What::VariablesSet(set) => {
                format!("“{}”设定{}。", self.text(&set.title), self.values(&set.values))
            }
            What::Held { scope, why } => format!("“{}”已挂起：{}", self.scope(*scope), self.trouble(why)),
            What::ActionWanted { action, attempt, .. } if *attempt > 1 => format!("再次执行动作 {action}。"),
            What::ActionWanted { action, .. } => format!("请求执行动作 {action}。"),
            What::ActionDone { scope, .. } => format!("“{}”已完成。", self.scope(*scope)),
            What::ActionFailed { scope, reason } => format!("“{}”失败：{reason}", self.scope(*scope)),
            What::StepEnded { scope, outcome } => {
                let outcome = match outcome {
                    Outcome::Approved if self.was_work(*scope) => "已完成",
                    Outcome::Approved if self.was_wait(*scope) => "已到时",
                    Outcome::Approved => "已通过",
                    Outcome::Rejected => "已拒绝",
                    Outcome::Skipped => "无需处理",
                };
                format!("“{}”{outcome}。", self.scope(*scope))
            }
            What::Repeated { scope, round, reads } => {
                let (step, reads) = (self.scope(*scope), self.reads(&self.condition_of(*scope), reads));
                format!("“{step}”重新开始，第 {round} 轮{reads}。")
            }
            What::Stopped { scope, reads } => {
                let (step, condition) = (self.scope(*scope), self.condition_of(*scope));
                let reads = self.reads(&condition, reads);
                format!(
                    "“{step}”停止，因为{}{reads}。",
                    self.telling.condition(&condition)
                )
            }
            What::Closed { scope, why } => {
                format!("“{}”已关闭：{}。", self.scope(*scope), closing_chinese(*why))
            }
            _ => String::new(),
        }
    }

    fn entered_chinese(&self, entered: &Entered) -> String {
        let title = self.text(&entered.title);
        let doubt = self.doubt(entered);
        match &entered.kind {
            Opened::Approval { agreed, .. } => {
                let agreed: Vec<String> = agreed
                    .iter()
                    .map(|one| {
                        let (person, step) = (self.telling.name(one.person), self.step(&one.step));
                        format!("{person} 已通过“{step}”，不再询问。")
                    })
                    .collect();
                format!("“{title}”开始。{}{doubt}", agreed.concat())
            }
            Opened::Action | Opened::Unclear => format!("“{title}”开始。{doubt}"),
            Opened::Case {
                when: Some(when),
                reads,
                ..
            } => format!(
                "“{title}”：{}成立{}。{doubt}",
                self.telling.condition(when),
                self.reads(when, reads)
            ),
            Opened::Case {
                case: None, reads, ..
            } => format!("“{title}”：没有分支成立{}。{doubt}", self.reads("", reads)),
            Opened::Case { .. } => format!("“{title}”重新打开。"),
            Opened::Parallel { kept, .. } if !kept.is_empty() => {
                format!("“{title}”重新打开；其他分支保留结果。")
            }
            Opened::Parallel { branches, .. } => format!("“{title}”开始，{branches} 个分支同时进行。{doubt}"),
            Opened::Repeat | Opened::Stage => format!("“{title}”开始。{doubt}"),
            Opened::Wait {
                until: Some(_),
                timer: None,
                ..
            } => format!("“{title}”无需等待：时间已到。{doubt}"),
            Opened::Wait { until, events, .. } => {
                format!("“{title}”等待{}。{doubt}", self.waits_for(*until, events))
            }
            Opened::Each { items: 0, .. } => format!("“{title}”没有需要处理的项。{doubt}"),
            Opened::Each { items, .. } => format!("“{title}”开始，{items} 项同时进行。{doubt}"),
            Opened::Item { .. } => format!("“{title}”开始。"),
            Opened::Branch {
                when: Some(when),
                reads,
                ..
            } => format!(
                "“{title}”：{}成立{}。",
                self.telling.condition(when),
                self.reads(when, reads)
            ),
            Opened::Branch { name, .. } => format!("“{title}”：分支 {} 开始。", crate::step::words(name)),
        }
    }

    fn skipped_chinese(&self, skipped: &Skipped) -> String {
        let title = self.text(&skipped.title);
        match &skipped.why {
            Skip::When { source, reads } => {
                let (condition, reads) = (self.telling.condition(source), self.reads(source, reads));
                format!("“{title}”已跳过：仅当{condition}时才询问{reads}。")
            }
            Skip::Nobody => format!("“{title}”已跳过：没有人可以询问，流程规定此时跳过。"),
            Skip::Requester => format!("“{title}”已跳过：只有申请人可以询问，流程规定此时跳过。"),
        }
    }

    fn ended_chinese(&self, ended: &Ended, who: &str) -> String {
        let note = ended
            .note
            .as_ref()
            .map(|note| self.text(note))
            .unwrap_or_default();
        match (ended.status, &ended.step) {
            (Status::Withdrawn, _) => format!("{who} 撤回了申请{}", self.words(ended.comment.as_ref())),
            (Status::Rejected, Some(step)) => format!("申请在“{}”被拒绝。{note}", self.step(step)),
            (status, _) => format!("申请{}。{note}", status.zh()),
        }
    }
}

fn closing_chinese(why: Closing) -> &'static str {
    match why {
        Closing::Decided => "已有结果",
        Closing::Answered => "已有答复",
        Closing::Returned => "申请已退回",
        Closing::Ended => "申请已结束",
        Closing::HandedOn => "已由他人接手",
        Closing::Claimed => "已由他人认领",
        Closing::Removed => "已被减签",
        Closing::Stopped => "所在阶段已停止",
        Closing::Unseated => "此人不能再在此处理",
        Closing::LeftOut => "此人不能再在此处理，由其余被询问者决定",
        Closing::Mended => "重新开始",
    }
}
