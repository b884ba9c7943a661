//! What whoever adds an approver, removes one or waits for one is told.

use countersign_kernel::text::Locale;

use crate::refusal::Refusal;

impl Refusal {
    pub(super) fn of_added(&self, locale: Locale) -> String {
        let (en, zh) = match self {
            Self::WaitsForAdded { who } => (
                format!(
                    "{} was added before you and decides first; then the task is yours again.",
                    who.name
                ),
                format!("{} 被加签在您之前，须先审批；之后任务再由您处理。", who.name),
            ),
            Self::TooManyAdded { at_most } => (
                format!(
                    "{at_most} people were added to this step, as many as may be. Decide, transfer the task, or ask in a comment."
                ),
                format!("此步骤已加签 {at_most} 人，达到上限。请作出决定、转交，或在意见中询问。"),
            ),
            Self::NotAddedByYou { who } => (
                format!(
                    "{} was not added from this task. Only whoever added somebody, or holds that task now, removes them.",
                    who.name
                ),
                format!(
                    "{} 不是从此任务加签的。只有加签人或该任务现在的处理人可以减签。",
                    who.name
                ),
            ),
            Self::AddedHasDecided { who } => (
                format!("{} has decided already, and what they said stays.", who.name),
                format!("{} 已作出决定，不能再减签。", who.name),
            ),
            _ => return String::new(),
        };
        locale.pick(en, zh)
    }
}
