//! Taking a content from the store so that an upload of the same content at the same moment keeps it.
//!
//! An upload names its bytes by their hash before its row exists, and several servers may share the folder, so neither a
//! lock of ours nor the table can tell whether a content will be wanted. The time of its last writing can: the bytes of an
//! upload are young. A content is first moved to a name of its own, which nobody else acts on, and then judged there: if it is
//! young, an upload put it there after all, and it goes back.

use std::io;

use countersign_kernel::id::TenantId;
use countersign_kernel::time::Instant;
use uuid::Uuid;

use super::Shelf;
use super::listing::{is_content, written};

/// Deletes a content that was last written before an instant; whether it did. `aside` is a number that nobody else has.
pub(super) async fn remove(
    shelf: &Shelf,
    tenant: TenantId,
    sha256: &str,
    before: Instant,
    aside: Uuid,
) -> io::Result<bool> {
    let from = shelf.path(tenant, sha256);
    settle(shelf, tenant, sha256, from, aside, |at| at < before).await
}

/// Finishes what a server left half done that stopped in [`remove`]: what is named again, or young, goes back.
pub(super) async fn recover(
    shelf: &Shelf,
    tenant: TenantId,
    left: &str,
    is_named: bool,
    before: Instant,
    aside: Uuid,
) -> io::Result<bool> {
    let Some(sha256) = set_aside(left) else {
        return Ok(false);
    };
    let from = shelf.incoming(tenant).join(left);
    settle(shelf, tenant, sha256, from, aside, |at| !is_named && at < before).await
}

/// The content that was set aside under this name, if it is such a name.
pub(super) fn set_aside(name: &str) -> Option<&str> {
    let (sha256, number) = name.split_once('.')?;
    (is_content(sha256) && Uuid::try_parse(number).is_ok()).then_some(sha256)
}

async fn settle(
    shelf: &Shelf,
    tenant: TenantId,
    sha256: &str,
    from: std::path::PathBuf,
    aside: Uuid,
    is_old: impl FnOnce(Instant) -> bool,
) -> io::Result<bool> {
    let incoming = shelf.incoming(tenant);
    tokio::fs::create_dir_all(&incoming).await?;
    let own = incoming.join(format!("{sha256}.{}", aside.simple()));
    let settled = async {
        tokio::fs::rename(&from, &own).await?;
        if is_old(written(&tokio::fs::metadata(&own).await?)?) {
            tokio::fs::remove_file(&own).await?;
            return Ok::<_, io::Error>(true);
        }
        let shelved = shelf.path(tenant, sha256);
        if let Some(folder) = shelved.parent() {
            tokio::fs::create_dir_all(folder).await?;
        }
        tokio::fs::rename(&own, &shelved).await?;
        Ok(false)
    };
    match settled.await {
        // Another server was first.
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;

    const TENANT: TenantId = TenantId(Uuid::from_u128(1));
    const ASIDE: Uuid = Uuid::from_u128(7);

    /// A store with one content, and the instant at which it was written.
    fn store() -> (tempfile::TempDir, Shelf, String, Instant) {
        let folder = tempfile::tempdir().unwrap();
        let shelf = Shelf::new(folder.path(), 10);
        let sha256 = "ab".repeat(32);
        let path = shelf.path(TENANT, &sha256);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, "hello").unwrap();
        let at = written(&path.metadata().unwrap()).unwrap();
        (folder, shelf, sha256, at)
    }

    fn later(at: Instant, millis: i64) -> Instant {
        Instant::from_millis(at.millis() + millis)
    }

    #[tokio::test]
    async fn what_is_old_goes_and_what_an_upload_wrote_at_the_last_moment_stays() {
        let (_folder, shelf, sha256, at) = store();
        let path = shelf.path(TENANT, &sha256);
        assert!(!remove(&shelf, TENANT, &sha256, at, ASIDE).await.unwrap());
        assert!(path.exists());
        assert!(
            remove(&shelf, TENANT, &sha256, later(at, 1), ASIDE)
                .await
                .unwrap()
        );
        assert!(!path.exists());
        assert!(
            !remove(&shelf, TENANT, &sha256, later(at, 1), ASIDE)
                .await
                .unwrap()
        );
        let left = std::fs::read_dir(shelf.incoming(TENANT)).unwrap().count();
        assert_eq!(left, 0);
    }

    #[tokio::test]
    async fn what_a_dead_server_set_aside_goes_back_if_it_is_named_or_young() {
        for (is_named, is_old, stays) in [(true, true, true), (false, false, true), (false, true, false)] {
            let (_folder, shelf, sha256, at) = store();
            let (path, left) = (
                shelf.path(TENANT, &sha256),
                format!("{sha256}.{}", ASIDE.simple()),
            );
            std::fs::create_dir_all(shelf.incoming(TENANT)).unwrap();
            std::fs::rename(&path, shelf.incoming(TENANT).join(&left)).unwrap();
            let before = later(at, i64::from(is_old));
            let gone = recover(&shelf, TENANT, &left, is_named, before, Uuid::from_u128(8))
                .await
                .unwrap();
            assert_eq!((gone, path.exists()), (!stays, stays));
        }
    }
}
