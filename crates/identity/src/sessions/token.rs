//! Access tokens: a JWT that we sign with EdDSA, and nothing else that calls itself one.

use chrono::TimeDelta;
use countersign_kernel::id::{SessionId, TenantId, UserId};
use countersign_kernel::time::Instant;
use jsonwebtoken::{Algorithm, Header, Validation};
use serde::{Deserialize, Serialize};

use super::signing::{KeySet, SigningKey};
use crate::Error;

/// An access token lives ten minutes.
pub const LIFETIME: TimeDelta = TimeDelta::minutes(10);
/// Servers' clocks may differ by so much.
const LEEWAY: TimeDelta = TimeDelta::seconds(60);
/// RFC 9068: so no other kind of JWT passes for an access token.
const TYPE: &str = "at+jwt";
pub const AUDIENCE: &str = "countersign";
/// Ours have some 500 bytes.
const LONGEST: usize = 4096;

/// What an access token says; times in seconds since 1970.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    pub iss: String,
    pub aud: String,
    pub sub: UserId,
    pub tenant: TenantId,
    pub sid: SessionId,
    pub iat: i64,
    pub nbf: i64,
    pub exp: i64,
}

impl Claims {
    pub fn new(issuer: &str, tenant: TenantId, user: UserId, session: SessionId, now: Instant) -> Self {
        let seconds = now.millis() / 1000;
        Self {
            iss: issuer.to_owned(),
            aud: AUDIENCE.to_owned(),
            sub: user,
            tenant,
            sid: session,
            iat: seconds,
            nbf: seconds,
            exp: seconds + LIFETIME.num_seconds(),
        }
    }

    /// When the token stops to count, leeway included.
    pub fn ends_at(&self) -> Instant {
        Instant::from_millis(self.exp.saturating_mul(1000)).plus(LEEWAY)
    }
}

/// Why a token does not count. The caller is told only whether it expired.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// It was ours once.
    Expired,
    /// Its key is none that we know now; perhaps another server made a new one.
    UnknownKey,
    Forged,
}

/// Signs the claims.
pub fn sign(claims: &Claims, key: &SigningKey) -> Result<String, Error> {
    let mut header = Header::new(Algorithm::EdDSA);
    header.typ = Some(TYPE.to_owned());
    header.kid = Some(key.id.clone());
    jsonwebtoken::encode(&header, claims, &key.encoding)
        .map_err(|_| Error::Broken("the token could not be signed"))
}

/// Reads a token that we signed and whose time it is. The algorithm is pinned; the key is chosen by `kid` from our own
/// set, never from anything else that the header says.
pub fn verify(token: &str, keys: &KeySet, issuer: &str, now: Instant) -> Result<Claims, Refused> {
    if token.len() > LONGEST {
        return Err(Refused::Forged);
    }
    let header = jsonwebtoken::decode_header(token).map_err(|_| Refused::Forged)?;
    let typed = header
        .typ
        .as_deref()
        .is_some_and(|typ| typ.eq_ignore_ascii_case(TYPE));
    let brings_a_key =
        header.jwk.is_some() || header.jku.is_some() || header.x5u.is_some() || header.x5c.is_some();
    if header.alg != Algorithm::EdDSA || !typed || brings_a_key || header.crit.is_some() {
        return Err(Refused::Forged);
    }
    let kid = header.kid.as_deref().ok_or(Refused::Forged)?;
    let key = keys.verifier(kid, now).ok_or(Refused::UnknownKey)?;
    let claims = jsonwebtoken::decode::<Claims>(token, &key.decoding, &validation(issuer))
        .map_err(|_| Refused::Forged)?
        .claims;
    timely(&claims, now).map(|()| claims)
}

/// Signature, issuer and audience. Times are ours to check: the library would ask the machine's clock.
fn validation(issuer: &str) -> Validation {
    let mut validation = Validation::new(Algorithm::EdDSA);
    validation.set_required_spec_claims(&["exp", "nbf", "aud", "iss", "sub"]);
    validation.set_audience(&[AUDIENCE]);
    validation.set_issuer(&[issuer]);
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation
}

fn timely(claims: &Claims, now: Instant) -> Result<(), Refused> {
    let latest_start = now.plus(LEEWAY).millis() / 1000;
    if claims.nbf > latest_start
        || claims.iat > latest_start
        || claims.exp - claims.iat > LIFETIME.num_seconds()
    {
        return Err(Refused::Forged);
    }
    if now >= claims.ends_at() {
        Err(Refused::Expired)
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::super::signing::KeptKey;
    use super::*;
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD as B64;
    use jsonwebtoken::EncodingKey;
    use serde_json::{Value, json};
    use uuid::Uuid;

    const ISSUER: &str = "https://acme.example";

    fn now() -> Instant {
        Instant::from_millis(1_780_000_000_000)
    }

    fn set(fill: u8) -> KeySet {
        KeySet::new(vec![KeptKey {
            id: "k1".into(),
            seed: [fill; 32],
            signs_from: now(),
        }])
        .unwrap()
    }

    fn claims() -> Claims {
        Claims::new(
            ISSUER,
            TenantId(Uuid::from_u128(1)),
            UserId(Uuid::from_u128(2)),
            SessionId(Uuid::from_u128(3)),
            now(),
        )
    }

    /// Signed with our own key, but with this header and these claims.
    fn signed(header: &Value, claims: &Value) -> String {
        let part = |value: &Value| B64.encode(value.to_string());
        let message = format!("{}.{}", part(header), part(claims));
        let set = set(1);
        let signature = jsonwebtoken::crypto::sign(
            message.as_bytes(),
            &set.signer(now()).unwrap().encoding,
            Algorithm::EdDSA,
        )
        .unwrap();
        format!("{message}.{signature}")
    }

    fn good_header() -> Value {
        json!({"alg": "EdDSA", "typ": "at+jwt", "kid": "k1"})
    }

    fn with(mut value: Value, name: &str, member: Value) -> Value {
        value[name] = member;
        value
    }

    #[test]
    fn what_was_signed_is_read_until_it_expires() {
        let keys = set(1);
        let token = sign(&claims(), keys.signer(now()).unwrap()).unwrap();
        assert_eq!(verify(&token, &keys, ISSUER, now()), Ok(claims()));
        assert_eq!(
            verify(&token, &keys, ISSUER, now().plus(LIFETIME)),
            Ok(claims()),
            "leeway"
        );
        assert_eq!(
            verify(&token, &keys, ISSUER, now().plus(LIFETIME + LEEWAY)),
            Err(Refused::Expired)
        );
        assert_eq!(
            verify(&token, &keys, "https://other.example", now()),
            Err(Refused::Forged)
        );
        assert_eq!(
            verify(&token, &set(2), ISSUER, now()),
            Err(Refused::Forged),
            "same kid, other key"
        );
        let other = KeySet::new(vec![KeptKey {
            id: "k2".into(),
            seed: [1; 32],
            signs_from: now(),
        }])
        .unwrap();
        assert_eq!(verify(&token, &other, ISSUER, now()), Err(Refused::UnknownKey));
    }

    #[test]
    fn forged_headers_are_refused() {
        let good = serde_json::to_value(claims()).unwrap();
        assert!(
            verify(&signed(&good_header(), &good), &set(1), ISSUER, now()).is_ok(),
            "the forger's tools work"
        );
        for (name, member) in [
            ("alg", json!("none")),
            ("alg", json!("None")),
            ("alg", json!("HS256")),
            ("alg", json!("ES256")),
            ("alg", json!("RS256")),
            ("alg", json!("Ed25519")),
            ("alg", json!(null)),
            ("typ", json!("JWT")),
            ("typ", json!("id_token")),
            ("typ", json!(null)),
            ("kid", json!("k2")),
            ("kid", json!("../../dev/null")),
            ("kid", json!("' or 1=1 --")),
            ("kid", json!(null)),
            ("jku", json!("https://evil.example/jwks.json")),
            ("x5u", json!("https://evil.example/x")),
            ("x5c", json!(["AAAA"])),
            ("crit", json!(["exp"])),
            (
                "jwk",
                json!({"kty": "OKP", "crv": "Ed25519", "x": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}),
            ),
        ] {
            let token = signed(&with(good_header(), name, member.clone()), &good);
            assert!(
                verify(&token, &set(1), ISSUER, now()).is_err(),
                "{name}: {member}"
            );
        }
    }

    #[test]
    fn forged_claims_are_refused() {
        let good = serde_json::to_value(claims()).unwrap();
        let seconds = now().millis() / 1000;
        for (name, member) in [
            ("aud", json!("other")),
            ("aud", json!([])),
            ("aud", json!(null)),
            ("iss", json!("https://evil.example")),
            ("iss", json!(null)),
            ("exp", json!(null)),
            ("exp", json!(seconds - 61)),
            ("exp", json!(seconds + 90_000)),
            ("exp", json!(i64::MAX)),
            ("exp", json!("later")),
            ("nbf", json!(seconds + 3_600)),
            ("nbf", json!(null)),
            ("iat", json!(seconds + 3_600)),
            ("iat", json!(null)),
            ("sub", json!("tnt_00000000000000000000000002")),
            ("sub", json!(null)),
            ("tenant", json!(null)),
            ("sid", json!(null)),
        ] {
            let token = signed(&good_header(), &with(good.clone(), name, member.clone()));
            assert!(
                verify(&token, &set(1), ISSUER, now()).is_err(),
                "{name}: {member}"
            );
        }
    }

    #[test]
    fn a_public_key_is_no_shared_secret_and_a_missing_signature_is_none() {
        let keys = set(1);
        let jwks = serde_json::to_value(keys.jwks(now())).unwrap();
        let public = B64.decode(jwks["keys"][0]["x"].as_str().unwrap()).unwrap();
        let mut header = Header::new(Algorithm::HS256);
        header.typ = Some(TYPE.into());
        header.kid = Some("k1".into());
        let confused = jsonwebtoken::encode(&header, &claims(), &EncodingKey::from_secret(&public)).unwrap();
        assert_eq!(verify(&confused, &keys, ISSUER, now()), Err(Refused::Forged));

        let token = sign(&claims(), keys.signer(now()).unwrap()).unwrap();
        let (message, signature) = token.rsplit_once('.').unwrap();
        let mut bytes = B64.decode(signature).unwrap();
        bytes[10] ^= 1;
        for forged in [
            format!("{message}."),
            message.to_owned(),
            format!("{message}.{}", B64.encode(bytes)),
            format!("{token}.{signature}"),
            String::new(),
            ".".repeat(9000),
        ] {
            assert!(verify(&forged, &keys, ISSUER, now()).is_err(), "{forged}");
        }
    }
}
