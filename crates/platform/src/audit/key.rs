//! Ed25519 keys for heads of the chain.

use futures_util::future::BoxFuture;
use jsonwebtoken::jwk::{Jwk, ThumbprintHash};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, crypto};

use super::anchor::{Signature, Signer};

/// PKCS#8 (RFC 8410) around the 32 bytes of an Ed25519 seed.
const PKCS8: [u8; 16] = [
    0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20,
];

/// A key for signing heads.
pub struct Key {
    id: String,
    encoding: EncodingKey,
    decoding: DecodingKey,
}

impl Key {
    /// From a secret of 32 bytes.
    pub fn from_seed(seed: &[u8; 32]) -> Result<Self, String> {
        let encoding = EncodingKey::from_ed_der(&[&PKCS8[..], &seed[..]].concat());
        let jwk = Jwk::from_encoding_key(&encoding, Algorithm::EdDSA).map_err(|error| error.to_string())?;
        let decoding = DecodingKey::from_jwk(&jwk).map_err(|error| error.to_string())?;
        // RFC 7638: whoever has the public key knows its name.
        let id = jwk
            .thumbprint(ThumbprintHash::SHA256)
            .map_err(|error| error.to_string())?;
        Ok(Self {
            id,
            encoding,
            decoding,
        })
    }

    /// The key's name, as checkpoints hold it.
    pub fn id(&self) -> &str {
        &self.id
    }
}

/// The keys that a server has. Servers over one database share the one that signs; those that signed before it are kept,
/// so that what they signed can be verified for as long as the log is kept.
#[derive(Default)]
pub struct Keys {
    signing: Option<Key>,
    /// Keys that no longer sign.
    former: Vec<Key>,
}

impl Keys {
    /// `signing`: none where the server does not have the key of its database.
    pub fn new(signing: Option<Key>, former: Vec<Key>) -> Self {
        Self { signing, former }
    }
}

impl Signer for Keys {
    fn can_sign(&self) -> bool {
        self.signing.is_some()
    }

    fn sign<'a>(&'a self, message: &'a str) -> BoxFuture<'a, Result<(String, String), String>> {
        Box::pin(async move {
            let key = self
                .signing
                .as_ref()
                .ok_or("this server does not have the audit's key")?;
            let signature = crypto::sign(message.as_bytes(), &key.encoding, Algorithm::EdDSA);
            Ok((key.id.clone(), signature.map_err(|error| error.to_string())?))
        })
    }

    fn verify<'a>(
        &'a self,
        key_id: &'a str,
        message: &'a str,
        signature: &'a str,
    ) -> BoxFuture<'a, Result<Signature, String>> {
        Box::pin(async move {
            let mut keys = self.signing.iter().chain(&self.former);
            let Some(key) = keys.find(|key| key.id == key_id) else {
                return Ok(Signature::UnknownKey);
            };
            // What is no signature at all is an error to the library and simply not ours here.
            let verified = crypto::verify(signature, message.as_bytes(), &key.decoding, Algorithm::EdDSA);
            Ok(match verified {
                Ok(true) => Signature::Valid,
                Ok(false) | Err(_) => Signature::Forged,
            })
        })
    }
}
