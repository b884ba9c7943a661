//! The workflows that ship, held by the binary: a first start needs no folder. One that is there comes instead.

use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::files;

pub(crate) mod public_holidays;

/// Where a folder of one's own is looked for.
pub(crate) const FOLDER: &str = "workflows";
/// The zone of the calendar that the binary holds; each tenant is given its own.
const ZONE: &str = "zone: Europe/Berlin\n";

/// A file that is published at set-up.
pub(crate) struct Definition {
    pub(crate) path: String,
    pub(crate) text: String,
}

macro_rules! shipped {
    ($path:literal) => {
        (
            concat!("workflows/", $path),
            include_str!(concat!("../../../workflows/", $path)),
        )
    };
}

/// What a file names stands before it: calendars, tables, workflows, automations.
const SHIPPED: &[(&str, &str)] = &[
    shipped!("calendars/default.yaml"),
    shipped!("access-request.yaml"),
    shipped!("contract.yaml"),
    shipped!("discount.yaml"),
    shipped!("document-sign-off.yaml"),
    shipped!("expense.yaml"),
    shipped!("hiring.yaml"),
    shipped!("leave-change.yaml"),
    shipped!("leave-types.yaml"),
    shipped!("leave.yaml"),
    shipped!("offboarding.yaml"),
    shipped!("onboarding.yaml"),
    shipped!("payment-request.yaml"),
    shipped!("purchase.yaml"),
    shipped!("seal.yaml"),
    shipped!("sick-leave.yaml"),
    shipped!("supplier.yaml"),
    shipped!("travel-claim.yaml"),
    shipped!("travel.yaml"),
    shipped!("automations/contract-outcome.yaml"),
    shipped!("automations/won-deal-starts-contract.yaml"),
];

/// What is published for a tenant of this zone: the folder's files as they stand, else what the binary holds.
pub(crate) fn definitions(folder: &Path, zone: &str) -> anyhow::Result<Vec<Definition>> {
    if folder.is_dir() {
        return read(folder);
    }
    let held = SHIPPED.iter().map(|(path, text)| Definition {
        path: (*path).to_owned(),
        text: text.replacen(ZONE, &format!("zone: {zone}\n"), 1),
    });
    Ok(held.collect())
}

/// The text of a workflow that ships.
pub(crate) fn workflow(name: &str) -> Option<&'static str> {
    let found = workflows().find(|(known, _)| *known == name);
    found.map(|(_, text)| text)
}

/// The names of the workflows that ship.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    workflows().map(|(name, _)| name)
}

/// The workflows that ship, by name; what stands in a folder of its own is none.
fn workflows() -> impl Iterator<Item = (&'static str, &'static str)> {
    let named = |(path, text): &(&'static str, &'static str)| {
        let (folder, file) = path.rsplit_once('/')?;
        let is_workflow = folder == FOLDER && text.starts_with("workflow:");
        is_workflow.then_some((file.strip_suffix(".yaml")?, *text))
    };
    SHIPPED.iter().filter_map(named)
}

fn read(folder: &Path) -> anyhow::Result<Vec<Definition>> {
    let read = |file: PathBuf| {
        let path = file.display().to_string();
        let text = std::fs::read_to_string(&file).with_context(|| format!("{path} cannot be read"))?;
        Ok(Definition { path, text })
    };
    files::documents(folder)?.into_iter().map(read).collect()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn the_binary_holds_what_the_folder_holds_in_the_same_order() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let texts = |all: Vec<Definition>| all.into_iter().map(|one| one.text).collect::<Vec<_>>();
        let there = texts(read(&root.join(FOLDER)).unwrap());
        assert_eq!(
            texts(definitions("nowhere".as_ref(), "Europe/Berlin").unwrap()),
            there
        );
    }

    #[test]
    fn the_calendar_that_the_binary_holds_is_of_the_tenants_zone() {
        let all = definitions("nowhere".as_ref(), "Asia/Shanghai").unwrap();
        let zones: Vec<&str> = all
            .iter()
            .flat_map(|one| one.text.lines())
            .filter(|line| line.starts_with("zone:"))
            .collect();
        assert_eq!(zones, ["zone: Asia/Shanghai"]);
    }
}
