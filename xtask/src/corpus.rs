//! Lets a scripted company work and keeps what it leaves: see `crates/server/src/corpus`.

use std::process::Command;

pub(crate) fn write() -> anyhow::Result<()> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let test = [
        "test",
        "--workspace",
        "--locked",
        "--quiet",
        "--bin",
        "countersign",
        "--",
        "--ignored",
        "--exact",
        "corpus::write_a_corpus",
    ];
    let status = Command::new(cargo)
        .args(test)
        .current_dir(crate::tidy::root())
        .status()?;
    anyhow::ensure!(status.success(), "nothing was kept");
    Ok(())
}
