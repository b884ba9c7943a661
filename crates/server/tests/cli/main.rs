//! The command line, as its users meet it. (Having a test here also makes `cargo test` build the binary.)
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
mod beginning;
mod command;
mod refusals;

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};

use command::{SAMPLE, countersign, file, said};

#[test]
fn every_command_has_help_that_says_what_it_does() {
    let all = said(&countersign(&["--help"]));
    for command in [
        "demo", "serve", "migrate", "admin", "openapi", "workflow", "doctor",
    ] {
        assert!(all.contains(command), "{command} is missing from --help");
        let help = countersign(&[command, "--help"]);
        assert!(
            help.status.success() && said(&help).len() > 80,
            "{command} --help: {}",
            said(&help)
        );
    }
}

#[test]
fn a_good_file_checks_tests_explains_and_draws() {
    let (_folder, path) = file(SAMPLE);
    for words in [
        &["workflow", "check"][..],
        &["workflow", "test"],
        &["workflow", "explain"],
        &["workflow", "diagram"],
    ] {
        let output = countersign(&[words, &[path.as_str()]].concat());
        assert!(output.status.success(), "{words:?}: {}", said(&output));
    }
    let simulated = countersign(&[
        "workflow",
        "simulate",
        &path,
        "--as",
        "ann",
        "--form",
        r#"{"days": 3}"#,
    ]);
    let words = said(&simulated);
    assert!(
        simulated.status.success() && words.contains("Bo") && words.contains("approved"),
        "{words}"
    );
}

#[test]
fn a_broken_file_names_line_column_and_remedy_and_fails() {
    let (_folder, path) = file(&SAMPLE.replace("approval:", "aproval:"));
    let output = countersign(&["workflow", "check", &path]);
    let words = said(&output);
    assert!(!output.status.success());
    assert!(
        words.contains(":7:") && words.contains('^') && words.contains("approval"),
        "{words}"
    );
    let json: serde_json::Value =
        serde_json::from_slice(&countersign(&["workflow", "check", "--format", "json", &path]).stdout)
            .unwrap();
    assert_eq!(json["ok"], false);
    assert!(json["findings"][0]["line"] == 7, "{json}");
}

#[test]
fn a_story_that_does_not_come_true_says_what_was_expected_and_what_happened() {
    let (_folder, path) = file(&SAMPLE.replace("manager asks bo", "manager asks cleo"));
    let output = countersign(&["workflow", "test", &path]);
    let words = said(&output);
    assert!(!output.status.success());
    assert!(
        words.contains("expected") && words.contains("cleo") && words.to_lowercase().contains("bo"),
        "{words}"
    );
}

#[test]
fn a_wrong_configuration_is_named_with_its_remedy() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("countersign.toml");
    std::fs::write(&config, "lisen = \"127.0.0.1:1\"\n").unwrap();
    let output = countersign(&["doctor", "--config", &config.to_string_lossy()]);
    assert!(!output.status.success());
    assert!(said(&output).contains("lisen"), "{}", said(&output));
}

#[test]
fn a_neighbour_that_cannot_be_read_is_a_finding_about_itself() {
    let (folder, path) = file(SAMPLE);
    std::fs::write(
        folder.path().join("deep.yaml"),
        "[".repeat(3_000) + &"]".repeat(3_000),
    )
    .unwrap();
    std::fs::write(folder.path().join("picture.yaml"), b"\x89PNG\xff").unwrap();
    let output = countersign(&["workflow", "check", &path]);
    let words = said(&output);
    assert!(output.status.success(), "{words}");
    assert!(
        words.contains("deep.yaml:1:65: error [too-large]") && words.contains("picture.yaml:1:1: error"),
        "{words}"
    );
    let picture = folder.path().join("picture.yaml").to_string_lossy().into_owned();
    let both = countersign(&["workflow", "check", &path, &picture]);
    let words = said(&both);
    assert!(!both.status.success());
    assert!(
        words.contains("sample.yaml: 0 errors") && words.contains("picture.yaml: 1 error,"),
        "{words}"
    );
}

#[test]
fn proxies_are_named_by_range_and_doctor_asks_for_them_where_one_must_be() {
    let data = tempfile::tempdir().unwrap();
    let doctor = |proxies: &str| {
        let output = Command::new(env!("CARGO_BIN_EXE_countersign"))
            .args(["doctor", "--data-dir", "data"])
            .current_dir(data.path())
            .env("COUNTERSIGN_PUBLIC_URL", "https://office.example")
            .env("COUNTERSIGN_TRUSTED_PROXIES", proxies)
            .output()
            .unwrap();
        said(&output)
    };
    assert!(doctor("[]").contains("name the proxy in `trusted_proxies`"));
    let named = doctor(r#"["10.0.7.0/24", "fd00::/8"]"#);
    assert!(!named.contains("trusted_proxies"), "{named}");
    let wrong = doctor(r#"["10.0.7.0/33"]"#);
    assert!(
        wrong.contains("trusted_proxies: \"10.0.7.0/33\" is not a range of addresses"),
        "{wrong}"
    );
    let help = said(&countersign(&["serve", "--help"]));
    assert!(help.contains("--trusted-proxy <RANGE>"), "{help}");
}

#[test]
fn a_short_metrics_token_is_refused_and_none_is_printed() {
    let data = tempfile::tempdir().unwrap();
    std::fs::write(data.path().join("c.toml"), "metrics_token = \"secret\"\n").unwrap();
    let file = data.path().join("c.toml").display().to_string();
    let wrong = said(&countersign(&["doctor", "--config", &file]));
    assert!(
        wrong.contains("metrics_token has at least 16 characters"),
        "{wrong}"
    );
    assert!(!wrong.contains("\"secret\""), "{wrong}");
}

#[test]
fn a_list_of_breached_passwords_counts_or_is_told_to_be_unreadable() {
    let data = tempfile::tempdir().unwrap();
    let list = data.path().join("breached.txt");
    std::fs::write(&list, "dunkel zwiebel parkett\n").unwrap();
    let admin = |words: &[&str], list: &str, typed: &str| {
        let mut child = Command::new(env!("CARGO_BIN_EXE_countersign"))
            .args(words)
            .args(["--data-dir", "data", "--breached-passwords", list])
            .current_dir(data.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(typed.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        (output.status.success(), said(&output))
    };
    let user = [
        "admin",
        "create-user",
        "--tenant",
        "acme",
        "--email",
        "ada@acme.example",
        "--name",
        "Ada",
    ];
    assert!(admin(&["admin", "create-tenant", "acme"], "breached.txt", "").0);
    let (made, told) = admin(&user, "breached.txt", "dunkel zwiebel parkett\n");
    assert!(!made && told.contains("was in a breach"), "{told}");
    let (made, told) = admin(&user, "nowhere.txt", "zwiebel dunkel parkett\n");
    assert!(
        !made && told.contains("breached_passwords: nowhere.txt cannot be read"),
        "{told}"
    );
    let (made, told) = admin(&user, "breached.txt", "zwiebel dunkel parkett\n");
    assert!(made, "{told}");
    let link = [
        "admin",
        "password-link",
        "--tenant",
        "acme",
        "--email",
        "ada@acme.example",
    ];
    let (made, told) = admin(&link, "breached.txt", "");
    assert!(made && told.contains("/set-password#csp_"), "{told}");
}

/// The writing end of a pipe from which nobody reads any more.
fn closed_pipe() -> std::io::PipeWriter {
    std::io::pipe().unwrap().1
}

#[test]
fn a_reader_who_leaves_ends_every_command_quietly() {
    let (folder, path) = file(SAMPLE);
    let (_broken_folder, broken) = file(&SAMPLE.replace("approval:", "aproval:"));
    let simulate = [
        "workflow",
        "simulate",
        &path,
        "--as",
        "ann",
        "--form",
        r#"{"days": 3}"#,
    ];
    let commands: &[&[&str]] = &[
        &["openapi"],
        &["openapi", "--problems"],
        &["workflow", "check", &path],
        &["workflow", "check", &broken],
        &["workflow", "check", "--format", "json", &path],
        &["workflow", "test", &path],
        &["workflow", "explain", &path],
        &["workflow", "diagram", &path],
        &simulate,
        &["doctor", "--data-dir", "data"],
        &["migrate", "--data-dir", "data"],
        &["admin", "create-tenant", "acme", "--data-dir", "data"],
    ];
    for words in commands {
        let left = Command::new(env!("CARGO_BIN_EXE_countersign"))
            .args(*words)
            .current_dir(folder.path())
            .env("RUST_LOG", "off")
            .stdout(closed_pipe())
            .output()
            .unwrap();
        let words_of = String::from_utf8_lossy(&left.stderr);
        assert_eq!((left.status.code(), &*words_of), (Some(141), ""), "{words:?}");
    }
    let unheard = Command::new(env!("CARGO_BIN_EXE_countersign"))
        .args(["workflow", "check", "nowhere.yaml"])
        .stderr(closed_pipe())
        .output()
        .unwrap();
    assert_eq!(unheard.status.code(), Some(1));
}

fn free_address() -> std::net::SocketAddr {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap()
}

fn get(server: std::net::SocketAddr, path: &str) -> String {
    let mut wire = std::net::TcpStream::connect(server).unwrap();
    write!(
        wire,
        "GET {path} HTTP/1.1\r\nhost: {server}\r\nconnection: close\r\n\r\n"
    )
    .unwrap();
    std::io::read_to_string(wire).unwrap()
}

#[test]
fn a_demo_starts_in_an_empty_folder_with_what_ships_or_with_the_folders_own_workflows() {
    let folder = tempfile::tempdir().unwrap();
    let free = free_address();
    let mut demo = Command::new(env!("CARGO_BIN_EXE_countersign"))
        .args(["demo", "--listen", &free.to_string()])
        .current_dir(folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(demo.stdout.take().unwrap()).lines();
    let ready = lines
        .map_while(Result::ok)
        .any(|line| line.contains("Countersign is ready"));
    let docs = ready.then(|| get(free, "/docs"));
    demo.kill().unwrap();
    let output = demo.wait_with_output().unwrap();
    assert!(ready, "{}", said(&output));

    let docs = docs.unwrap().to_lowercase();
    assert!(
        docs.starts_with("http/1.1 302 ") && docs.contains("location: /docs/\r\n"),
        "{docs}"
    );

    let other = tempfile::tempdir().unwrap();
    std::fs::create_dir(other.path().join("workflows")).unwrap();
    std::fs::write(other.path().join("workflows/own.yaml"), "workflow: own\n").unwrap();
    let own = Command::new(env!("CARGO_BIN_EXE_countersign"))
        .arg("demo")
        .current_dir(other.path())
        .output()
        .unwrap();
    assert!(
        !own.status.success() && said(&own).contains("workflows/own.yaml"),
        "{}",
        said(&own)
    );
}

#[test]
fn a_database_of_another_kind_is_refused_with_what_is_allowed() {
    let folder = tempfile::tempdir().unwrap();
    for url in [
        "mysql://root:secret@host/db",
        "sqlserver:host",
        "postgre://host/db",
        "POSTGRES//host",
        "data.db",
    ] {
        for command in ["doctor", "migrate"] {
            let output = Command::new(env!("CARGO_BIN_EXE_countersign"))
                .args([command, "--database-url", url])
                .current_dir(folder.path())
                .output()
                .unwrap();
            let words = said(&output);
            assert!(
                !output.status.success()
                    && words.contains("sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME")
                    && !words.contains("secret"),
                "{url}: {words}"
            );
        }
    }
    let left: Vec<_> = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert!(left.iter().all(|name| name == "var"), "{left:?}");
}

#[test]
fn a_server_goes_on_when_nobody_reads_what_it_says() {
    let folder = tempfile::tempdir().unwrap();
    let free = free_address();
    let mut server = Command::new(env!("CARGO_BIN_EXE_countersign"))
        .args(["serve", "--data-dir", "data", "--listen", &free.to_string()])
        .current_dir(folder.path())
        .stdout(closed_pipe())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let ready = || std::net::TcpStream::connect(free).is_ok_and(|_| get(free, "/readyz").contains(" 200 "));
    let wait = |tenths: u64| std::thread::sleep(std::time::Duration::from_millis(100 * tenths));
    (0..600).take_while(|_| !ready()).for_each(|_| wait(1));
    // The greeting follows on readiness: a server that ends with it has ended a moment later.
    wait(5);
    assert_eq!((server.try_wait().unwrap(), ready()), (None, true));
    server.kill().unwrap();
    server.wait().unwrap();
}
