//! Secrets that we hand out once and keep as a hash: refresh tokens, API keys, set-up and password links.

use std::fmt::Write as _;

use countersign_kernel::id::{self, Entropy};
use countersign_kernel::text;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use uuid::Uuid;

/// Letters of an id in Crockford base32.
const ID_LETTERS: usize = 26;

/// 256 bits that nobody can guess, written in 52 characters of Crockford base32.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret([u8; 32]);

impl Secret {
    pub fn mint(entropy: &dyn Entropy) -> Self {
        let mut bytes = [0; 32];
        entropy.fill(&mut bytes);
        Self(bytes)
    }

    pub fn parse(text: &str) -> Option<Self> {
        let (first, second) = text.split_at_checked(ID_LETTERS)?;
        Some(Self::joined(id::decode(first)?, id::decode(second)?))
    }

    pub fn text(&self) -> String {
        let [first, second] = self.halves();
        id::encode(first) + &id::encode(second)
    }

    /// What is stored. A plain hash is enough: there is nothing to guess among 2^256 values.
    pub fn hash(&self) -> String {
        hex(&Sha256::digest(self.0))
    }

    /// Whether `stored` is this secret's hash; takes the same time wherever they differ.
    pub fn matches(&self, stored: &str) -> bool {
        self.hash().as_bytes().ct_eq(stored.as_bytes()).into()
    }

    /// The secret that follows this one under a salt. Who has this secret and the salt finds the same heir again,
    /// so that two tabs that refresh at once go on with one token; a copy of the database alone finds nothing.
    pub fn heir(&self, salt: &Self) -> Self {
        let mut hash = Sha256::new();
        hash.update(b"countersign refresh heir");
        hash.update(self.0);
        hash.update(salt.0);
        Self(hash.finalize().into())
    }

    fn halves(&self) -> [Uuid; 2] {
        let bits = |from: usize| {
            self.0
                .iter()
                .skip(from)
                .take(16)
                .fold(0_u128, |bits, byte| (bits << 8) | u128::from(*byte))
        };
        [Uuid::from_u128(bits(0)), Uuid::from_u128(bits(16))]
    }

    fn joined(first: Uuid, second: Uuid) -> Self {
        let mut bytes = [0; 32];
        for (to, from) in bytes
            .iter_mut()
            .zip(first.as_bytes().iter().chain(second.as_bytes()))
        {
            *to = *from;
        }
        Self(bytes)
    }
}

/// Never shown by accident, in a log or a panic.
impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// A secret as it is handed out: a prefix that says what it opens, the ids that say whose it is (so that no look-up across
/// tenants is needed), `_`, and the secret.
pub fn token<const IDS: usize>(prefix: &str, ids: [Uuid; IDS], secret: &Secret) -> String {
    let ids: String = ids.into_iter().map(id::encode).collect();
    format!("{prefix}{ids}_{}", secret.text())
}

/// The ids and the secret of a [`token`] with this prefix.
pub fn read_token<const IDS: usize>(prefix: &str, text: &str) -> Result<([Uuid; IDS], Secret), Malformed> {
    let (mut names, secret) = text
        .strip_prefix(prefix)
        .and_then(|rest| rest.split_once('_'))
        .ok_or(Malformed)?;
    let mut ids = [Uuid::nil(); IDS];
    for id in &mut ids {
        let (name, rest) = names.split_at_checked(ID_LETTERS).ok_or(Malformed)?;
        *id = id::decode(name).ok_or(Malformed)?;
        names = rest;
    }
    if names.is_empty() {
        Ok((ids, Secret::parse(secret).ok_or(Malformed)?))
    } else {
        Err(Malformed)
    }
}

/// Not a token of this kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Malformed;

/// Bytes in lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

/// The inverse of [`hex`].
pub(crate) fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text
        .chars()
        .map(|digit| digit.to_digit(16).map(|value| value as u8))
        .collect::<Option<_>>()?;
    let pairs = digits.chunks_exact(2);
    pairs.remainder().is_empty().then(|| {
        pairs
            .filter_map(|pair| Some((pair.first()? << 4) | pair.get(1)?))
            .collect()
    })
}

/// The hash under which sign-in looks an e-mail address up across tenants, however it is spelt.
pub(crate) fn email_hash(email: &str) -> String {
    hex(&Sha256::digest(text::key(email)))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;

    struct Counting;
    impl Entropy for Counting {
        fn fill(&self, buffer: &mut [u8]) {
            for (byte, value) in buffer.iter_mut().zip(1..) {
                *byte = value;
            }
        }
    }

    #[test]
    fn a_secret_reads_back_what_it_wrote_and_only_that() {
        let secret = Secret::mint(&Counting);
        assert_eq!(secret.text().len(), 52);
        assert_eq!(Secret::parse(&secret.text()).unwrap(), secret);
        for text in [
            "",
            "csk",
            &secret.text()[1..],
            &secret.text().to_uppercase(),
            &format!("{}0", secret.text()),
            "é",
        ] {
            assert!(Secret::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn only_its_own_hash_matches_and_it_is_not_the_secret() {
        let secret = Secret::mint(&Counting);
        assert!(secret.matches(&secret.hash()));
        assert!(!secret.matches(&secret.text()));
        assert!(!secret.matches(""));
        assert!(!format!("{secret:?}").contains(&secret.text()));
    }

    #[test]
    fn an_heir_depends_on_both_parent_and_salt() {
        let (one, two) = (Secret([1; 32]), Secret([2; 32]));
        assert_eq!(one.heir(&two), one.heir(&two));
        assert_ne!(one.heir(&two), two.heir(&one));
        assert_ne!(one.heir(&two), one.heir(&one));
    }

    #[test]
    fn an_address_is_one_however_it_is_spelt() {
        assert_eq!(email_hash("Ann@Acme.example"), email_hash(" ann@acme.example"));
        assert_eq!(
            email_hash("JÖRG@acme.example"),
            email_hash("jo\u{308}rg@acme.example")
        );
    }
}
