//! A corpus in its folder: `formats.json`, `rows/TABLE.jsonl`, `answers.jsonl`, and `data/` as the server kept it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use countersign_kernel::time::Instant;
use countersign_testkit::corpus::Tables;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::house::Call;

/// What a version of the server left, and what it answered.
pub(super) struct Kept {
    pub(super) formats: Formats,
    pub(super) rows: Tables,
    pub(super) files: BTreeMap<PathBuf, String>,
    pub(super) answers: Vec<Asked>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Formats {
    /// The last step of its schema.
    pub(super) schema: String,
    /// When it answered.
    pub(super) now: Instant,
    pub(super) state: i32,
    pub(super) events: i32,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Asked {
    #[serde(flatten)]
    pub(super) call: Call,
    pub(super) status: u16,
    /// None: only that it is answered counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) answer: Option<Value>,
}

impl Asked {
    pub(super) fn of(call: Call, status: u16, mut answer: Value) -> Self {
        leave_out(&mut answer);
        let is_fresh = call.path == "/v1/auth/refresh";
        if status >= 300 {
            answer = json!({"code": answer["code"]});
        }
        Self {
            call,
            status,
            answer: (!is_fresh).then_some(answer),
        }
    }
}

/// Sentences may be told better, and a cursor may be another as long as the one that was given is taken.
fn leave_out(answer: &mut Value) {
    match answer {
        Value::Array(items) => items.iter_mut().for_each(leave_out),
        Value::Object(members) => {
            members.remove("next_cursor");
            if members
                .get("object")
                .is_some_and(|object| object == "history_entry")
            {
                members.remove("text");
            }
            members.values_mut().for_each(leave_out);
        }
        _ => {}
    }
}

fn home() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")
}

/// The corpora that there are, the oldest first.
pub(super) fn numbers() -> Vec<u32> {
    let Ok(folders) = std::fs::read_dir(home()) else {
        return Vec::new();
    };
    let names = folders.map(|folder| folder.unwrap().file_name());
    let mut numbers: Vec<u32> = names.filter_map(|name| name.to_str()?.parse().ok()).collect();
    numbers.sort_unstable();
    numbers
}

pub(super) fn newest() -> u32 {
    *numbers().last().unwrap()
}

/// The texts under a folder, by their paths there.
pub(super) fn files(folder: &Path) -> BTreeMap<PathBuf, String> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(text) = std::fs::read_to_string(&path) {
                found.insert(path.strip_prefix(folder).unwrap().to_owned(), text);
            }
        }
    }
    found
}

fn put(folder: &Path, path: impl AsRef<Path>, text: &str) {
    let path = folder.join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

impl Kept {
    pub(super) fn read(number: u32) -> Self {
        let folder = home().join(number.to_string());
        let text = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
        let table = |(path, text): (PathBuf, String)| {
            let table = path.file_stem().unwrap().to_str().unwrap().to_owned();
            (table, text.lines().map(str::to_owned).collect())
        };
        Self {
            formats: serde_json::from_str(&text("formats.json")).unwrap(),
            rows: files(&folder.join("rows")).into_iter().map(table).collect(),
            files: files(&folder.join("data")),
            answers: text("answers.jsonl")
                .lines()
                .map(|line| serde_json::from_str(line).unwrap())
                .collect(),
        }
    }

    /// Beside those that there are; none of them is touched.
    pub(super) fn write_new(&self) {
        let number = numbers().last().map_or(1, |number| number + 1);
        let folder = home().join(number.to_string());
        put(
            &folder,
            "formats.json",
            &format!("{}\n", serde_json::to_string(&self.formats).unwrap()),
        );
        for (table, lines) in &self.rows {
            put(
                &folder.join("rows"),
                format!("{table}.jsonl"),
                &format!("{}\n", lines.join("\n")),
            );
        }
        for (path, text) in &self.files {
            put(&folder.join("data"), path, text);
        }
        let answers = self
            .answers
            .iter()
            .map(|asked| serde_json::to_string(asked).unwrap() + "\n");
        put(&folder, "answers.jsonl", &answers.collect::<String>());
    }

    /// Its data folder, as a server finds it.
    pub(super) fn data_folder(&self) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in &self.files {
            put(folder.path(), path, text);
        }
        folder
    }

    /// The rows of a table, with their texts as they stand.
    pub(super) fn table(&self, name: &str) -> impl Iterator<Item = BTreeMap<String, Box<RawValue>>> {
        self.rows[name]
            .iter()
            .map(|line| serde_json::from_str(line).unwrap())
    }
}
