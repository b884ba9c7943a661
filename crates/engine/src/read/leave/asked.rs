//! `leave`: where the form of a workflow says which leave is asked for.

use super::super::desk::{Desk, Map};
use super::super::form::ReadForm;
use super::read;
use crate::definition::FieldKind;
use crate::expr::{Scope, Wanted};
use crate::finding::words;
use crate::keys::LEAVE;
use crate::leave::AsksForLeave;
use crate::parse::Node;

pub(in crate::read) fn asks_for_leave(
    desk: &Desk<'_>,
    node: &Node,
    scope: &Scope,
    form: &ReadForm,
) -> Option<AsksForLeave> {
    let map = desk.map(node, &LEAVE)?;
    let of = read(map.get("type"), |node| {
        desk.expression(node, scope, &Wanted::Anything)
    });
    let field = |key: &'static str, fits: fn(&FieldKind) -> bool, wanted: &str| {
        read(map.get(key), |node| named(desk, node, form, fits, wanted))
    };
    let dates = field("dates", |kind| matches!(kind, FieldKind::DateRange), "date_range");
    let hours = field(
        "hours",
        |kind| matches!(kind, FieldKind::Number | FieldKind::Integer),
        "number",
    );
    let evidence = field("evidence", |kind| matches!(kind, FieldKind::File { .. }), "file");
    let later = read(map.get("evidence_later"), |node| desk.yes_no(node));
    let changes = field("changes", |kind| matches!(kind, FieldKind::Text), "text");
    only_one(desk, &map);
    once(desk, &map);
    let (of, changes) = (of?, changes?);
    if of.is_none() && changes.is_none() {
        if map.is_sound() {
            desk.error(
                "missing-key",
                node,
                words!(
                    "`leave` says which type is asked for, or which leave is changed.",
                    "`leave` 要说明申请的假别，或要更改的假期。"
                ),
                words!(
                    "Add `type: kind`, or `changes: request`.",
                    "请添加 `type: kind` 或 `changes: request`。"
                ),
            );
        }
        return None;
    }
    Some(AsksForLeave {
        of,
        dates: dates??,
        hours: hours?,
        evidence: evidence?,
        evidence_later: later?.unwrap_or(false),
        changes,
    })
}

fn only_one(desk: &Desk<'_>, map: &Map<'_>) {
    if let (Some(_), Some(key)) = (map.get("type"), map.key("changes")) {
        desk.error(
            "two-kinds",
            key,
            words!(
                "A request asks for leave or changes some, not both.",
                "申请要么请假，要么更改假期，不能兼有。"
            ),
            words!("Write two workflows.", "请写成两个流程。"),
        );
    }
}

/// Evidence is attached or asked for later.
fn once(desk: &Desk<'_>, map: &Map<'_>) {
    let later = map.get("evidence_later").and_then(|node| desk.yes_no(node));
    if let (Some(_), Some(true), Some(key)) = (map.get("evidence"), later, map.key("evidence_later")) {
        desk.error(
            "two-kinds",
            key,
            words!(
                "Evidence is attached to the form or asked for later, not both.",
                "证明材料要么随表单提交，要么稍后索取，不能兼有。"
            ),
            words!("Take one of the two out.", "请删去其中一项。"),
        );
    }
}

/// The field of this name, if it is of the right kind.
fn named(
    desk: &Desk<'_>,
    node: &Node,
    form: &ReadForm,
    fits: fn(&FieldKind) -> bool,
    wanted: &str,
) -> Option<String> {
    let name = desk.text(node)?;
    match form.form.field(name) {
        Some(field) if fits(&field.kind) => return Some(name.to_owned()),
        None if form.may_have(name) => return None,
        Some(_) => desk.error(
            "type-mismatch",
            node,
            words!(
                "The field `{name}` is of another type than `{wanted}`.",
                "字段 `{name}` 不是 `{wanted}` 类型。"
            ),
            words!(
                "Name a field with `type: {wanted}`.",
                "请写 `type: {wanted}` 的字段。"
            ),
        ),
        None => {
            let known = form.names();
            desk.unknown_word(node, name, &known);
        }
    }
    None
}
