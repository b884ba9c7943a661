//! A step that is named and is not there.

use crate::finding::words;
use crate::parse::Node;
use crate::read::desk::Desk;

pub(in crate::read) fn unknown_step(
    desk: &Desk<'_>,
    node: &Node,
    text: &str,
    known: &[String],
    earlier: bool,
) {
    let all = known.join(", ");
    let hint = match desk.nearest(text, known.iter().map(String::as_str)) {
        Some(near) => words!("Did you mean `{near}`?", "是否想写 `{near}`？"),
        None if known.is_empty() && earlier => {
            words!("No approval stands before this one.", "此前没有审批步骤。")
        }
        None if known.is_empty() => words!("There is no other approval here.", "这里没有其他审批。"),
        None if earlier => words!(
            "The approvals before this one are: {all}.",
            "此前的审批有：{all}。"
        ),
        None => words!("The other approvals are: {all}.", "其他审批有：{all}。"),
    };
    let message = if earlier {
        words!(
            "There is no approval `{text}` before this one.",
            "此前没有审批 `{text}`。"
        )
    } else {
        words!(
            "There is no other approval `{text}`.",
            "没有另一个审批 `{text}`。"
        )
    };
    desk.error("unknown-step", node, message, hint);
}
