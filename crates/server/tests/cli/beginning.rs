//! From nothing to a workflow: a copy, a folder, and what is said at every save.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use crate::command::{SAMPLE, countersign, file, said};

#[test]
fn a_workflow_begins_as_one_that_ships_or_as_a_file_and_nothing_is_written_over() {
    let folder = tempfile::tempdir().unwrap();
    let into = folder.path().to_str().unwrap();
    let new = |words: &[&str]| countersign(&[&["workflow", "new"], words, &["--into", into]].concat());
    let made = new(&["home-office", "--from", "leave"]);
    assert!(made.status.success(), "{}", said(&made));
    let path = folder.path().join("home-office.yaml");
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.starts_with("workflow: home-office\n"), "{text}");
    for command in ["check", "test"] {
        let output = countersign(&["workflow", command, path.to_str().unwrap()]);
        assert!(output.status.success(), "{command}: {}", said(&output));
    }

    let again = new(&["home-office"]);
    assert!(
        !again.status.success() && said(&again).contains("File exists"),
        "{}",
        said(&again)
    );
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text);

    let copy = new(&["at-home", "--from", path.to_str().unwrap()]);
    assert!(copy.status.success(), "{}", said(&copy));
    let refused = new(&["Home Office"]);
    assert!(
        said(&refused).contains("Write `home-office`."),
        "{}",
        said(&refused)
    );
    assert!(!folder.path().join("Home Office.yaml").exists());
    let unknown = new(&["other", "--from", "expenses"]);
    let words = said(&unknown);
    assert!(
        words.contains("access-request, contract, discount") && words.contains("travel-claim, travel"),
        "{words}"
    );
}

#[test]
fn a_calendar_begins_as_the_public_holidays_of_a_place() {
    let listed = countersign(&["workflow", "calendars"]);
    let words = said(&listed);
    assert!(
        listed.status.success() && words.contains("de-by   Germany, Bavaria\n"),
        "{words}"
    );
    assert!(words.lines().count() >= 24, "{words}");
    let listed = said(&countersign(&["workflow", "calendars", "--language", "zh-CN"]));
    assert!(listed.contains("cn      中国\n"), "{listed}");

    let folder = tempfile::tempdir().unwrap();
    let into = folder.path().to_str().unwrap();
    let new = |words: &[&str]| countersign(&[&["workflow", "new"], words, &["--into", into]].concat());
    let made = new(&["my-bavaria", "--from", "de-by"]);
    assert!(made.status.success(), "{}", said(&made));
    let path = folder.path().join("my-bavaria.yaml");
    let text = std::fs::read_to_string(&path).unwrap();
    let shipped = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../workflows/public-holidays/de-by.yaml"
    );
    let shipped = std::fs::read_to_string(shipped).unwrap();
    assert_eq!(
        text,
        shipped.replace("calendar: de-by\n", "calendar: my-bavaria\n")
    );
    let checked = countersign(&["workflow", "check", path.to_str().unwrap()]);
    assert!(
        said(&checked).contains("0 errors, 0 warnings"),
        "{}",
        said(&checked)
    );

    let copy = new(&["default", "--from", path.to_str().unwrap()]);
    assert!(copy.status.success(), "{}", said(&copy));
    let text = std::fs::read_to_string(folder.path().join("default.yaml")).unwrap();
    assert!(text.contains("\ncalendar: default\n"), "{text}");
    let refused = said(&new(&["My Bavaria", "--from", "de-by"]));
    assert!(refused.contains("Write `my-bavaria`."), "{refused}");
    let unknown = said(&new(&["other", "--from", "de-zz"]));
    assert!(
        unknown.contains("no place that `countersign workflow calendars` lists"),
        "{unknown}"
    );
}

#[test]
fn a_folder_stands_for_the_files_in_it() {
    let (folder, _path) = file(SAMPLE);
    std::fs::create_dir(folder.path().join("automations")).unwrap();
    let broken = folder.path().join("automations/broken.yaml");
    std::fs::write(&broken, "automation: broken\n").unwrap();
    let path = folder.path().to_str().unwrap();
    let checked = countersign(&["workflow", "check", path]);
    let words = said(&checked);
    assert!(!checked.status.success(), "{words}");
    assert!(
        words.contains("sample.yaml: 0 errors") && words.contains("broken.yaml:"),
        "{words}"
    );
    std::fs::remove_file(broken).unwrap();
    let tested = countersign(&["workflow", "test", path]);
    assert!(tested.status.success(), "{}", said(&tested));

    let empty = tempfile::tempdir().unwrap();
    let nothing = countersign(&["workflow", "check", empty.path().to_str().unwrap()]);
    assert!(
        !nothing.status.success() && said(&nothing).contains("holds no workflow"),
        "{}",
        said(&nothing)
    );
}

/// A command that runs until it is stopped, line by line.
struct Running {
    child: Child,
    lines: mpsc::Receiver<String>,
}

impl Running {
    fn start(words: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_countersign"))
            .args(words)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        let (said, lines) = mpsc::channel();
        std::thread::spawn(move || {
            out.lines()
                .map_while(Result::ok)
                .try_for_each(|line| said.send(line))
        });
        Self { child, lines }
    }

    /// All that is said up to the line that holds this.
    fn until(&self, word: &str) -> String {
        let mut all = String::new();
        while !all.contains(word) {
            let line = self.lines.recv_timeout(Duration::from_secs(30));
            assert!(line.is_ok(), "{word} is not said: {all}");
            all.push_str(&line.unwrap());
            all.push('\n');
        }
        all
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn whatever_is_saved_is_checked_tested_and_drawn() {
    let (folder, path) = file(SAMPLE);
    let picture = folder.path().join("sample.svg");
    let watch = Running::start(&["workflow", "watch", &path]);
    watch.until("is drawn");
    let first = std::fs::read(&picture).unwrap();

    std::fs::write(&path, SAMPLE.replace("approval:", "aproval:")).unwrap();
    let words = watch.until("sample.yaml: 1 error,");
    assert!(words.contains("aproval"), "{words}");
    assert_eq!(
        std::fs::read(&picture).unwrap(),
        first,
        "the last good picture stays"
    );

    std::fs::write(&path, SAMPLE.replace("title: Sample", "title: Another")).unwrap();
    watch.until("is drawn");
    assert_ne!(std::fs::read(&picture).unwrap(), first);

    let missing = countersign(&["workflow", "watch", "nowhere.yaml"]);
    assert!(
        !missing.status.success() && said(&missing).contains("nowhere.yaml"),
        "{}",
        said(&missing)
    );
}
