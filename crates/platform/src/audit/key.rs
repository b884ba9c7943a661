//! An Ed25519 key for heads of the chain.

use futures_util::future::BoxFuture;
use jsonwebtoken::jwk::{Jwk, ThumbprintHash};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, crypto};

use super::anchor::Signer;

/// PKCS#8 (RFC 8410) around the 32 bytes of an Ed25519 seed.
const PKCS8: [u8; 16] = [
    0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20,
];

/// The server's key for signing heads. It is never rotated: what it signed must verify for as long as the log is kept.
pub struct Key {
    id: String,
    encoding: EncodingKey,
    decoding: DecodingKey,
}

impl Key {
    /// From the server's secret of 32 bytes; servers over one database share it.
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

impl Signer for Key {
    fn sign<'a>(&'a self, message: &'a str) -> BoxFuture<'a, Result<(String, String), String>> {
        Box::pin(async move {
            let signature = crypto::sign(message.as_bytes(), &self.encoding, Algorithm::EdDSA);
            Ok((self.id.clone(), signature.map_err(|error| error.to_string())?))
        })
    }

    fn verify<'a>(
        &'a self,
        key_id: &'a str,
        message: &'a str,
        signature: &'a str,
    ) -> BoxFuture<'a, Result<bool, String>> {
        // What is no signature at all is an error to the library and simply not ours here.
        Box::pin(async move {
            let verified = crypto::verify(signature, message.as_bytes(), &self.decoding, Algorithm::EdDSA);
            Ok(key_id == self.id && verified.unwrap_or(false))
        })
    }
}
