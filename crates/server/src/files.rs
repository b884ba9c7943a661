//! Workflow files in folders: what stands beside a file, and what a demo publishes.

use std::path::{Path, PathBuf};

use countersign_engine::Surroundings;
use countersign_engine::definition::Document;

/// Adds the calendars and workflows of the folder in which the file stands (or, for an automation, of the one above).
pub(crate) fn beside(file: &Path, around: &mut Surroundings) -> anyhow::Result<()> {
    let Some(folder) = file.parent() else {
        return Ok(());
    };
    let named = |folder: &Path, name: &str| folder.file_name().is_some_and(|own| own == name);
    let home = if named(folder, "automations") || named(folder, "calendars") {
        folder.parent().unwrap_or(folder)
    } else {
        folder
    };
    let read = |path: &PathBuf| std::fs::read_to_string(path);
    for path in yaml(&home.join("calendars"))? {
        if let Some(Document::Calendar(calendar)) = countersign_engine::check(&read(&path)?, around).document
        {
            around.calendars.retain(|known| known.name != calendar.name);
            around.calendars.push(*calendar);
        }
    }
    for path in yaml(home)?.iter().filter(|path| path.as_path() != file) {
        if let Some(Document::Workflow(workflow)) = countersign_engine::check(&read(path)?, around).document {
            around.workflows.insert(
                workflow.name.clone(),
                countersign_engine::form::summary(&workflow),
            );
        }
    }
    Ok(())
}

/// The YAML files of a folder, by name; none if there is no such folder.
pub(crate) fn yaml(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    files.retain(|path| {
        path.extension()
            .is_some_and(|ending| ending == "yaml" || ending == "yml")
    });
    files.retain(|path| path.file_name().is_none_or(|name| name != "people.yaml"));
    files.sort();
    Ok(files)
}
