//! An automation as sentences.

use countersign_kernel::text::Locale;

use super::lettered;
use crate::definition::{Automation, Do, DoKind};
use crate::why::Telling;

pub(in crate::explain) fn automation(automation: &Automation, locale: Locale) -> String {
    let telling = &Telling::of_none(locale);
    let events = automation.when_event.join(", ");
    let mut lines = vec![locale.pick(format!("When {events} happens:"), format!("当 {events} 发生时："))];
    if let Some(when) = &automation.when {
        let when = when.spoken(telling);
        lines.push(locale.pick(format!("Only where {when}."), format!("仅当{when}。")));
    }
    does(&automation.does, telling, "", &mut lines);
    lines.join("\n") + "\n"
}

fn does(list: &[Do], telling: &Telling<'_>, prefix: &str, lines: &mut Vec<String>) {
    let locale = telling.locale;
    for (place, one) in list.iter().enumerate() {
        let number = format!("{prefix}{}.", place + 1);
        let text = match &one.kind {
            DoKind::Start(start) => {
                let (workflow, requester) = (&start.workflow, start.requester.spoken(telling));
                locale.pick(
                    format!("`{workflow}` is started for {requester}."),
                    format!("为{requester}发起 `{workflow}`。"),
                )
            }
            DoKind::Action { action, .. } => {
                locale.pick(format!("`{action}` is done."), format!("执行 `{action}`。"))
            }
            DoKind::Choose { .. } => locale
                .pick("The first case that holds:", "取第一个成立的分支：")
                .to_owned(),
        };
        lines.push(format!("{number} {text}"));
        if let DoKind::Choose { cases, otherwise } = &one.kind {
            for (place, case) in cases.iter().enumerate() {
                let (when, number) = (case.when.spoken(telling), lettered(&number, place));
                lines.push(locale.pick(
                    format!("   {number} Where {when}:"),
                    format!("   {number} 若{when}："),
                ));
                does(&case.does, telling, &format!("   {number}"), lines);
            }
            let number = lettered(&number, cases.len());
            lines.push(locale.pick(format!("   {number} Otherwise:"), format!("   {number} 否则：")));
            does(otherwise, telling, &format!("   {number}"), lines);
        }
    }
}
