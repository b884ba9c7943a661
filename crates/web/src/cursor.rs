//! Cursors: opaque, sealed, and bound to tenant, list, filter and sort.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::ctx::Ctx;
use crate::problem::Problem;

const SEAL: usize = 16;
const LONGEST: usize = 4_096;

impl Ctx {
    /// Seals `payload` as a cursor of this list; `bound` is whatever must be the same when it comes back.
    pub fn seal_cursor(&self, list: &str, bound: &str, payload: &str) -> String {
        let mut bytes = self
            .cursor_mac(list, bound, payload)
            .map_or_else(Vec::new, |mac| mac.finalize().into_bytes().to_vec());
        bytes.truncate(SEAL);
        bytes.extend_from_slice(payload.as_bytes());
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The payload of a cursor that was sealed for this tenant, list and `bound`; 400 for any other.
    pub fn open_cursor(&self, list: &str, bound: &str, cursor: &str) -> Result<String, Problem> {
        let bytes = Some(cursor)
            .filter(|cursor| cursor.len() <= LONGEST)
            .and_then(|cursor| URL_SAFE_NO_PAD.decode(cursor).ok());
        let bytes = bytes.ok_or_else(Problem::bad_cursor)?;
        let (seal, payload) = bytes.split_at_checked(SEAL).ok_or_else(Problem::bad_cursor)?;
        let payload = std::str::from_utf8(payload).map_err(|_| Problem::bad_cursor())?;
        let mac = self
            .cursor_mac(list, bound, payload)
            .ok_or_else(Problem::bad_cursor)?;
        mac.verify_truncated_left(seal)
            .map_err(|_| Problem::bad_cursor())?;
        Ok(payload.to_owned())
    }

    fn cursor_mac(&self, list: &str, bound: &str, payload: &str) -> Option<Hmac<Sha256>> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.world.cursor_key).ok()?;
        mac.update(self.caller.tenant.0.as_bytes());
        for part in [list, bound, payload] {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part.as_bytes());
        }
        Some(mac)
    }
}
