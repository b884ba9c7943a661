//! The key that signs the audit's heads. It lies beside the database, not in it; the database knows its id alone, so that
//! all servers over it sign with one key, and a server that has another one, or none, says so.

use std::fs;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use countersign_identity::house;
use countersign_kernel::id::Entropy;
use countersign_platform::audit::{Key, Keys};
use countersign_storage::Db;

use crate::config::Config;

const FILE: &str = "audit.key";
/// Keys that signed before, each with its id behind this.
const FORMER: &str = "audit.key.former-";
/// The name of its id in the database.
const NAME: &str = "audit_key";

/// Makes the key at the very first start over a database, and tells the database its id.
pub(crate) async fn settle(config: &Config, db: &Db, entropy: &dyn Entropy) -> anyhow::Result<()> {
    let path = config.data_dir.join(FILE);
    let known = house::known(db, NAME).await?;
    if known.is_none() {
        let made = make(&path, entropy)?;
        let key = read(&path)?.with_context(|| format!("{} is gone", path.display()))?;
        let kept = house::keep_first(db, NAME, raw_id(key.id())?).await?;
        if made && kept != raw_id(key.id())? {
            // Another server over this database was first: theirs is the key, and this one never signed.
            fs::remove_file(&path).with_context(|| format!("{} cannot be removed", path.display()))?;
        }
    }
    if let Some(missing) = missing(config, db).await? {
        tracing::error!(
            "{} is not the audit's key of this database ({missing}), so this server neither seals nor signs; copy {FILE} \
             from the data folder of the server that made it, or share that folder",
            path.display()
        );
    }
    Ok(())
}

/// The id of the database's key, if this server does not have it.
pub(crate) async fn missing(config: &Config, db: &Db) -> anyhow::Result<Option<String>> {
    let own = read(&config.data_dir.join(FILE))?;
    let known = known_id(db).await?;
    Ok(known.filter(|known| own.is_none_or(|key| key.id() != known)))
}

/// The id of the database's key; none before the very first start.
async fn known_id(db: &Db) -> anyhow::Result<Option<String>> {
    let known = house::known(db, NAME).await?;
    Ok(known.map(|id| URL_SAFE_NO_PAD.encode(id)))
}

/// The keys in the data folder; the one there signs, if it is that of the database.
pub(crate) async fn open(config: &Config, db: &Db) -> anyhow::Result<Keys> {
    let mut former = Vec::new();
    for path in former_files(&config.data_dir)? {
        former.extend(read(&path)?);
    }
    let known = known_id(db).await?;
    Ok(match read(&config.data_dir.join(FILE))? {
        Some(key) if known.as_deref() == Some(key.id()) => Keys::new(Some(key), former),
        own => {
            former.extend(own);
            Keys::new(None, former)
        }
    })
}

/// Puts a new key in the place of the database's own, which was lost or must no longer be used. What was signed before can
/// be verified with the former key's file, if there is one.
pub(crate) async fn replace(config: &Config, db: &Db, entropy: &dyn Entropy) -> anyhow::Result<String> {
    let path = config.data_dir.join(FILE);
    if let Some(old) = read(&path)? {
        let kept = config.data_dir.join(format!("{FORMER}{}", old.id()));
        fs::rename(&path, &kept).with_context(|| format!("{} cannot be renamed", path.display()))?;
    }
    make(&path, entropy)?;
    let key = read(&path)?.with_context(|| format!("{} is gone", path.display()))?;
    house::replace(db, NAME, raw_id(key.id())?).await?;
    Ok(key.id().to_owned())
}

fn raw_id(id: &str) -> anyhow::Result<[u8; 32]> {
    let bytes = URL_SAFE_NO_PAD.decode(id)?;
    bytes
        .try_into()
        .map_err(|_| anyhow::anyhow!("the audit key's id is no SHA-256"))
}

/// Makes a key file whole or not at all; false where there is one. Servers that share the folder make one key.
fn make(path: &Path, entropy: &dyn Entropy) -> anyhow::Result<bool> {
    if path.exists() {
        return Ok(false);
    }
    let (mut seed, mut name) = ([0; 32], [0; 8]);
    entropy.fill(&mut seed);
    entropy.fill(&mut name);
    let new = path.with_extension(format!("key.new-{}", u64::from_be_bytes(name)));
    let linked = write(&new, &STANDARD.encode(seed)).and_then(|()| fs::hard_link(&new, path));
    let removed = fs::remove_file(&new);
    match linked {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => return Ok(false),
        linked => linked.with_context(|| format!("{} cannot be written", path.display()))?,
    }
    removed.with_context(|| format!("{} cannot be removed", new.display()))?;
    if let Some(folder) = path.parent() {
        let synced = fs::File::open(folder).and_then(|folder| folder.sync_all());
        synced.with_context(|| format!("{} cannot be synced", folder.display()))?;
    }
    Ok(true)
}

fn write(path: &Path, text: &str) -> std::io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

fn read(path: &Path) -> anyhow::Result<Option<Key>> {
    let kept = match fs::read_to_string(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        kept => kept.with_context(|| format!("{} cannot be read", path.display()))?,
    };
    let seed = STANDARD
        .decode(kept.trim())
        .ok()
        .and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
    let seed = seed.with_context(|| format!("{} is damaged: restore it from a backup", path.display()))?;
    let key = Key::from_seed(&seed).map_err(|why| anyhow::anyhow!("{}: {why}", path.display()))?;
    Ok(Some(key))
}

fn former_files(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.with_context(|| format!("{} cannot be read", folder.display()))?,
    };
    let mut files = Vec::new();
    for entry in entries {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(FORMER) {
            files.push(entry.path());
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use countersign_platform::audit::{Signature, Signer as _};
    use countersign_testkit::{SeededEntropy, for_each_database};

    use super::*;

    fn server(folder: &tempfile::TempDir) -> Config {
        Config {
            data_dir: folder.path().to_owned(),
            ..Config::default()
        }
    }

    #[tokio::test]
    async fn servers_over_one_database_sign_with_one_key() {
        for_each_database(|db| async move {
            let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
            let [first, second] = folders.each_ref().map(server);
            let entropy = SeededEntropy::new(1);
            for config in [&first, &second, &first] {
                settle(config, &db, &entropy).await.unwrap();
            }
            assert!(open(&first, &db).await.unwrap().can_sign());
            assert_eq!(missing(&first, &db).await.unwrap(), None);
            let lacks = open(&second, &db).await.unwrap();
            assert!(!lacks.can_sign(), "it does not sign with a key of its own");
            assert!(missing(&second, &db).await.unwrap().is_some());
            assert!(!second.data_dir.join(FILE).exists(), "nor makes one");
            // The remedy.
            fs::copy(first.data_dir.join(FILE), second.data_dir.join(FILE)).unwrap();
            assert!(open(&second, &db).await.unwrap().can_sign());
        })
        .await;
    }

    #[tokio::test]
    async fn servers_that_start_at_once_over_one_folder_make_one_key() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        let entropy = SeededEntropy::new(2);
        let made: Vec<bool> = std::thread::scope(|scope| {
            let tries = [0; 16].map(|_| scope.spawn(|| make(&path, &entropy).unwrap()));
            tries.map(|each| each.join().unwrap()).into()
        });
        assert_eq!(made.iter().filter(|made| **made).count(), 1);
        assert!(read(&path).unwrap().is_some());
        assert_eq!(
            fs::read_dir(folder.path()).unwrap().count(),
            1,
            "nothing else is left there"
        );
    }

    #[tokio::test]
    async fn a_replaced_key_still_verifies_what_it_signed() {
        for_each_database(|db| async move {
            let folder = tempfile::tempdir().unwrap();
            let (config, entropy) = (server(&folder), SeededEntropy::new(3));
            settle(&config, &db, &entropy).await.unwrap();
            let (id, signature) = open(&config, &db).await.unwrap().sign("a head").await.unwrap();
            let new = replace(&config, &db, &entropy).await.unwrap();
            assert_ne!(new, id);
            let keys = open(&config, &db).await.unwrap();
            assert_eq!(keys.sign("a head").await.unwrap().0, new);
            let verdict = async |id: &str, message| keys.verify(id, message, &signature).await.unwrap();
            assert_eq!(verdict(&id, "a head").await, Signature::Valid);
            assert_eq!(verdict(&id, "another").await, Signature::Forged);
            assert_eq!(verdict(&new, "a head").await, Signature::Forged);
            assert_eq!(verdict("x", "a head").await, Signature::UnknownKey);
        })
        .await;
    }
}
