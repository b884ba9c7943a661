//! A list of breached passwords that the operator brings.

use std::io::{BufRead, Error, ErrorKind, Read as _, Result};

use sha1::{Digest, Sha1};

/// So many are kept at most, eight bytes each.
pub const MOST: usize = 10_000_000;
/// The longest line that is read: a password, or a hash and its count.
const LINE_MAX: u64 = 1_000;

/// The beginnings of the passwords' SHA-1 hashes, in order: two passwords share one about never.
#[derive(Debug, Default)]
pub struct Breached(Vec<u64>);

impl Breached {
    /// Reads a password or its SHA-1 in hexadecimal a line, the latter perhaps with a count behind a colon, as
    /// Have I Been Pwned gives them.
    pub fn read(mut lines: impl BufRead) -> Result<Self> {
        let (mut kept, mut line) = (Vec::new(), Vec::new());
        loop {
            line.clear();
            if (&mut lines).take(LINE_MAX + 2).read_until(b'\n', &mut line)? == 0 {
                break;
            }
            let text = line.trim_ascii_end();
            if text.len() as u64 > LINE_MAX {
                return Err(refused(&kept, "is too long"));
            }
            if text.is_empty() {
                continue;
            }
            if kept.len() == MOST {
                return Err(refused(&kept, "is one too many: keep the most frequent"));
            }
            kept.push(hash_in(text).unwrap_or_else(|| beginning(text)));
        }
        kept.sort_unstable();
        kept.dedup();
        Ok(Self(kept))
    }

    pub fn holds(&self, password: &str) -> bool {
        self.0.binary_search(&beginning(password.as_bytes())).is_ok()
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

fn refused(kept: &[u64], why: &str) -> Error {
    Error::new(
        ErrorKind::InvalidData,
        format!("the line after {} passwords {why}", kept.len()),
    )
}

/// What a hash begins with, if the line is one.
fn hash_in(line: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(line).ok()?;
    let (hash, count) = text.split_once(':').unwrap_or((text, "0"));
    let is_hash = hash.len() == 40 && hash.bytes().all(|digit| digit.is_ascii_hexdigit());
    let is_count = !count.is_empty() && count.bytes().all(|digit| digit.is_ascii_digit());
    u64::from_str_radix(hash.get(..16)?, 16)
        .ok()
        .filter(|_| is_hash && is_count)
}

fn beginning(password: &[u8]) -> u64 {
    let hash = Sha1::digest(password);
    hash.iter()
        .take(8)
        .fold(0, |bits, byte| (bits << 8) | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn passwords_and_their_hashes_are_read_line_by_line() {
        let file = "dunkel zwiebel parkett\r\n\n5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8:9545824\n\
                    7c4a8d09ca3762af61e59520943dc26494f8941b\n7c4a8d09ca3762af61e59520943dc26494f8941b:x\nno newline";
        let breached = Breached::read(file.as_bytes()).unwrap();
        for password in [
            "dunkel zwiebel parkett",
            "password",
            "123456",
            "7c4a8d09ca3762af61e59520943dc26494f8941b:x",
            "no newline",
        ] {
            assert!(breached.holds(password), "{password}");
        }
        assert_eq!(breached.len(), 5);
        for other in ["dunkel zwiebel", "", "7c4a8d09ca3762af61e59520943dc26494f8941b"] {
            assert!(!breached.holds(other), "{other}");
        }
    }

    #[test]
    fn a_file_that_is_no_list_is_refused() {
        let error = Breached::read([b'x'; 2_000].as_slice()).unwrap_err();
        assert_eq!(error.to_string(), "the line after 0 passwords is too long");
    }
}
