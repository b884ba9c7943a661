//! Cursors of the event log: sealed, bound to tenant and filter; the list and the stream take each other's.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign_kernel::id::TenantId;
use countersign_storage::WindowCursor;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

const SEAL: usize = 16;
const LONGEST: usize = 512;

/// Where a reader of the log stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// In the whole log of the tenant.
    Log(WindowCursor),
    /// In one record's history: behind this version.
    Record(i64),
}

impl Place {
    fn payload(self) -> String {
        match self {
            Self::Log(cursor) => format!("l{}", cursor.encode()),
            Self::Record(version) => format!("r{version}"),
        }
    }

    fn read(payload: &str) -> Option<Self> {
        match payload.split_at_checked(1)? {
            ("l", cursor) => WindowCursor::decode(cursor).map(Self::Log),
            ("r", version) => version.parse().ok().map(Self::Record),
            _ => None,
        }
    }
}

/// Seals and opens the cursors of one tenant and filter.
pub(super) struct Sealer {
    pub(super) key: [u8; 32],
    pub(super) tenant: TenantId,
    /// The filter in one canonical text.
    pub(super) bound: String,
}

impl Sealer {
    pub(super) fn seal(&self, place: Place) -> String {
        let payload = place.payload();
        let mut bytes = self
            .mac(&payload)
            .map_or_else(Vec::new, |mac| mac.finalize().into_bytes().to_vec());
        bytes.truncate(SEAL);
        bytes.extend_from_slice(payload.as_bytes());
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// None: it is not ours, or of another tenant or filter.
    pub(super) fn open(&self, cursor: &str) -> Option<Place> {
        let bytes = Some(cursor)
            .filter(|cursor| cursor.len() <= LONGEST)
            .and_then(|cursor| URL_SAFE_NO_PAD.decode(cursor).ok())?;
        let (seal, payload) = bytes.split_at_checked(SEAL)?;
        let payload = std::str::from_utf8(payload).ok()?;
        self.mac(payload)?.verify_truncated_left(seal).ok()?;
        Place::read(payload)
    }

    fn mac(&self, payload: &str) -> Option<Hmac<Sha256>> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).ok()?;
        mac.update(b"countersign event cursor 1");
        mac.update(self.tenant.0.as_bytes());
        for part in [self.bound.as_str(), payload] {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part.as_bytes());
        }
        Some(mac)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_cursor_opens_for_its_own_tenant_and_filter_only() {
        let sealer = |tenant, bound: &str| Sealer {
            key: [3; 32],
            tenant: TenantId(Uuid::from_u128(tenant)),
            bound: bound.to_owned(),
        };
        let place = Place::Log(WindowCursor {
            from: 7,
            to: 9,
            seq: 8,
        });
        let cursor = sealer(1, "type=a").seal(place);
        assert_eq!(sealer(1, "type=a").open(&cursor), Some(place));
        assert_eq!(sealer(2, "type=a").open(&cursor), None);
        assert_eq!(sealer(1, "type=b").open(&cursor), None);
        assert_eq!(sealer(1, "type=a").open("AAAA"), None);
        let record = Place::Record(3);
        assert_eq!(sealer(1, "").open(&sealer(1, "").seal(record)), Some(record));
    }
}
