//! The keys that sign access tokens: made here, kept in the database, rotated without a restart.

use chrono::TimeDelta;
use countersign_kernel::id::Entropy;
use countersign_kernel::time::Instant;
use jsonwebtoken::jwk::{Jwk, JwkSet, KeyAlgorithm, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey};

use crate::Error;

/// A successor is made when the newest key has signed for so long.
pub const SIGNS_FOR: TimeDelta = TimeDelta::days(30);
/// A new key stands in the JWKS so long before it signs, so that who caches the JWKS knows it in time.
pub const ANNOUNCED_FOR: TimeDelta = TimeDelta::hours(1);
/// A key verifies so long after its successor began to sign: longer than any token lives.
pub const VERIFIES_AFTER: TimeDelta = TimeDelta::hours(1);
/// PKCS#8 (RFC 8410) around the 32 bytes of an Ed25519 seed.
const PKCS8: [u8; 16] = [
    0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20,
];

/// A key as it is kept.
#[derive(Clone)]
pub struct KeptKey {
    /// Its `kid`.
    pub id: String,
    pub seed: [u8; 32],
    pub signs_from: Instant,
}

impl KeptKey {
    pub fn mint(entropy: &dyn Entropy, signs_from: Instant) -> Self {
        let mut seed = [0; 32];
        entropy.fill(&mut seed);
        Self {
            id: countersign_kernel::id::encode(entropy.uuid(signs_from)),
            seed,
            signs_from,
        }
    }
}

/// A key ready for use.
pub struct SigningKey {
    pub id: String,
    pub encoding: EncodingKey,
    pub decoding: DecodingKey,
    jwk: Jwk,
    signs_from: Instant,
}

impl SigningKey {
    fn ready(kept: &KeptKey) -> Result<Self, Error> {
        let broken = |_| Error::Broken("a signing key in the database is damaged");
        let encoding = EncodingKey::from_ed_der(&[&PKCS8[..], &kept.seed[..]].concat());
        let mut jwk = Jwk::from_encoding_key(&encoding, Algorithm::EdDSA).map_err(broken)?;
        jwk.common.key_id = Some(kept.id.clone());
        jwk.common.key_algorithm = Some(KeyAlgorithm::EdDSA);
        jwk.common.public_key_use = Some(PublicKeyUse::Signature);
        let decoding = DecodingKey::from_jwk(&jwk).map_err(broken)?;
        Ok(Self {
            id: kept.id.clone(),
            encoding,
            decoding,
            jwk,
            signs_from: kept.signs_from,
        })
    }
}

/// All keys that may sign or verify, oldest first.
#[derive(Default)]
pub struct KeySet {
    keys: Vec<SigningKey>,
}

impl KeySet {
    pub fn new(mut kept: Vec<KeptKey>) -> Result<Self, Error> {
        kept.sort_by(|one, other| (one.signs_from, &one.id).cmp(&(other.signs_from, &other.id)));
        Ok(Self {
            keys: kept.iter().map(SigningKey::ready).collect::<Result<_, _>>()?,
        })
    }

    /// The newest key whose time has come.
    pub fn signer(&self, now: Instant) -> Option<&SigningKey> {
        self.keys.iter().rev().find(|key| key.signs_from <= now)
    }

    /// The key of that id, unless its time is over.
    pub fn verifier(&self, id: &str, now: Instant) -> Option<&SigningKey> {
        self.standing(now).find(|key| key.id == id)
    }

    /// When the key that follows the newest should begin to sign, if it is time to announce it.
    pub fn successor_due(&self, now: Instant) -> Option<Instant> {
        match self.keys.last() {
            None => Some(now),
            Some(newest) => {
                let turn = newest.signs_from.plus(SIGNS_FOR);
                (now >= turn.plus(-ANNOUNCED_FOR)).then(|| turn.max(now.plus(ANNOUNCED_FOR)))
            }
        }
    }

    /// The public halves, for `/.well-known/jwks.json`.
    pub fn jwks(&self, now: Instant) -> JwkSet {
        JwkSet {
            keys: self.standing(now).map(|key| key.jwk.clone()).collect(),
        }
    }

    fn standing(&self, now: Instant) -> impl Iterator<Item = &SigningKey> {
        let successors = self.keys.iter().skip(1).map(Some).chain(std::iter::once(None));
        self.keys
            .iter()
            .zip(successors)
            .filter(move |(_, next)| next.is_none_or(|next| now < next.signs_from.plus(VERIFIES_AFTER)))
            .map(|(key, _)| key)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;

    fn key(id: &str, fill: u8, signs_from: Instant) -> KeptKey {
        KeptKey {
            id: id.into(),
            seed: [fill; 32],
            signs_from,
        }
    }

    #[test]
    fn keys_hand_over_without_a_gap() {
        let start = Instant::from_millis(1_700_000_000_000);
        let turn = start.plus(SIGNS_FOR);
        let set = KeySet::new(vec![key("new", 2, turn), key("old", 1, start)]).unwrap();
        let signer = |at| set.signer(at).map(|key| key.id.clone());
        assert_eq!(signer(turn.plus(-TimeDelta::seconds(1))).as_deref(), Some("old"));
        assert_eq!(signer(turn).as_deref(), Some("new"));
        assert!(set.verifier("new", start).is_some(), "announced before it signs");
        assert!(
            set.verifier("old", turn.plus(TimeDelta::minutes(30))).is_some(),
            "tokens outlive the hand-over"
        );
        assert!(set.verifier("old", turn.plus(VERIFIES_AFTER)).is_none());
        assert_eq!(set.jwks(turn.plus(VERIFIES_AFTER)).keys.len(), 1);
    }

    #[test]
    fn a_successor_is_announced_before_its_turn() {
        let start = Instant::from_millis(1_700_000_000_000);
        assert_eq!(KeySet::default().successor_due(start), Some(start));
        let set = KeySet::new(vec![key("a", 1, start)]).unwrap();
        let turn = start.plus(SIGNS_FOR);
        assert_eq!(set.successor_due(turn.plus(-TimeDelta::days(1))), None);
        assert_eq!(set.successor_due(turn.plus(-ANNOUNCED_FOR)), Some(turn));
        let late = turn.plus(TimeDelta::days(9));
        assert_eq!(
            set.successor_due(late),
            Some(late.plus(ANNOUNCED_FOR)),
            "also after a long stop"
        );
    }

    #[test]
    fn the_published_key_is_public_only() {
        let set = KeySet::new(vec![key("a", 1, Instant::from_millis(0))]).unwrap();
        let shown = serde_json::to_value(set.jwks(Instant::from_millis(1))).unwrap();
        assert_eq!(shown["keys"][0]["kty"], "OKP");
        assert_eq!(shown["keys"][0]["crv"], "Ed25519");
        assert_eq!(shown["keys"][0]["alg"], "EdDSA");
        assert_eq!(shown["keys"][0]["use"], "sig");
        assert_eq!(shown["keys"][0]["kid"], "a");
        assert!(shown["keys"][0].get("d").is_none());
    }
}
