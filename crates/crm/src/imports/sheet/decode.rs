//! From bytes to letters: a byte order mark says how, else valid UTF-8, else what the letters look like.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use countersign_kernel::text::Words;
use countersign_web::Fault;
use encoding_rs::{Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use crate::imports::words::Charset;

/// Bytes that are looked at for text of two bytes a letter.
const LOOKED_AT: usize = 4_096;

/// The text, and what its encoding is called.
pub(super) fn decode(bytes: &[u8], asked: Option<Charset>) -> Result<(String, &'static str), Fault> {
    let encoding = match asked {
        Some(charset) => named(charset),
        None => Encoding::for_bom(bytes).map_or_else(|| look(bytes), |(encoding, _)| encoding),
    };
    let (text, malformed) = encoding.decode_with_bom_removal(bytes);
    if malformed {
        let name = encoding.name();
        return Err(Fault::at(
            if asked.is_some() { "/encoding" } else { "/file" },
            "not_text",
            Words::new(
                format!("The file is no text in {name}: save it as CSV in UTF-8, or say its `encoding`."),
                format!("文件不是 {name} 编码的文本：请另存为 UTF-8 的 CSV，或指定 `encoding`。"),
            ),
        ));
    }
    Ok((text.into_owned(), encoding.name()))
}

fn named(charset: Charset) -> &'static Encoding {
    match charset {
        Charset::Utf8 => UTF_8,
        Charset::Utf16Le => UTF_16LE,
        Charset::Utf16Be => UTF_16BE,
        Charset::Windows1252 => WINDOWS_1252,
        Charset::Gb18030 => GB18030,
    }
}

fn look(bytes: &[u8]) -> &'static Encoding {
    let head = bytes.get(..LOOKED_AT).unwrap_or(bytes);
    // Latin letters in UTF-16 have an empty byte each.
    let empty = |odd: usize| {
        let halves = head.iter().skip(odd).step_by(2);
        halves.filter(|byte| **byte == 0).count() * 4 > head.len()
    };
    match (empty(0), empty(1)) {
        (false, true) => return UTF_16LE,
        (true, false) => return UTF_16BE,
        _ => {}
    }
    if std::str::from_utf8(bytes).is_ok() {
        return UTF_8;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    detector.guess(None, Utf8Detection::Deny)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_spreadsheets_write_is_told_apart() {
        let text = "Name;Ort\nMüller & Söhne;Köln\nGrößer GmbH;Düsseldorf\n";
        let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let with_bom = [&b"\xff\xfe"[..], &utf16].concat();
        let (latin, _, _) = WINDOWS_1252.encode(text);
        let utf8_bom = [&b"\xef\xbb\xbf"[..], text.as_bytes()].concat();
        for (bytes, name) in [
            (text.as_bytes(), "UTF-8"),
            (&utf8_bom, "UTF-8"),
            (&utf16, "UTF-16LE"),
            (&with_bom, "UTF-16LE"),
            (&latin, "windows-1252"),
        ] {
            assert_eq!(decode(bytes, None).ok(), Some((text.to_owned(), name)));
        }
        let chinese = "客户名称,负责人\n北京某某科技有限公司,张三\n上海某某贸易有限公司,李四\n";
        let (gbk, _, _) = GB18030.encode(chinese);
        let decoded = decode(&gbk, None).map(|(text, _)| text).ok();
        assert_eq!(decoded.as_deref(), Some(chinese));
        assert!(decode(b"\xff\xff\xff", Some(Charset::Utf8)).is_err());
    }
}
