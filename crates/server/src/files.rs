//! Workflow files in folders: what stands beside a file, and what a demo publishes.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use countersign_engine::definition::Document;
use countersign_engine::finding::{Finding, Words};
use countersign_engine::{Outline, Surroundings};

/// A file that stands beside another and could not be read: what it holds is not known there.
pub(crate) struct Unread {
    pub path: PathBuf,
    /// What is wrong with it first.
    pub finding: Box<Finding>,
}

/// What workflow files on the command line are checked against: the server's own events and actions, and the people,
/// calendars, tables and other workflows that stand beside the file; and which of these cannot be read.
pub(crate) fn surroundings(file: &Path) -> anyhow::Result<(Surroundings, Vec<Unread>)> {
    let catalogue = crate::compose::catalogue();
    let mut around = Surroundings {
        events: catalogue.events().copied().collect(),
        actions: catalogue.actions().copied().collect(),
        ..Surroundings::default()
    };
    let file = std::path::absolute(file)?;
    if let Some(people) = file
        .ancestors()
        .skip(1)
        .map(|folder| folder.join("people.yaml"))
        .find(|path| path.exists())
    {
        let text = std::fs::read_to_string(&people)
            .with_context(|| format!("{} cannot be read", people.display()))?;
        around.people = countersign_engine::people::people(&text, around.currency).map_err(|findings| {
            let shown = findings
                .iter()
                .map(|finding| finding.display(&people.display().to_string(), Default::default()));
            anyhow::anyhow!("{}", shown.collect::<Vec<_>>().join("\n"))
        })?;
    }
    let unread = beside(&file, &mut around)?;
    Ok((around, unread))
}

/// Adds the calendars, tables and workflows of the folder in which the file stands (or, for one of those that stand in a
/// folder of their own, of the one above); gives those that could not be read.
fn beside(file: &Path, around: &mut Surroundings) -> anyhow::Result<Vec<Unread>> {
    let mut unread = Vec::new();
    let Some(folder) = file.parent() else {
        return Ok(unread);
    };
    let named = |folder: &Path, name: &str| folder.file_name().is_some_and(|own| own == name);
    let parts = ["automations", "calendars", "tables", "leave-types"];
    let home = if parts.iter().any(|part| named(folder, part)) {
        folder.parent().unwrap_or(folder)
    } else {
        folder
    };
    // What stands beside the file is not blamed for circles: only the file itself is.
    let mut in_force = Vec::new();
    around.in_force = None;
    // What asks a table is read beside the table as the file has it.
    if let Ok(Document::Table(own)) = neighbour(file, around) {
        around.tables.insert(own);
    }
    let mut others = yaml(&home.join("calendars"))?;
    others.extend(yaml(&home.join("tables"))?);
    others.extend(yaml(home)?);
    for path in others.into_iter().filter(|path| path.as_path() != file) {
        let stands_in = |part: &str| path.parent().is_some_and(|folder| folder == home.join(part));
        let is_home = path.parent() == Some(home);
        let found = neighbour(&path, around);
        in_force.extend(found.iter().filter_map(|found| outline(found, around)));
        match found {
            Ok(Document::Calendar(calendar)) if stands_in("calendars") => {
                if calendar.name == "default" {
                    around.zone = calendar.zone;
                }
                around.calendars.retain(|known| known.name != calendar.name);
                around.calendars.push(*calendar);
            }
            Ok(Document::Table(table)) if stands_in("tables") => around.tables.insert(table),
            Ok(Document::Workflow(workflow)) if is_home => {
                let form = countersign_engine::form::summary(&workflow);
                around.workflows.insert(workflow.name.clone(), form);
            }
            Ok(_) => {}
            Err(finding) => unread.push(Unread { path, finding }),
        }
    }
    in_force.extend(automations(file, home, around)?);
    around.in_force = Some(in_force);
    Ok(unread)
}

/// What the automations of a folder start, as far as they can be read: they may start the file itself too.
fn automations(file: &Path, home: &Path, around: &Surroundings) -> anyhow::Result<Vec<Arc<Outline>>> {
    let mut around = around.clone();
    if let Ok(Document::Workflow(own)) = neighbour(file, &around) {
        let form = countersign_engine::form::summary(&own);
        around.workflows.insert(own.name.clone(), form);
    }
    let others = yaml(&home.join("automations"))?;
    let others = others.into_iter().filter(|path| path.as_path() != file);
    let read = others.filter_map(|path| neighbour(&path, &around).ok());
    Ok(read.filter_map(|document| outline(&document, &around)).collect())
}

fn outline(document: &Document, around: &Surroundings) -> Option<Arc<Outline>> {
    Outline::of(document, &around.actions).map(Arc::new)
}

/// The document in a file, or what is wrong with it first.
fn neighbour(path: &Path, around: &Surroundings) -> Result<Document, Box<Finding>> {
    let bytes = std::fs::read(path).map_err(|error| {
        let message = Words::new(
            format!("The file cannot be read: {error}."),
            format!("无法读取此文件：{error}。"),
        );
        let hint = Words::new("Let it be read, or move it away.", "请允许读取，或将其移走。");
        Box::new(Finding::of_file(message, hint))
    })?;
    let text = String::from_utf8(bytes).map_err(|_| Box::new(not_utf8()))?;
    let checked = countersign_engine::check(&text, around);
    match (
        checked.document,
        checked.findings.into_iter().find(Finding::is_error),
    ) {
        (Some(document), _) => Ok(document),
        (None, Some(finding)) => Err(Box::new(finding)),
        (None, None) => {
            let message = Words::new("The file holds no document.", "此文件不含文档。");
            let hint = Words::new("Look at it by itself.", "请单独检查此文件。");
            Err(Box::new(Finding::of_file(message, hint)))
        }
    }
}

/// A file that is no text.
pub(crate) fn not_utf8() -> Finding {
    Finding::of_file(
        Words::new("The file is not UTF-8 text.", "文件不是 UTF-8 文本。"),
        Words::new("Save it as UTF-8.", "请以 UTF-8 保存。"),
    )
}

/// The files that somebody names: of a folder, all that it holds.
pub(crate) fn named(paths: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for path in paths {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let found = documents(path)?;
        anyhow::ensure!(
            !found.is_empty(),
            "{} holds no workflow: name a file that ends with .yaml, or a folder of them",
            path.display()
        );
        files.extend(found);
    }
    Ok(files)
}

/// The documents of a folder and of those in it that have a meaning. What a file names stands before it.
pub(crate) fn documents(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = yaml(&folder.join("calendars"))?;
    files.extend(yaml(&folder.join("tables"))?);
    files.extend(yaml(folder)?);
    files.extend(yaml(&folder.join("automations"))?);
    Ok(files)
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
