use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as B64;
use countersign_testkit::for_each_database;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde_json::{Value, json};

use crate::company::company;

fn parts(token: &str) -> (Value, Value) {
    let read = |part: &str| serde_json::from_slice(&B64.decode(part).unwrap()).unwrap();
    let mut parts = token.split('.');
    (read(parts.next().unwrap()), read(parts.next().unwrap()))
}

#[actix_web::test]
async fn anybody_can_verify_our_tokens_by_the_published_keys() {
    for_each_database(|db| async {
        let company = company(db).await;
        let ann = company.sign_in("ann@acme.example").await;
        let token = ann.token.clone().unwrap();
        let (header, claims) = parts(&token);
        assert_eq!(
            (&header["alg"], &header["typ"]),
            (&json!("EdDSA"), &json!("at+jwt"))
        );
        let said = company.without_token().get("/.well-known/jwks.json").await;
        let set: JwkSet = serde_json::from_value(said.json.clone()).unwrap();
        let key = DecodingKey::from_jwk(set.find(header["kid"].as_str().unwrap()).unwrap()).unwrap();
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_audience(&["countersign"]);
        validation.set_issuer(&["http://countersign.test"]);
        validation.validate_exp = false;
        let verified = jsonwebtoken::decode::<Value>(&token, &key, &validation).unwrap();
        assert_eq!(verified.claims["sub"], json!(company.ann));
        assert_eq!(
            claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(),
            600
        );
    })
    .await;
}

#[actix_web::test]
async fn forged_tokens_let_nobody_in() {
    for_each_database(|db| async {
        let company = company(db).await;
        let ann = company.sign_in("ann@acme.example").await;
        let token = ann.token.clone().unwrap();
        let (header, claims) = parts(&token);
        let text = |value: &Value| B64.encode(value.to_string());
        let (message, signature) = token.rsplit_once('.').unwrap();
        let with = |name: &str, value: Value| {
            let mut header = header.clone();
            header[name] = value;
            format!("{}.{}.{signature}", text(&header), text(&claims))
        };
        let mut elevated = claims.clone();
        elevated["sub"] = json!(company.ada);
        let published = company.without_token().get("/.well-known/jwks.json").await;
        let public = B64
            .decode(published.json["keys"][0]["x"].as_str().unwrap())
            .unwrap();
        let mut confused = Header::new(Algorithm::HS256);
        confused.typ = Some("at+jwt".into());
        confused.kid = header["kid"].as_str().map(str::to_owned);
        let none = json!({"alg": "none", "typ": "at+jwt", "kid": header["kid"]});
        for (name, forged) in [
            ("alg none", format!("{}.{}.", text(&none), text(&elevated))),
            ("no signature", format!("{message}.")),
            (
                "HS256 under our public key",
                jsonwebtoken::encode(&confused, &elevated, &EncodingKey::from_secret(&public)).unwrap(),
            ),
            (
                "other claims",
                format!("{}.{}.{signature}", text(&header), text(&elevated)),
            ),
            ("another kid", with("kid", json!("01jc0000000000000000000000"))),
            ("an ID token", with("typ", json!("JWT"))),
            ("a key of its own", with("jwk", published.json["keys"][0].clone())),
            ("a refresh token", ann.refresh.clone()),
        ] {
            let said = company.with(&forged).get("/v1/me").await;
            assert_eq!(
                (said.status, said.code()),
                (401, "unauthenticated"),
                "{name}: {said:?}"
            );
            assert!(
                said.header("www-authenticate").unwrap().starts_with("Bearer"),
                "{name}"
            );
        }
        assert_eq!(ann.me().await, 200);
        company.seconds_pass(10 * 60 + 60);
        assert_eq!(ann.me().await, 401, "expired, though it was remembered");
    })
    .await;
}

#[actix_web::test]
async fn keys_rotate_without_a_restart() {
    for_each_database(|db| async {
        let company = company(db).await;
        let kid = |token: &Option<String>| {
            parts(token.as_ref().unwrap()).0["kid"]
                .as_str()
                .unwrap()
                .to_owned()
        };
        let published = async || {
            company.without_token().get("/.well-known/jwks.json").await.json["keys"]
                .as_array()
                .unwrap()
                .len()
        };
        let first = company.sign_in("ann@acme.example").await;
        company.seconds_pass(30 * 86_400 - 1_800);
        company.identity.tend().await.unwrap();
        assert_eq!(published().await, 2, "the next key is announced");
        let before = company.sign_in("ann@acme.example").await;
        assert_eq!(kid(&before.token), kid(&first.token));
        company.seconds_pass(3_700);
        let after = company.sign_in("ann@acme.example").await;
        assert_ne!(kid(&after.token), kid(&first.token));
        assert_eq!(after.me().await, 200);
        company.seconds_pass(7_200);
        assert_eq!(published().await, 1, "the old one is gone");

        // Another server over the same database signs with the same keys.
        let entropy: std::sync::Arc<dyn countersign_kernel::id::Entropy> =
            std::sync::Arc::new(countersign_testkit::SeededEntropy::new(99));
        let parts = crate::company::parts(company.db.clone(), &company.clock, &entropy);
        let other = countersign_identity::Identity::new(parts).await.unwrap();
        let token = company.sign_in("ann@acme.example").await.token.unwrap();
        countersign_web::Authenticate::authenticate(&other, &token)
            .await
            .unwrap();
    })
    .await;
}
