//! Lists that leave as files, and come back.

mod back;
mod whole;

use countersign_storage::Db;
use serde_json::{Value, json};

use crate::house::House;

impl House {
    /// Records of a kind, made at once.
    async fn made(&self, who: &str, kind: &str, all: &[Value]) -> Vec<Value> {
        let mut made = Vec::new();
        for (part, rows) in all.chunks(200).enumerate() {
            let rows: Vec<Value> = rows
                .iter()
                .map(|data| json!({ "op": "create", "data": data }))
                .collect();
            let key = format!("{kind}-{}-{part}", all.len());
            let path = format!("/v1/{kind}/batch");
            let answer = self
                .keyed(who, &path, &key, json!({ "rows": rows }))
                .await
                .ok(200);
            made.extend(
                answer["data"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|row| row["object"].clone()),
            );
        }
        made
    }

    /// The rows of a file, each cell under its column.
    async fn exported(&self, who: &str, path: &str) -> Vec<Vec<String>> {
        let reply = self.get(who, path).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        cells(&reply.text)
    }
}

/// The header and the rows of a CSV file.
fn cells(text: &str) -> Vec<Vec<String>> {
    let bytes = text
        .strip_prefix('\u{feff}')
        .ok_or_else(|| format!("no byte order mark: {text:?}"))
        .unwrap();
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(bytes.as_bytes());
    let rows = reader.records().map(|row| row.unwrap());
    rows.map(|row| row.iter().map(str::to_owned).collect()).collect()
}

/// So many accounts, called by their numbers.
async fn numbered(house: &House, many: usize) {
    let all: Vec<Value> = (0..many)
        .map(|n| json!({ "name": format!("Account {n:05}"), "country": "DE" }))
        .collect();
    house.made("ann", "accounts", &all).await;
}

/// How many statements something takes.
async fn statements<T>(db: &Db, what: impl Future<Output = T>) -> (u64, T) {
    let before = db.statements();
    let done = what.await;
    (db.statements() - before, done)
}
