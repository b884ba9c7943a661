//! Passwords: argon2id, on blocking threads, few at a time.

use std::time::Duration;

use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use countersign_kernel::id::Entropy;
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::Error;

/// OWASP's second choice: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
/// Verified against when nobody has the e-mail address, so that the work is the same. No password gives it.
const DECOY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
/// So long a sign-in waits for a free thread before it is told to come back.
const PATIENCE: Duration = Duration::from_secs(5);

/// Hashes and verifies passwords; at most as many at once as there are processors.
pub struct Passwords {
    permits: Semaphore,
}

impl Passwords {
    pub fn new(at_once: usize) -> Self {
        Self {
            permits: Semaphore::new(at_once.max(1)),
        }
    }

    /// The PHC string to store.
    pub async fn hash(&self, password: &str, entropy: &dyn Entropy) -> Result<String, Error> {
        let mut salt = [0; 16];
        entropy.fill(&mut salt);
        let password = password.to_owned();
        let _permit = self.permit().await?;
        let hashed = tokio::task::spawn_blocking(move || {
            argon2()
                .and_then(|argon2| argon2.hash_password_with_salt(password.as_bytes(), &salt).ok())
                .map(|hash| hash.to_string())
        });
        hashed
            .await
            .ok()
            .flatten()
            .ok_or(Error::Broken("the password could not be hashed"))
    }

    /// Whether the password gives the stored hash; without one it takes as long and is false.
    pub async fn verify(&self, password: &str, stored: Option<String>) -> Result<bool, Error> {
        let known = stored.is_some();
        let stored = stored.unwrap_or_else(|| DECOY.to_owned());
        let password = password.to_owned();
        let _permit = self.permit().await?;
        let verified = tokio::task::spawn_blocking(move || {
            argon2().is_some_and(|argon2| {
                argon2
                    .verify_password(password.as_bytes(), stored.as_str())
                    .is_ok()
            })
        });
        Ok(verified.await.unwrap_or(false) && known)
    }

    /// A hash that is the same for the same bytes, and takes as long as a password's.
    pub async fn slow(&self, bytes: [u8; 32], salt: &[u8; 16]) -> Result<[u8; 32], Error> {
        let salt = *salt;
        let _permit = self.permit().await?;
        let hashed = tokio::task::spawn_blocking(move || {
            let mut out = [0; 32];
            argon2()?.hash_password_into(&bytes, &salt, &mut out).ok()?;
            Some(out)
        });
        hashed
            .await
            .ok()
            .flatten()
            .ok_or(Error::Broken("the fingerprint could not be made"))
    }

    async fn permit(&self) -> Result<SemaphorePermit<'_>, Error> {
        let waited = tokio::time::timeout(PATIENCE, self.permits.acquire()).await;
        waited.ok().and_then(Result::ok).ok_or(Error::Busy)
    }
}

fn argon2() -> Option<Argon2<'static>> {
    let params = Params::new(MEMORY_KIB, PASSES, 1, None).ok()?;
    Some(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;

    struct Fixed;
    impl Entropy for Fixed {
        fn fill(&self, buffer: &mut [u8]) {
            buffer.fill(7);
        }
    }

    #[tokio::test]
    async fn a_password_verifies_against_its_own_hash_only() {
        let passwords = Passwords::new(2);
        let hash = passwords.hash("countersign-demo", &Fixed).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(
            passwords
                .verify("countersign-demo", Some(hash.clone()))
                .await
                .unwrap()
        );
        assert!(!passwords.verify("countersign-dema", Some(hash)).await.unwrap());
        assert!(!passwords.verify("countersign-demo", None).await.unwrap());
    }

    #[test]
    fn the_decoy_costs_as_much_as_a_real_hash() {
        let (_, rest) = DECOY.split_once("$m=").unwrap();
        assert!(rest.starts_with(&format!("{MEMORY_KIB},t={PASSES},p=1$")));
        // It must be readable, or verifying would end before any work.
        let error = argon2()
            .unwrap()
            .verify_password(b"anything at all", DECOY)
            .unwrap_err();
        assert_eq!(
            error.to_string(),
            argon2::password_hash::Error::PasswordInvalid.to_string()
        );
    }
}
