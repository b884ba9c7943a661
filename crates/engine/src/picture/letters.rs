//! How wide texts are, and where they break: Latin at blanks, Chinese anywhere.

/// The width of a letter in a common sans serif, in parts of its size.
fn advance(letter: char) -> f32 {
    match letter {
        'i' | 'j' | 'l' | '\'' | '.' | ',' | ':' | ';' | '|' | '!' => 0.28,
        'f' | 't' | 'r' | 'I' | ' ' | '(' | ')' | '[' | ']' | '/' | '-' | '`' => 0.36,
        'm' | 'w' | 'M' | 'W' | '%' | '@' => 0.88,
        'A'..='Z' => 0.69,
        letter if is_wide(letter) => 1.0,
        _ => 0.57,
    }
}

/// Chinese, Japanese, Korean and full-width signs.
fn is_wide(letter: char) -> bool {
    matches!(u32::from(letter), 0x1100..=0x115F | 0x2E80..=0xA4CF | 0xAC00..=0xD7A3 | 0xF900..=0xFAFF | 0xFE30..=0xFE6F | 0xFF00..=0xFF60 | 0xFFE0..=0xFFE6 | 0x20000..=0x3FFFD)
}

pub(super) fn width(text: &str, size: f32) -> f32 {
    text.chars().map(advance).sum::<f32>() * size
}

/// Lines of at most this width; a word longer than a line is broken.
pub(super) fn wrap(text: &str, size: f32, most: f32) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for piece in pieces(text) {
        let joined = width(&line, size) + width(piece.trim_end(), size);
        if !line.is_empty() && joined > most {
            lines.push(line.trim_end().to_owned());
            line.clear();
        }
        for letter in piece.chars() {
            if width(&line, size) + advance(letter) * size > most && letter != ' ' {
                lines.push(std::mem::take(&mut line).trim_end().to_owned());
            }
            if !(line.is_empty() && letter == ' ') {
                line.push(letter);
            }
        }
    }
    if !line.trim().is_empty() {
        lines.push(line.trim_end().to_owned());
    }
    lines
}

/// Words with the blank after them; each wide letter by itself, but for closing signs, which stay with it.
fn pieces(text: &str) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    let mut open = false;
    for letter in text.chars() {
        let closing = matches!(
            letter,
            '，' | '。' | '；' | '：' | '）' | '、' | '”' | '！' | '？'
        );
        match all.last_mut() {
            Some(last) if closing => {
                last.push(letter);
                open = false;
            }
            Some(last) if open && !is_wide(letter) => {
                last.push(letter);
                open = letter != ' ';
            }
            _ => {
                all.push(letter.to_string());
                open = !is_wide(letter) && letter != ' ';
            }
        }
    }
    all
}

/// As XML wants it.
pub(super) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            letter if letter.is_control() => safe.push(' '),
            letter => safe.push(letter),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_keep_to_the_width_in_latin_and_chinese() {
        for text in [
            "A rather long title that needs several lines to be read",
            "超过五万元的合同须由首席执行官批准，否则退回给申请人",
            "Averyveryverylongwordwithoutanyblankinit, 和中文",
            "",
        ] {
            let lines = wrap(text, 14.0, 120.0);
            assert!(
                lines.iter().all(|line| width(line, 14.0) <= 120.0 + 14.0),
                "{lines:?}"
            );
            let letters = |text: &str| text.chars().filter(|letter| *letter != ' ').collect::<String>();
            assert_eq!(letters(&lines.concat()), letters(text));
        }
    }
}
