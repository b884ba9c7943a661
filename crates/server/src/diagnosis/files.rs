//! What `doctor` says of uploaded files: whether the table and the store of their bytes agree.

use countersign_identity::tenants;
use countersign_kernel::time::Clock as _;
use countersign_platform::files::{Comparison, Differences, Shelf, SweepError, compare};
use countersign_storage::Db;

use super::Finding;
use crate::clock::SystemClock;
use crate::config::Config;

pub(super) async fn examine(config: &Config, db: &Db) -> Vec<Finding> {
    match compared(config, db).await {
        Ok(found) => findings(&found),
        Err(error) => vec![Finding::wrong(
            format!("uploaded files cannot be compared with their table: {error}"),
            "let this user read the folder `files` in the data folder (`data_dir`)",
        )],
    }
}

async fn compared(config: &Config, db: &Db) -> Result<Comparison, SweepError> {
    let shelf = Shelf::new(config.files_dir(), config.upload_bytes_max);
    let all = tenants::store::all(&*db.across_tenants().await?).await?;
    compare(db, &shelf, &all, SystemClock.now()).await
}

fn findings(found: &Comparison) -> Vec<Finding> {
    let mut findings = Vec::new();
    if found.missing.count > 0 {
        findings.push(Finding::wrong(
            format!("{} files have lost their bytes: {}", found.missing.count, first(&found.missing)),
            "restore the folder `files` from the backup that belongs to this database, or check `data_dir` and \
             whether all servers share it; until then they answer 410 `file_missing`",
        ));
    }
    if found.other_size.count > 0 {
        findings.push(Finding::wrong(
            format!(
                "{} files have another size than they were uploaded with: {}",
                found.other_size.count,
                first(&found.other_size)
            ),
            "restore them from a backup, and check the disk; until then they answer 410 `file_missing`",
        ));
    }
    if found.unnamed.count > 0 {
        findings.push(Finding::mind(
            format!("{} contents belong to no file: {}", found.unnamed.count, first(&found.unnamed)),
            "a running server deletes them within a day; if they are younger than the database that was restored, \
             copy them away first",
        ));
    }
    if found.strangers.count > 0 {
        findings.push(Finding::mind(
            format!(
                "the folder `files` holds {} tenants that are not in this database: {}",
                found.strangers.count,
                first(&found.strangers)
            ),
            "check that `database_url` and `data_dir` belong together; nothing of theirs is deleted",
        ));
    }
    if found.missing.count + found.other_size.count == 0 {
        findings.push(Finding::Fine(format!(
            "the bytes of all {} files are there",
            found.files
        )));
    }
    findings
}

/// The first names, and that there are more.
fn first(of: &Differences) -> String {
    let more = if of.count > of.first.len() as u64 {
        ", …"
    } else {
        ""
    };
    format!("{}{more}", of.first.join(", "))
}
