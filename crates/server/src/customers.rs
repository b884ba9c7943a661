//! Where a form of the office names a record of the CRM: the two never know each other, so they are joined here.

use std::collections::BTreeSet;

use countersign_crm::accounts::Account;
use countersign_crm::contacts::Contact;
use countersign_crm::deals::Deal;
use countersign_crm::record::store::{Table, held_among};
use countersign_crm::record::viewer::Viewer;
use countersign_events::Rights;
use countersign_kernel::id::TenantId;
use countersign_oa::records::{Found, Records};
use countersign_storage::{Conn, Error};
use uuid::Uuid;

/// The CRM's records, as the office asks for them.
pub(crate) struct CustomerRecords;

impl Records for CustomerRecords {
    fn visible<'a>(
        &'a self,
        conn: &'a Conn,
        tenant: TenantId,
        kind: &'a str,
        ids: &'a [Uuid],
        rights: &'a Rights,
    ) -> Found<'a> {
        Box::pin(async move {
            let mut seen = BTreeSet::new();
            for viewer in Viewer::acting(tenant, rights) {
                seen.extend(match kind {
                    "account" => among::<Account>(conn, &viewer, ids).await?,
                    "contact" => among::<Contact>(conn, &viewer, ids).await?,
                    "deal" => among::<Deal>(conn, &viewer, ids).await?,
                    _ => BTreeSet::new(),
                });
            }
            Ok(seen)
        })
    }
}

async fn among<R: Table>(conn: &Conn, viewer: &Viewer, ids: &[Uuid]) -> Result<BTreeSet<Uuid>, Error> {
    let seen = held_among::<R>(conn, viewer, ids).await.map_err(Error::broken)?;
    Ok(seen.into_iter().collect())
}
