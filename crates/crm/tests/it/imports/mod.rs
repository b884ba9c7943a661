//! Rows of files that become records.

mod deals;
mod hostile;
mod people;
mod undoing;

use std::sync::atomic::{AtomicU64, Ordering};

use countersign_kernel::canonical::hex;
use countersign_kernel::id::{FileId, TenantId, UserId};
use countersign_storage::{Error, Uow, Work};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::house::{ACME, House, Reply, user};

const PATH: &str = "/v1/imports";

/// Numbers of files.
static UPLOADS: AtomicU64 = AtomicU64::new(1);

/// The row of an uploaded file.
struct Uploaded {
    tenant: TenantId,
    id: FileId,
    by: UserId,
    size: usize,
    sha256: String,
}

impl Work for Uploaded {
    type Out = ();
    type Error = Error;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<(), Error> {
        let conn = uow.writes().await?;
        let backend = conn.get_database_backend();
        let places = match backend {
            sea_orm::DbBackend::Postgres => "$1, $2, 'a.csv', $3, $4, 'text/csv', $5, 1, $6, $6",
            _ => "?1, ?2, 'a.csv', ?3, ?4, 'text/csv', ?5, 1, ?6, ?6",
        };
        let sql = format!(
            "INSERT INTO files (tenant_id, id, name, size, sha256, media_type, uploaded_by, version, created_at, updated_at) VALUES ({places})"
        );
        let at = countersign_kernel::time::Instant::from_millis(1_000).utc();
        let values: Vec<sea_orm::Value> = vec![
            self.tenant.0.into(),
            self.id.0.into(),
            (self.size as i64).into(),
            self.sha256.clone().into(),
            self.by.0.into(),
            at.into(),
        ];
        conn.execute_raw(Statement::from_sql_and_values(backend, sql, values))
            .await?;
        Ok(())
    }
}

impl House {
    /// A file that somebody uploaded.
    async fn upload(&self, who: &str, bytes: impl AsRef<[u8]>) -> String {
        let bytes = bytes.as_ref();
        let sha256 = hex(&Sha256::digest(bytes));
        let folder = self.files.path().join(ACME.to_string()).join(&sha256[..2]);
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(&sha256), bytes).unwrap();
        let id = FileId(Uuid::from_u128(UPLOADS.fetch_add(1, Ordering::Relaxed).into()));
        let (by, size) = (user(who), bytes.len());
        let uploaded = Uploaded {
            tenant: ACME,
            id,
            by,
            size,
            sha256,
        };
        self.db.write(ACME, uploaded).await.unwrap();
        id.to_string()
    }

    /// Begins an import of these bytes.
    async fn begin(&self, who: &str, kind: &str, bytes: impl AsRef<[u8]>, more: Value) -> Reply {
        let file = self.upload(who.split('/').next().unwrap(), bytes).await;
        let mut body = json!({ "file": file, "kind": kind });
        body.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        self.post(who, PATH, body).await
    }

    /// Imports them to the end.
    pub(crate) async fn import(&self, who: &str, kind: &str, bytes: impl AsRef<[u8]>, more: Value) -> Value {
        let begun = self.begin(who, kind, bytes, more).await.ok(202);
        self.importer.turn().await.unwrap();
        self.get(who, &at(&begun)).await.ok(200)
    }

    pub(crate) async fn refused_rows(&self, who: &str, import: &Value) -> Vec<(i64, String, String)> {
        let path = format!("{}/rows?outcome=refused&limit=200", at(import));
        let page = self.get(who, &path).await.ok(200);
        let rows = page["data"].as_array().unwrap().iter().map(|row| {
            let fault = &row["errors"][0];
            let text = |member: &str| fault[member].as_str().unwrap_or("-").to_owned();
            (row["line"].as_i64().unwrap(), text("column"), text("code"))
        });
        rows.collect()
    }

    /// How many entries the log has.
    pub(crate) async fn entries(&self) -> i64 {
        let reader = self.db.read(ACME).await.unwrap();
        let backend = reader.get_database_backend();
        let sql = "SELECT count(*) FROM log WHERE kind NOT LIKE 'crm.import.%'";
        let row = reader
            .query_one_raw(Statement::from_string(backend, sql))
            .await
            .unwrap();
        row.unwrap().try_get_by_index(0).unwrap()
    }
}

fn at(import: &Value) -> String {
    format!("{PATH}/{}", import["id"].as_str().unwrap())
}

/// Created, updated, unchanged, refused.
pub(crate) fn counts(import: &Value) -> [i64; 4] {
    ["created", "updated", "unchanged", "refused"].map(|name| import[name].as_i64().unwrap())
}
