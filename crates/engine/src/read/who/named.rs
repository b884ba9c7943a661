//! People named by address, role, group or department.

use super::WhoPlace;
use crate::definition::WhoKind;
use crate::expr::{Type, Wanted};
use crate::finding::words;
use crate::parse::Node;
use crate::read::desk::Desk;
use countersign_kernel::directory::Directory;

pub(super) fn user(desk: &Desk<'_>, node: &Node, place: WhoPlace<'_>) -> Option<WhoKind> {
    let text = desk.text(node)?;
    if !text.contains('@') {
        let person = place
            .people
            .id(text)
            .and_then(|id| place.people.directory.person(id));
        let hint = person.map(|person| {
            let email = &person.email;
            words!("Write `{{user: {email}}}`.", "请写 `{{user: {email}}}`。")
        });
        desk.error(
            "unknown-person",
            node,
            words!("`{text}` is no e-mail address.", "`{text}` 不是电子邮箱。"),
            hint,
        );
        return None;
    }
    if place.directory.by_email(text).is_none() {
        let all = place
            .directory
            .people
            .values()
            .map(|person| person.email.as_str());
        let hint = match desk.nearest(text, all) {
            Some(near) => words!("Did you mean `{near}`?", "是否想写 `{near}`？"),
            None => words!(
                "Until someone has this address, `if_nobody` decides.",
                "在有人使用此邮箱之前，由 `if_nobody` 决定。"
            ),
        };
        desk.warn(
            "unknown-person",
            node,
            words!("Nobody has the address `{text}`.", "没有人使用邮箱 `{text}`。"),
            hint,
        );
    }
    Some(WhoKind::User(text.to_owned()))
}

pub(super) fn role(desk: &Desk<'_>, node: &Node, directory: &Directory) -> Option<WhoKind> {
    let text = desk.text(node)?;
    if directory.holders(text).next().is_none() {
        let near = desk
            .nearest(text, directory.roles.iter().map(String::as_str))
            .filter(|near| *near != text);
        let hint = match near {
            Some(near) => words!("Did you mean `{near}`?", "是否想写 `{near}`？"),
            None => words!(
                "Give the role to someone; until then `if_nobody` decides.",
                "请把该角色授予某人；在此之前由 `if_nobody` 决定。"
            ),
        };
        desk.warn(
            "nobody-holds",
            node,
            words!("Nobody holds the role `{text}`.", "没有人拥有角色 `{text}`。"),
            hint,
        );
    }
    Some(WhoKind::Role(text.to_owned()))
}

pub(super) fn named_set(
    desk: &Desk<'_>,
    node: &Node,
    known: &std::collections::BTreeSet<String>,
    what: &str,
    zh: &str,
) -> Option<String> {
    let text = desk.text(node)?;
    if !known.contains(text) {
        let hint = match desk.nearest(text, known.iter().map(String::as_str)) {
            Some(near) => words!("Did you mean `{near}`?", "是否想写 `{near}`？"),
            None => words!(
                "Until it has people, `if_nobody` decides.",
                "在有成员之前，由 `if_nobody` 决定。"
            ),
        };
        let message = crate::finding::Words::new(
            format!("Nobody is in the {what} `{text}`."),
            format!("{zh} `{text}` 中没有人。"),
        );
        desk.warn("nobody-holds", node, message, hint);
    }
    Some(text.to_owned())
}

pub(super) fn department(desk: &Desk<'_>, node: &Node, directory: &Directory) -> Option<String> {
    let known = directory
        .departments
        .iter()
        .map(|department| department.name.clone())
        .collect();
    named_set(desk, node, &known, "department", "部门")
}

pub(super) fn head_of(desk: &Desk<'_>, node: &Node, place: WhoPlace<'_>) -> Option<WhoKind> {
    let text = desk.text(node)?;
    let is_item = place.scope.items.iter().any(|item| item.name == text);
    let is_value = place.scope.fields.contains_key(text) || is_item || text.contains('.');
    if place.scope.open && !is_value && place.directory.department(text).is_none() {
        return None;
    }
    if is_value && place.directory.department(text).is_none() {
        // Where it is empty nobody is found, and `if_nobody` decides.
        return desk
            .expression(
                node,
                place.scope,
                &Wanted::Perhaps(&[Type::Text], "the name of a department", "部门名称"),
            )
            .map(WhoKind::HeadOfValue);
    }
    let name = department(desk, node, place.directory)?;
    if place
        .directory
        .department(&name)
        .is_some_and(|department| department.head.is_none())
    {
        desk.warn(
            "nobody-holds",
            node,
            words!(
                "The department `{name}` has no head.",
                "部门 `{name}` 没有负责人。"
            ),
            words!(
                "Name its head; until then `if_nobody` decides.",
                "请指定负责人；在此之前由 `if_nobody` 决定。"
            ),
        );
    }
    Some(WhoKind::HeadOf(name))
}
