//! Every command and every file of the documentation, run as a newcomer would run them.
//!
//! The `sh` blocks of a page are one session, so a later one may use what an earlier one has set.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context as _;
use countersign_acceptance::Server;
use countersign_acceptance::server::{binary, root};

/// A fenced block of a page: its language, its text, and the words after it.
struct Block {
    language: String,
    text: String,
    after: String,
}

fn blocks(page: &str) -> Vec<Block> {
    let mut found: Vec<Block> = Vec::new();
    let mut inside = false;
    for line in page.lines() {
        if let Some(language) = line.strip_prefix("```") {
            inside = !inside;
            if inside {
                found.push(Block {
                    language: language.to_owned(),
                    text: String::new(),
                    after: String::new(),
                });
            }
        } else if let Some(block) = found.last_mut() {
            let text = if inside { &mut block.text } else { &mut block.after };
            text.push_str(line);
            text.push('\n');
        }
    }
    found
}

/// The name after ``Save it as `…` ``.
fn saved_as(block: &Block) -> Option<&str> {
    block
        .after
        .trim_start()
        .strip_prefix("Save it as `")?
        .split('`')
        .next()
}

/// The README and everything in `docs`.
fn pages() -> anyhow::Result<Vec<PathBuf>> {
    let mut pages = vec![root().join("README.md")];
    let mut folders = vec![root().join("docs")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                pages.push(path);
            }
        }
    }
    pages.sort();
    Ok(pages)
}

fn has(program: &str) -> bool {
    Command::new(program)
        .arg("--version")
        .output()
        .is_ok_and(|output| output.status.success())
}

/// Whether this machine has what the pages' commands use; says what it lacks.
fn equipped(programs: &[&str]) -> bool {
    let missing: Vec<&&str> = programs.iter().filter(|program| !has(program)).collect();
    if !missing.is_empty() {
        println!("docs: not run, this machine has no {missing:?}");
    }
    missing.is_empty()
}

/// A folder as a newcomer has it: the workflows, and `countersign` on the path.
struct Desk(tempfile::TempDir);

impl Desk {
    fn set_up() -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        std::os::unix::fs::symlink(root().join("workflows"), folder.path().join("workflows"))?;
        std::fs::create_dir(folder.path().join("bin"))?;
        std::os::unix::fs::symlink(binary()?, folder.path().join("bin/countersign"))?;
        Ok(Self(folder))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    /// Runs a script; what it printed. Fails with all of that if the script did.
    fn run(&self, script: &str) -> anyhow::Result<String> {
        let script =
            format!("export PATH=\"$PWD/bin:$PATH\" NO_PROXY=127.0.0.1 no_proxy=127.0.0.1\n{script}");
        let output = Command::new("bash")
            .args(["-eu", "-c", &script])
            .current_dir(self.path())
            .output()?;
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        anyhow::ensure!(
            output.status.success(),
            "{}\n{said}\n{}",
            output.status,
            String::from_utf8_lossy(&output.stderr)
        );
        Ok(said)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_command_of_the_pages_runs() -> anyhow::Result<()> {
    if !equipped(&["bash", "curl", "python3", "sed"]) {
        return Ok(());
    }
    let server = Server::demo(&["--fresh"]).await?;
    let mut count = 0;
    for page in pages()? {
        let desk = Desk::set_up()?;
        let blocks = blocks(&std::fs::read_to_string(&page)?);
        let mut session = String::new();
        // A page that shows what is refused says "answers 4…" after it; anything else must succeed.
        let mut refusals = 0;
        for block in &blocks {
            if let Some(name) = saved_as(block) {
                std::fs::write(desk.path().join(name), &block.text)?;
            }
            if block.language == "sh" && !block.text.starts_with("cargo") {
                session.push_str(&block.text.replace("http://127.0.0.1:8080", &server.base()));
                session.push_str("\necho\n");
                refusals += usize::from(block.after.trim_start().starts_with("answers 4"));
                count += 1;
            }
        }
        let said = desk.run(&session).with_context(|| page.display().to_string())?;
        let refused = said.matches("\"type\":\"/problems/").count();
        assert_eq!(
            refused,
            refusals,
            "{}: refused although the page does not say so:\n{said}",
            page.display()
        );
    }
    println!("docs: {count} blocks of commands run");
    Ok(())
}

#[test]
fn every_workflow_of_the_pages_is_sound() -> anyhow::Result<()> {
    let desk = Desk::set_up()?;
    let mut count = 0;
    for page in pages()? {
        let page_text = std::fs::read_to_string(&page)?;
        for block in blocks(&page_text)
            .iter()
            .filter(|block| block.language == "yaml" && block.text.starts_with("workflow:"))
        {
            let file = desk.path().join("shown.yaml");
            std::fs::write(&file, &block.text)?;
            for verb in ["check", "test"] {
                let output = Command::new(binary()?)
                    .args(["workflow", verb])
                    .arg(&file)
                    .output()?;
                let said = String::from_utf8_lossy(&output.stdout).into_owned()
                    + &String::from_utf8_lossy(&output.stderr);
                assert!(
                    output.status.success(),
                    "{} {verb}: {said}\n{}",
                    page.display(),
                    block.text
                );
            }
            count += 1;
        }
    }
    assert!(count > 0, "the pages show no workflow");
    println!("docs: {count} workflows checked, and their stories run");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_quickstart_walks_to_its_end() -> anyhow::Result<()> {
    if !equipped(&["bash", "curl", "python3"]) {
        return Ok(());
    }
    let server = Server::demo(&["--fresh"]).await?;
    let script = root().join("examples/quickstart.sh");
    let said = Desk::set_up()?.run(&format!("bash '{}' {}", script.display(), server.base()))?;
    for wanted in ["is approved.", "its contract is CON-", "refused with 40"] {
        assert!(said.contains(wanted), "{wanted}: {said}");
    }
    Ok(())
}

/// Where a page's links lead, as far as they stay in the project.
fn links(page: &str) -> Vec<&str> {
    let targets = page.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    targets
        .map(|target| target.split('#').next().unwrap_or_default())
        .filter(|target| !target.is_empty() && !target.contains("://"))
        .collect()
}

#[test]
fn every_link_leads_somewhere() -> anyhow::Result<()> {
    let mut broken = Vec::new();
    for page in pages()? {
        let folder = page.parent().context("a page stands in a folder")?;
        let text = std::fs::read_to_string(&page)?;
        for target in links(&text) {
            if !folder.join(target).exists() {
                broken.push(format!("{}: {target}", page.display()));
            }
        }
    }
    assert!(broken.is_empty(), "links that lead nowhere: {broken:#?}");
    Ok(())
}
