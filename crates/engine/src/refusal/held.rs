//! Why a held request is not mended so, in both languages.

use countersign_kernel::text::Locale;

use super::Refusal;

impl Refusal {
    pub(super) fn of_held(&self, locale: Locale) -> String {
        let say = |en: String, zh: String| locale.pick(en, zh);
        match self {
            Self::NotHeld { status } => say(
                format!("Only a held request is mended; this one is {}.", status.word()),
                format!("只有挂起的申请才需处理；此申请{}。", status.zh()),
            ),
            Self::WhichStep { steps } => say(
                format!("Name the held step that is meant in `step`: {}.", steps.join(", ")),
                format!("请在 `step` 中指明挂起的步骤：{}。", steps.join("、")),
            ),
            Self::NotSkippable => say(
                "It is no single step that is held, but the way through the workflow. Move the request to another version."
                    .into(),
                "挂起的不是某个步骤，而是流程本身。请将申请移至其他版本。".into(),
            ),
            Self::CannotMove { reasons } => {
                let all: Vec<&str> = reasons.iter().map(|reason| reason.get(locale)).collect();
                let all = all.join(locale.pick(" ", ""));
                say(format!("The request cannot be moved. {all}"), format!("申请不能移动。{all}"))
            }
            _ => String::new(),
        }
    }
}
