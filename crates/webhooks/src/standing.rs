//! Whether whoever made an endpoint still stands behind it.

use countersign_identity::keys;
use countersign_kernel::text::Words;
use countersign_storage::{Conn, Error};

use crate::database_time;
use crate::endpoints::store::Model;
use crate::reach::Reach;

/// Why an endpoint may be sent nothing any more, whatever happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lost {
    /// Its key was revoked, or is of somebody who was disabled.
    KeyRevoked,
    KeyExpired,
    OwnerDisabled,
}

impl Lost {
    pub const ALL: [Self; 3] = [Self::KeyRevoked, Self::KeyExpired, Self::OwnerDisabled];

    /// As `disabled_reason` and `reason` say it.
    pub fn word(self) -> &'static str {
        match self {
            Self::KeyRevoked => "key_revoked",
            Self::KeyExpired => "key_expired",
            Self::OwnerDisabled => "owner_disabled",
        }
    }

    pub fn words(self) -> Words {
        match self {
            Self::KeyRevoked => Words::fixed("the key that made it was revoked", "创建它的密钥已被撤销"),
            Self::KeyExpired => Words::fixed("the key that made it has expired", "创建它的密钥已过期"),
            Self::OwnerDisabled => Words::fixed("its owner was disabled", "其所有者已被停用"),
        }
    }
}

impl Reach {
    /// Why the endpoint may be sent nothing any more, if so.
    pub async fn lost(&self, conn: &Conn, endpoint: &Model) -> Result<Option<Lost>, Error> {
        let directory = self.directories.directory_on(conn, endpoint.tenant_id).await?;
        if !directory.is_active(endpoint.owner_id) {
            return Ok(Some(Lost::OwnerDisabled));
        }
        let Some(id) = endpoint.key_id else {
            return Ok(None);
        };
        let key = keys::store::find(conn, endpoint.tenant_id, id).await?;
        let living = key.filter(|key| key.revoked_at.is_none() && directory.is_active(key.user));
        let Some(key) = living else {
            return Ok(Some(Lost::KeyRevoked));
        };
        let expired = key.expires_at.is_some() && !key.counts(database_time::now(conn).await?);
        Ok(expired.then_some(Lost::KeyExpired))
    }
}
