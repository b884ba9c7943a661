//! Whether what a form points at is there: people and departments of the tenant, files of whoever names them, records that they may see.

use std::collections::BTreeSet;

use countersign_engine::definition::Form;
use countersign_engine::form::unknown_departments;
use countersign_engine::refusal::Fault;
use countersign_events::Rights;
use countersign_kernel::id::FileId;
use countersign_kernel::text::Text;
use countersign_platform::files;
use countersign_storage::Uow;
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use super::act::Case;
use super::links::{self, Pointed};
use crate::error::Error;
use crate::office::Office;

impl Office {
    /// What a form points at that is not there, or not this person's to see.
    pub(crate) async fn missing(
        &self,
        uow: &Uow,
        case: &Case,
        rights: &Rights,
        (form, filled): (&Form, &Map<String, Json>),
    ) -> Result<Vec<Fault>, Error> {
        let pointed = links::pointed(form, filled);
        let kinds: BTreeSet<&'static str> = pointed.iter().map(|one| one.kind).collect();
        let mut faults = unknown_departments(form, filled, &case.scene.directory);
        // A deal is held before its account, as everywhere.
        for kind in kinds.into_iter().rev() {
            let of_kind: Vec<&Pointed> = pointed.iter().filter(|one| one.kind == kind).collect();
            let ids: Vec<Uuid> = of_kind.iter().filter_map(|one| one.id()).collect();
            if kind == "file" {
                faults.extend(self.file_faults(uow, &of_kind, &ids, rights).await?);
                continue;
            }
            let there = if ids.is_empty() {
                BTreeSet::new()
            } else if kind == "user" {
                let people = case.scene.directory.people.keys();
                people.map(|person| person.0).collect()
            } else {
                self.records
                    .visible(uow.reads(), uow.tenant(), kind, &ids, rights)
                    .await?
            };
            let lost = of_kind
                .into_iter()
                .filter(|one| one.id().is_none_or(|id| !there.contains(&id)));
            faults.extend(lost.map(not_there));
        }
        Ok(faults)
    }

    /// Files are of the tenant, uploaded by whoever names them, and of a kind that the field takes.
    async fn file_faults(
        &self,
        uow: &Uow,
        pointed: &[&Pointed],
        ids: &[Uuid],
        rights: &Rights,
    ) -> Result<Vec<Fault>, Error> {
        let ids: Vec<FileId> = ids.iter().copied().map(FileId).collect();
        let files = files::facts(uow.reads(), uow.tenant(), &ids).await?;
        let fault = |one: &&Pointed| {
            let file = files.iter().find(|file| Some(file.id.0) == one.id());
            let file =
                file.filter(|file| matches!(rights, Rights::Server) || rights.are_of(file.uploaded_by));
            match file {
                None => Some(not_there(one)),
                Some(file) if takes(&one.accept, &file.name) => None,
                Some(file) => Some(not_taken(one, &file.name)),
            }
        };
        Ok(pointed.iter().filter_map(fault).collect())
    }
}

fn not_there(one: &Pointed) -> Fault {
    let text = Text::Many(
        [
            (
                "en".to_owned(),
                match one.kind {
                    "user" => "There is nobody with this id.".to_owned(),
                    kind => format!("There is no {kind} with this id, or it is not yours to use."),
                },
            ),
            (
                "zh-CN".to_owned(),
                match one.kind {
                    "user" => "没有此 id 的人员。".to_owned(),
                    kind => format!("没有此 id 的{}，或您无权使用。", word(kind)),
                },
            ),
        ]
        .into(),
    );
    Fault {
        pointer: format!("/form{}", one.pointer),
        code: "not_found",
        text,
    }
}

/// Whether a field takes a file of this name: `jpeg` is `jpg`.
fn takes(accept: &[String], name: &str) -> bool {
    let extension = name
        .rsplit_once('.')
        .map(|(_, extension)| extension.to_ascii_lowercase())
        .unwrap_or_default();
    let same = |known: &String| {
        *known == extension
            || (known == "jpg" && extension == "jpeg")
            || (known == "jpeg" && extension == "jpg")
    };
    accept.is_empty() || accept.iter().any(same)
}

fn not_taken(one: &Pointed, name: &str) -> Fault {
    let kinds = one.accept.join(", ");
    let text = Text::Many(
        [
            (
                "en".to_owned(),
                format!("{name} is not of a kind that is taken here: {kinds}."),
            ),
            (
                "zh-CN".to_owned(),
                format!("{name} 的类型不符；此处接受：{kinds}。"),
            ),
        ]
        .into(),
    );
    Fault {
        pointer: format!("/form{}", one.pointer),
        code: "file_kind",
        text,
    }
}

fn word(kind: &str) -> &str {
    match kind {
        "file" => "文件",
        "account" => "客户",
        "contact" => "联系人",
        "deal" => "商机",
        other => other,
    }
}
