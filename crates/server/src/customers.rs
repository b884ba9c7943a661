//! Where a form of the office names a record of the CRM: the two never know each other, so they are joined here.

use std::collections::BTreeSet;

use countersign_crm::accounts::Account;
use countersign_crm::contacts::Contact;
use countersign_crm::deals::Deal;
use countersign_crm::record::store::{Table, held_among};
use countersign_crm::record::viewer::Viewer;
use countersign_identity::Directories;
use countersign_kernel::id::{TenantId, UserId};
use countersign_oa::records::{Found, Records};
use countersign_storage::{Conn, Error};
use uuid::Uuid;

/// The CRM's records, as the office asks for them.
pub(crate) struct CustomerRecords {
    directories: Directories,
}

impl CustomerRecords {
    pub(crate) fn new(directories: Directories) -> Self {
        Self { directories }
    }

    async fn viewer(&self, conn: &Conn, tenant: TenantId, user: Option<UserId>) -> Result<Viewer, Error> {
        let Some(user) = user else {
            return Ok(Viewer::server(tenant));
        };
        let directory = self.directories.directory_on(conn, tenant).await?;
        Ok(Viewer::person(tenant, user, &directory))
    }
}

impl Records for CustomerRecords {
    fn visible<'a>(
        &'a self,
        conn: &'a Conn,
        tenant: TenantId,
        kind: &'a str,
        ids: &'a [Uuid],
        viewer: Option<UserId>,
    ) -> Found<'a> {
        Box::pin(async move {
            let viewer = self.viewer(conn, tenant, viewer).await?;
            match kind {
                "account" => among::<Account>(conn, &viewer, ids).await,
                "contact" => among::<Contact>(conn, &viewer, ids).await,
                "deal" => among::<Deal>(conn, &viewer, ids).await,
                _ => Ok(BTreeSet::new()),
            }
        })
    }
}

async fn among<R: Table>(conn: &Conn, viewer: &Viewer, ids: &[Uuid]) -> Result<BTreeSet<Uuid>, Error> {
    let seen = held_among::<R>(conn, viewer, ids).await.map_err(Error::broken)?;
    Ok(seen.into_iter().collect())
}
