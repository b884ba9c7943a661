//! What deals lead to.

use countersign_kernel::id::AccountId;
use countersign_kernel::time::Instant;
use countersign_storage::{Uow, Work};
use sea_orm::ConnectionTrait;

/// An account to lead to.
pub(crate) struct Account {
    pub(crate) id: AccountId,
    pub(crate) name: &'static str,
    pub(crate) country: &'static str,
}

impl Work for Account {
    type Out = ();
    type Error = countersign_storage::Error;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<(), Self::Error> {
        let now = Instant::from_millis(0).utc();
        let mut insert = sea_orm::sea_query::Query::insert();
        let columns = [
            "tenant_id",
            "id",
            "version",
            "created_at",
            "updated_at",
            "name",
            "visibility",
            "country",
        ];
        let values = [
            uow.tenant().0.into(),
            self.id.0.into(),
            1_i64.into(),
            now.into(),
            now.into(),
            self.name.into(),
            "tenant".into(),
            self.country.into(),
        ];
        insert
            .into_table("accounts")
            .columns(columns)
            .values(values)
            .map_err(countersign_storage::Error::broken)?;
        uow.writes().await?.execute(&insert).await?;
        Ok(())
    }
}
