//! Starting over: what a demo left is forgotten. Only the demo does this.

use anyhow::Context as _;

use crate::config::Config;

/// Files by which a data folder of ours is known.
const OURS: &[&str] = &["countersign.db", "files", "audit.key"];

pub(crate) async fn forget(config: &Config) -> anyhow::Result<()> {
    if let Some(url) = config
        .database_url
        .as_deref()
        .filter(|url| url.starts_with("postgres"))
    {
        empty(url)
            .await
            .context("the tables of that database could not be emptied")?;
    }
    let folder = &config.data_dir;
    if !folder.exists() || folder.read_dir()?.next().is_none() {
        return Ok(());
    }
    anyhow::ensure!(
        OURS.iter().any(|name| folder.join(name).exists()),
        "{} holds no data of ours, so it is not emptied: name another --data-dir",
        folder.display()
    );
    std::fs::remove_dir_all(folder).with_context(|| format!("{} could not be emptied", folder.display()))
}

/// Drops the tables of the connection's schema.
async fn empty(url: &str) -> anyhow::Result<()> {
    use sqlx::Connection as _;
    let mut connection = sqlx::PgConnection::connect(url).await?;
    let drop_all = "do $$ declare t record; begin \
        for t in select tablename from pg_tables where schemaname = current_schema() loop \
        execute 'drop table if exists ' || quote_ident(t.tablename) || ' cascade'; end loop; end $$";
    sqlx::raw_sql(drop_all).execute(&mut connection).await?;
    connection.close().await?;
    Ok(())
}
