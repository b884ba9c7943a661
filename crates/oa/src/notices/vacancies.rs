//! Of a role that lost its last holder hear the admins: what asks it can be decided by nobody until it is given to somebody.

use countersign_events::Failure;
use countersign_identity::people::VACATED;
use countersign_kernel::directory::Directory;
use countersign_kernel::id::UserId;
use countersign_kernel::text::Words;
use countersign_storage::Conn;
use countersign_storage::log::Logged;
use serde_json::Value as Json;

use crate::office::Office;
use crate::tasks::view::name;

/// The roles that lost their last holder with this event.
pub(super) fn roles(event: &Logged) -> Vec<&str> {
    let vacated = event.body.get("thing").and_then(|thing| thing.get(VACATED));
    let names = vacated.and_then(Json::as_array).into_iter().flatten();
    names.filter_map(Json::as_str).collect()
}

/// Every admin, also whoever did it: that it was the last holder is easily overlooked.
pub(super) async fn told(
    office: &Office,
    conn: &Conn,
    event: &Logged,
) -> Result<Vec<(UserId, Words)>, Failure> {
    let directory = office.directories.directory_on(conn, event.tenant).await?;
    let text = text(&directory, event);
    let admins = directory.holders("admin");
    Ok(admins.map(|admin| (admin.id, text.clone())).collect())
}

fn text(directory: &Directory, event: &Logged) -> Words {
    let (roles, person) = (roles(event), name(directory, UserId(event.subject.id)));
    let (since, since_zh) = if event.kind == "identity.user.disabled" {
        (format!("{person} was disabled"), format!("{person} 已被停用"))
    } else {
        (format!("{person} lost it"), format!("{person} 已失去该角色"))
    };
    let noun = if roles.len() == 1 { "role" } else { "roles" };
    Words::new(
        format!(
            "Nobody holds the {noun} {} any more: {since}. Steps that ask for it are held, and the owners of their workflows are asked. Give it to somebody: PATCH /v1/users/{{id}} with `roles`.",
            roles.join(", ")
        ),
        format!(
            "角色 {} 已无人拥有：{since_zh}。询问该角色的步骤会挂起，并询问流程负责人。请将其授予他人：PATCH /v1/users/{{id}}，字段 `roles`。",
            roles.join("、")
        ),
    )
}
