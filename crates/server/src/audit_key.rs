//! The key that signs the audit's checkpoints: it lies beside the database, not in it.

use anyhow::Context as _;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use countersign_kernel::id::Entropy;
use countersign_platform::audit::Key;

use crate::config::Config;

/// Reads the key from its file in the data folder, or makes it at the first start.
pub(crate) fn open(config: &Config, entropy: &dyn Entropy) -> anyhow::Result<Key> {
    let path = config.data_dir.join("audit.key");
    if !path.exists() {
        let mut seed = [0; 32];
        entropy.fill(&mut seed);
        std::fs::write(&path, STANDARD.encode(seed))
            .with_context(|| format!("{} cannot be written", path.display()))?;
    }
    let kept =
        std::fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
    let seed = STANDARD
        .decode(kept.trim())
        .ok()
        .and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
    let seed = seed.with_context(|| format!("{} is damaged: restore it from a backup", path.display()))?;
    Key::from_seed(&seed).map_err(|why| anyhow::anyhow!("{}: {why}", path.display()))
}
