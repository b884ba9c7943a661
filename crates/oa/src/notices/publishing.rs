//! Of a change of who publishes hear the other admins: alone, one could let themselves publish, and undo it.

use countersign_events::Failure;
use countersign_identity::tenants::Publishing;
use countersign_kernel::id::UserId;
use countersign_kernel::text::Words;
use countersign_storage::Conn;
use countersign_storage::log::Logged;
use serde_json::Value as Json;

use crate::office::Office;
use crate::tasks::view::name;

/// How definitions were published before this event, if it changed that.
pub(super) fn before(event: &Logged) -> Option<Publishing> {
    read(event.body.get("previous")?.get("publishing")?)
}

fn read(publishing: &Json) -> Option<Publishing> {
    serde_json::from_value(publishing.clone()).ok()
}

/// Every admin but whoever did it.
pub(super) async fn told(
    office: &Office,
    conn: &Conn,
    event: &Logged,
) -> Result<Vec<(UserId, Words)>, Failure> {
    let after = event.body.get("thing").and_then(|thing| thing.get("publishing"));
    let (Some(before), Some(after)) = (before(event), after.and_then(read)) else {
        return Ok(Vec::new());
    };
    let directory = office.directories.directory_on(conn, event.tenant).await?;
    let by = event.actor.user();
    let who = by.map(|by| name(&directory, by));
    let text = text(who.as_deref(), &before, &after);
    let others = directory.holders("admin").filter(|admin| Some(admin.id) != by);
    Ok(others.map(|admin| (admin.id, text.clone())).collect())
}

fn text(by: Option<&str>, before: &Publishing, after: &Publishing) -> Words {
    let (mut changes, mut changes_zh) = (Vec::new(), Vec::new());
    match (before.second_person, after.second_person) {
        (true, false) => {
            changes.push("what one person publishes no longer waits for a second one");
            changes_zh.push("发布不再需要第二人确认");
        }
        (false, true) => {
            changes.push("what one person publishes now waits for a second one");
            changes_zh.push("发布现在需要第二人确认");
        }
        _ => (),
    }
    if before.rights != after.rights {
        changes.push("the roles that publish some names are others");
        changes_zh.push("可发布某些名称的角色有变");
    }
    let (who, who_zh) = by.map_or(("The system", "系统"), |name| (name, name));
    Words::new(
        format!(
            "{who} changed how workflows, automations, calendars and tables are published: {}. See GET /v1/settings, `publishing`.",
            changes.join("; ")
        ),
        format!(
            "{who_zh} 更改了流程、自动化和日历的发布方式：{}。请查看 GET /v1/settings 的 `publishing`。",
            changes_zh.join("；")
        ),
    )
}
