//! Tickets for streams: a browser's `EventSource` sends no header, and a token in an address would end up in histories and
//! logs. A ticket is good for half a minute; once it has opened a stream, the browser comes again with it for as long as the
//! token behind it is good.
//!
//! The token behind a ticket is needed for as long as the stream runs, so that it ends with it. It lies in the database
//! encrypted under the ticket's own secret, of which only the hash is kept: a ticket that nobody has opens nothing.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use countersign_kernel::canonical;
use countersign_kernel::id::{self, Entropy, TenantId};
use countersign_kernel::time::Instant;
use countersign_storage::{Db, Error, Uow, Work};
use hmac::{Hmac, KeyInit, Mac};
use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sha2::{Digest, Sha256};

const PREFIX: &str = "cst_";
/// Until it has opened a stream.
const UNUSED: TimeDelta = TimeDelta::seconds(30);
/// After it last opened one: longer than an access token is good. A key has no end of its own.
const USED: TimeDelta = TimeDelta::hours(1);
const TABLE: &str = "stream_tickets";

/// A ticket for the bearer of a token, and what makes it count.
pub(super) fn issue(entropy: &dyn Entropy, tenant: TenantId, bearer: &str, now: Instant) -> (String, Issue) {
    let mut secret = [0; 32];
    entropy.fill(&mut secret);
    let ticket = format!(
        "{PREFIX}{}{}",
        id::encode(tenant.0),
        URL_SAFE_NO_PAD.encode(secret)
    );
    let issue = Issue {
        secret_hash: hash(&secret),
        sealed: URL_SAFE_NO_PAD.encode(crypt(&secret, bearer.as_bytes())),
        expires_at: now.plus(UNUSED),
        now,
    };
    (ticket, issue)
}

/// The token behind a ticket.
pub(super) async fn redeem(db: &Db, ticket: &str, now: Instant) -> Result<Option<String>, Error> {
    let Some((tenant, secret)) = read(ticket) else {
        return Ok(None);
    };
    let sealed = db
        .write(
            tenant,
            Redeem {
                secret_hash: hash(&secret),
                now,
            },
        )
        .await?;
    let bytes = sealed.and_then(|sealed| URL_SAFE_NO_PAD.decode(sealed).ok());
    Ok(bytes.and_then(|bytes| String::from_utf8(crypt(&secret, &bytes)).ok()))
}

fn read(ticket: &str) -> Option<(TenantId, [u8; 32])> {
    let (tenant, secret) = ticket.strip_prefix(PREFIX)?.split_at_checked(26)?;
    let secret = URL_SAFE_NO_PAD.decode(secret).ok()?;
    Some((TenantId(id::decode(tenant)?), secret.try_into().ok()?))
}

fn hash(secret: &[u8; 32]) -> String {
    canonical::hex(&Sha256::digest(secret))
}

/// A keystream of HMAC-SHA-256 over a counter, added to the text. The key is random and used for one text alone.
fn crypt(secret: &[u8; 32], text: &[u8]) -> Vec<u8> {
    let blocks = text.chunks(32).zip(0_u64..).filter_map(|(chunk, counter)| {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret).ok()?;
        mac.update(b"countersign stream ticket 1");
        mac.update(&counter.to_be_bytes());
        let stream = mac.finalize().into_bytes();
        Some(
            chunk
                .iter()
                .zip(stream)
                .map(|(byte, key)| byte ^ key)
                .collect::<Vec<u8>>(),
        )
    });
    blocks.flatten().collect()
}

pub(super) struct Issue {
    secret_hash: String,
    sealed: String,
    pub(super) expires_at: Instant,
    now: Instant,
}

impl Work for Issue {
    type Out = ();
    type Error = Error;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<(), Error> {
        let tenant = uow.tenant();
        let conn = uow.writes().await?;
        let mut sweep = Query::delete();
        sweep
            .from_table(TABLE)
            .and_where(Expr::col("tenant_id").eq(tenant.0))
            .and_where(Expr::col("expires_at").lt(self.now.utc()));
        conn.execute(&sweep).await?;
        let mut insert = Query::insert();
        insert
            .into_table(TABLE)
            .columns(["tenant_id", "secret_hash", "sealed", "expires_at"])
            .values_panic([
                tenant.0.into(),
                self.secret_hash.as_str().into(),
                self.sealed.as_str().into(),
                self.expires_at.utc().into(),
            ]);
        conn.execute(&insert).await?;
        Ok(())
    }
}

struct Redeem {
    secret_hash: String,
    now: Instant,
}

impl Work for Redeem {
    type Out = Option<String>;
    type Error = Error;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<Option<String>, Error> {
        let tenant = uow.tenant();
        let mut used = Query::update();
        used.table(TABLE)
            .value("expires_at", self.now.plus(USED).utc())
            .and_where(Expr::col("tenant_id").eq(tenant.0))
            .and_where(Expr::col("secret_hash").eq(self.secret_hash.as_str()))
            .and_where(Expr::col("expires_at").gt(self.now.utc()))
            .returning(Query::returning().column("sealed"));
        let row = uow.writes().await?.query_one(&used).await?;
        Ok(row.map(|row| row.try_get_by_index(0)).transpose()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_encrypted_reads_back_with_its_own_secret_only() {
        let token = "eyJhbGciOiJFZERTQSJ9.".repeat(20);
        let sealed = crypt(&[1; 32], token.as_bytes());
        assert_ne!(sealed, token.as_bytes());
        assert_eq!(crypt(&[1; 32], &sealed), token.as_bytes());
        assert_ne!(crypt(&[2; 32], &sealed), token.as_bytes());
        assert!(read("cst_nonsense").is_none());
    }
}
