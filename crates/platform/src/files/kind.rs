//! What a file really is: its first bytes, checked against its name.
//!
//! What a browser or a person would take it for (by its name) must be what it is (by its bytes); programs are
//! refused whatever their name. Signatures: <https://mimesniff.spec.whatwg.org/> and the formats' own documents.

/// How many bytes of the start are needed to judge.
pub const HEAD: usize = 1024;

/// A kind of file that we know.
struct Kind {
    media_type: &'static str,
    word: &'static str,
    extensions: &'static [&'static str],
    starts: &'static [Start],
}

/// Bytes at a place.
struct Start(usize, &'static [u8]);

const ZIP: &[Start] = &[Start(0, b"PK\x03\x04"), Start(0, b"PK\x05\x06")];
const OLE: &[Start] = &[Start(0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")];
const RIFF: &[Start] = &[Start(8, b"WEBP")];

/// Kinds with a signature. Several share one (every office file is a ZIP archive): the name then picks.
const KINDS: &[Kind] = &[
    Kind {
        media_type: "application/pdf",
        word: "PDF document",
        extensions: &["pdf"],
        starts: &[Start(0, b"%PDF-")],
    },
    Kind {
        media_type: "image/png",
        word: "PNG picture",
        extensions: &["png"],
        starts: &[Start(0, b"\x89PNG\r\n\x1a\n")],
    },
    Kind {
        media_type: "image/jpeg",
        word: "JPEG picture",
        extensions: &["jpg", "jpeg"],
        starts: &[Start(0, b"\xff\xd8\xff")],
    },
    Kind {
        media_type: "image/gif",
        word: "GIF picture",
        extensions: &["gif"],
        starts: &[Start(0, b"GIF87a"), Start(0, b"GIF89a")],
    },
    Kind {
        media_type: "image/webp",
        word: "WebP picture",
        extensions: &["webp"],
        starts: RIFF,
    },
    Kind {
        media_type: "image/tiff",
        word: "TIFF picture",
        extensions: &["tif", "tiff"],
        starts: &[Start(0, b"II*\0"), Start(0, b"MM\0*")],
    },
    Kind {
        media_type: "image/heic",
        word: "HEIC picture",
        extensions: &["heic", "heif"],
        starts: &[
            Start(4, b"ftypheic"),
            Start(4, b"ftypmif1"),
            Start(4, b"ftypheix"),
        ],
    },
    Kind {
        media_type: "image/bmp",
        word: "BMP picture",
        extensions: &["bmp"],
        starts: &[Start(0, b"BM")],
    },
    Kind {
        media_type: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        word: "Word document",
        extensions: &["docx"],
        starts: ZIP,
    },
    Kind {
        media_type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        word: "Excel sheet",
        extensions: &["xlsx"],
        starts: ZIP,
    },
    Kind {
        media_type: "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        word: "PowerPoint file",
        extensions: &["pptx"],
        starts: ZIP,
    },
    Kind {
        media_type: "application/vnd.oasis.opendocument.text",
        word: "OpenDocument text",
        extensions: &["odt"],
        starts: ZIP,
    },
    Kind {
        media_type: "application/vnd.oasis.opendocument.spreadsheet",
        word: "OpenDocument sheet",
        extensions: &["ods"],
        starts: ZIP,
    },
    Kind {
        media_type: "application/zip",
        word: "ZIP archive",
        extensions: &["zip"],
        starts: ZIP,
    },
    Kind {
        media_type: "application/msword",
        word: "Word 97 document",
        extensions: &["doc"],
        starts: OLE,
    },
    Kind {
        media_type: "application/vnd.ms-excel",
        word: "Excel 97 sheet",
        extensions: &["xls"],
        starts: OLE,
    },
    Kind {
        media_type: "application/vnd.ms-outlook",
        word: "Outlook message",
        extensions: &["msg"],
        starts: OLE,
    },
    Kind {
        media_type: "application/gzip",
        word: "gzip archive",
        extensions: &["gz", "tgz"],
        starts: &[Start(0, b"\x1f\x8b")],
    },
];

/// Kinds without a signature: text, by their name alone.
const TEXTS: &[(&str, &str)] = &[
    ("txt", "text/plain"),
    ("log", "text/plain"),
    ("md", "text/markdown"),
    ("csv", "text/csv"),
    ("tsv", "text/tab-separated-values"),
    ("json", "application/json"),
    ("jsonl", "application/jsonl"),
    ("ndjson", "application/x-ndjson"),
    ("xml", "application/xml"),
    ("yaml", "application/yaml"),
    ("yml", "application/yaml"),
    ("html", "text/html"),
    ("htm", "text/html"),
    ("svg", "image/svg+xml"),
    ("ics", "text/calendar"),
    ("eml", "message/rfc822"),
];

const PROGRAMS: &[&[u8]] = &[
    b"MZ",
    b"\x7fELF",
    b"\xcf\xfa\xed\xfe",
    b"\xce\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe",
    b"#!",
];
const UNKNOWN: &str = "application/octet-stream";

/// Why a file is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Misfit {
    Empty,
    Program,
    /// The name says one kind, the bytes another (or none that we know).
    Otherwise {
        name_says: &'static str,
        is: Option<&'static str>,
    },
    /// The name says text, the bytes are none.
    NoText {
        name_says: &'static str,
    },
}

impl Misfit {
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "file_empty",
            Self::Program => "file_is_program",
            Self::Otherwise { .. } | Self::NoText { .. } => "file_kind_mismatch",
        }
    }

    /// English and Chinese.
    pub fn words(&self) -> (String, String) {
        match self {
            Self::Empty => (
                "The file is empty. Choose the file again.".into(),
                "文件为空。请重新选择文件。".into(),
            ),
            Self::Program => (
                "Programs and scripts are not taken. Send a document or a picture.".into(),
                "不接受程序或脚本。请上传文档或图片。".into(),
            ),
            Self::Otherwise {
                name_says,
                is: Some(is),
            } => (
                format!(
                    "The name says {name_says}, but the file is a {is}. Give it the right ending, or export it again."
                ),
                format!("文件名表示 {name_says}，但内容是 {is}。请改正扩展名，或重新导出该文件。"),
            ),
            Self::Otherwise { name_says, is: None } => (
                format!(
                    "The name says {name_says}, but the bytes are not of one. The file may be damaged: export it again."
                ),
                format!("文件名表示 {name_says}，但内容并非如此。文件可能已损坏，请重新导出。"),
            ),
            Self::NoText { name_says } => (
                format!(
                    "The name says text (.{name_says}), but the file is not text. Give it the right ending."
                ),
                format!("文件名表示文本（.{name_says}），但内容不是文本。请改正扩展名。"),
            ),
        }
    }
}

/// The media type of a file, from its name and its first [`HEAD`] bytes.
pub fn judge(name: &str, head: &[u8]) -> Result<&'static str, Misfit> {
    if head.is_empty() {
        return Err(Misfit::Empty);
    }
    let extension = name
        .rsplit_once('.')
        .map(|(_, extension)| extension.to_ascii_lowercase())
        .unwrap_or_default();
    let sniffed: Vec<&Kind> = KINDS.iter().filter(|kind| kind.fits(head)).collect();
    if let Some(named) = KINDS
        .iter()
        .find(|kind| kind.extensions.contains(&extension.as_str()))
    {
        let is = if is_program(head) {
            Some("program")
        } else {
            sniffed.first().map(|kind| kind.word)
        };
        return if named.fits(head) {
            Ok(named.media_type)
        } else {
            Err(Misfit::Otherwise {
                name_says: named.word,
                is,
            })
        };
    }
    if is_program(head) {
        return Err(Misfit::Program);
    }
    if let Some((known, media_type)) = TEXTS.iter().find(|(known, _)| *known == extension) {
        return if head.contains(&0) && !is_utf16(head) {
            Err(Misfit::NoText { name_says: known })
        } else {
            Ok(media_type)
        };
    }
    // An archive by its bytes may be any of a dozen kinds, so that only a signature with one meaning names it.
    match sniffed.as_slice() {
        [only] => Ok(only.media_type),
        [] | [_, ..] => Ok(UNKNOWN),
    }
}

impl Kind {
    fn fits(&self, head: &[u8]) -> bool {
        self.starts
            .iter()
            .any(|Start(at, bytes)| head.get(*at..).is_some_and(|rest| rest.starts_with(bytes)))
    }
}

/// Text of two bytes a letter, as spreadsheets write it, says so at its beginning.
fn is_utf16(head: &[u8]) -> bool {
    head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff")
}

fn is_program(head: &[u8]) -> bool {
    PROGRAMS.iter().any(|start| head.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn name_and_bytes_agree_or_the_file_is_refused() {
        let png = b"\x89PNG\r\n\x1a\n\0\0";
        assert_eq!(judge("r.pdf", b"%PDF-1.4\n"), Ok("application/pdf"));
        assert_eq!(judge("R.PNG", png), Ok("image/png"));
        assert_eq!(judge("scan", png), Ok("image/png"));
        assert_eq!(
            judge("r.pdf", png),
            Err(Misfit::Otherwise {
                name_says: "PDF document",
                is: Some("PNG picture")
            })
        );
        assert_eq!(
            judge("r.pdf", b"hello"),
            Err(Misfit::Otherwise {
                name_says: "PDF document",
                is: None
            })
        );
        assert_eq!(
            judge("r.pdf", b"MZ\x90"),
            Err(Misfit::Otherwise {
                name_says: "PDF document",
                is: Some("program")
            })
        );
        assert_eq!(
            judge("a.xlsx", b"PK\x03\x04...."),
            Ok("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
        );
        assert_eq!(judge("a.bin", b"PK\x03\x04...."), Ok(UNKNOWN));
        assert_eq!(judge("a.csv", b"a;b\n1;2"), Ok("text/csv"));
        assert_eq!(judge("a.csv", b"a\0b"), Err(Misfit::NoText { name_says: "csv" }));
        assert_eq!(judge("a.csv", b"\xff\xfea\0;\0b\0"), Ok("text/csv"));
        assert_eq!(judge("a.jsonl", b"{}"), Ok("application/jsonl"));
        for (name, head) in [
            ("run.exe", &b"MZ"[..]),
            ("x", b"\x7fELF"),
            ("x.txt", b"#!/bin/sh\n"),
        ] {
            assert_eq!(judge(name, head), Err(Misfit::Program), "{name}");
        }
        assert_eq!(judge("a.txt", b""), Err(Misfit::Empty));
    }
}
