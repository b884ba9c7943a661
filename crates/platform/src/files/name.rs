//! Names of files: kept as people know them, harmless wherever they are shown.

use std::fmt::Write as _;

/// Bytes; longer names are cut before their ending.
const LONGEST: usize = 200;

/// The name without folders and control characters; what is left empty is called `file`. No file is ever stored
/// under it.
pub fn clean(given: &str) -> String {
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let shown: String = last
        .chars()
        .filter(|letter| !letter.is_control() && !is_direction(*letter))
        .collect();
    let name = shown.trim().trim_matches('.').trim();
    if name.is_empty() {
        return "file".to_owned();
    }
    if name.len() <= LONGEST {
        return name.to_owned();
    }
    let (stem, ending) = match name.rsplit_once('.') {
        Some((stem, ending)) if ending.len() <= 16 => (stem, format!(".{ending}")),
        _ => (name, String::new()),
    };
    let mut cut = String::new();
    for letter in stem.chars() {
        if cut.len() + letter.len_utf8() + ending.len() > LONGEST {
            break;
        }
        cut.push(letter);
    }
    cut + &ending
}

/// Marks that make `exe.pdf` of `fdp.exe` on a screen.
fn is_direction(letter: char) -> bool {
    matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}')
}

/// `Content-Disposition` of a download (RFC 6266): always an attachment; an ASCII name for old readers, the real
/// one beside it (RFC 8187) where they differ.
pub fn disposition(name: &str) -> String {
    let plain: String = name
        .chars()
        .map(|letter| if is_plain(letter) { letter } else { '_' })
        .collect();
    let mut header = format!("attachment; filename=\"{plain}\"");
    if plain != name {
        header.push_str("; filename*=UTF-8''");
        for byte in name.bytes() {
            if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte) {
                header.push(char::from(byte));
            } else {
                let _ = write!(header, "%{byte:02X}");
            }
        }
    }
    header
}

fn is_plain(letter: char) -> bool {
    letter.is_ascii_graphic() && !matches!(letter, '"' | '\\' | '%') || letter == ' '
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_and_control_characters_go() {
        for (given, name) in [
            ("../../etc/passwd", "passwd"),
            ("C:\\Users\\hal\\receipt.pdf", "receipt.pdf"),
            ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie: x.pdf"),
            ("\u{202e}fdp.exe", "fdp.exe"),
            ("..", "file"),
            ("", "file"),
            ("发票.pdf", "发票.pdf"),
        ] {
            assert_eq!(clean(given), name, "{given:?}");
        }
        let long = clean(&format!("{}.pdf", "é".repeat(500)));
        assert!(long.len() <= LONGEST && long.contains("é.pdf"), "{long}");
    }

    #[test]
    fn a_header_holds_any_name() {
        assert_eq!(disposition("r.pdf"), "attachment; filename=\"r.pdf\"");
        assert_eq!(
            disposition("发 \".pdf"),
            "attachment; filename=\"_ _.pdf\"; filename*=UTF-8''%E5%8F%91%20%22.pdf"
        );
        assert!(!disposition("a\";filename=b").contains("\";filename=b"));
    }
}
