//! Short-lived signed links to a file's bytes, for whoever cannot send a header: `<a href>`, an image, a printer.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use countersign_kernel::id::{FileId, TenantId};
use countersign_kernel::time::Instant;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use uuid::Uuid;

/// How long a link works.
pub(super) const LIVES: TimeDelta = TimeDelta::minutes(5);

/// Tenant, file, and when it ends.
const NAMED: usize = 16 + 16 + 8;

/// The last part of a link's path.
pub(super) fn seal(key: &[u8; 32], tenant: TenantId, file: FileId, ends_at: Instant) -> Option<String> {
    let mut bytes = Vec::with_capacity(NAMED + 32);
    bytes.extend(tenant.0.as_bytes());
    bytes.extend(file.0.as_bytes());
    bytes.extend(ends_at.millis().to_be_bytes());
    let mac = mac(key, &bytes)?.finalize().into_bytes();
    bytes.extend(mac);
    Some(URL_SAFE_NO_PAD.encode(bytes))
}

/// Which file of which tenant a link leads to; none if it is not ours or its time is over.
pub(super) fn open(key: &[u8; 32], link: &str, now: Instant) -> Option<(TenantId, FileId)> {
    let bytes = URL_SAFE_NO_PAD.decode(link).ok()?;
    let (named, seal) = bytes.split_at_checked(NAMED)?;
    mac(key, named)?.verify_slice(seal).ok()?;
    let (tenant, rest) = named.split_first_chunk::<16>()?;
    let (file, rest) = rest.split_first_chunk::<16>()?;
    let ends_at = Instant::from_millis(i64::from_be_bytes(rest.try_into().ok()?));
    (now < ends_at).then_some((
        TenantId(Uuid::from_bytes(*tenant)),
        FileId(Uuid::from_bytes(*file)),
    ))
}

fn mac(key: &[u8; 32], named: &[u8]) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).ok()?;
    mac.update(b"countersign file link 1");
    mac.update(named);
    Some(mac)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_opens_until_its_time_is_over_and_no_bit_of_it_can_change() {
        let (key, now) = ([7; 32], Instant::from_millis(1_000_000));
        let (tenant, file) = (TenantId(Uuid::from_u128(1)), FileId(Uuid::from_u128(2)));
        let link = seal(&key, tenant, file, now.plus(LIVES)).unwrap_or_default();
        assert_eq!(open(&key, &link, now), Some((tenant, file)));
        assert_eq!(open(&key, &link, now.plus(LIVES)), None);
        assert_eq!(open(&[8; 32], &link, now), None);
        for place in 0..link.len() {
            let mut bent = link.clone().into_bytes();
            if let Some(letter) = bent.get_mut(place) {
                *letter = if *letter == b'A' { b'B' } else { b'A' };
            }
            let bent = String::from_utf8(bent).unwrap_or_default();
            assert!(bent == link || open(&key, &bent, now).is_none(), "{place}");
        }
    }
}
