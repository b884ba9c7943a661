//! Values of lines: what would be read otherwise than it was meant.

use super::{Masked, Parts, Scan};
use crate::finding::words;
use crate::parse::bounds;
use crate::parse::flow::{self, End};

impl Scan<'_> {
    pub(super) fn value(&mut self, line: usize, parts: &Parts) -> usize {
        let (from, to) = parts.value;
        let Some(first) = self.source.letters.get(from).copied().filter(|_| from < to) else {
            return line + 1;
        };
        let text = self.source.slice(from, to);
        match first {
            '#' => line + 1,
            '{' | '[' => self.bracket(line, parts),
            '"' | '\'' => self.quote(line, parts, first),
            '|' | '>' if is_block_header(&text) => self.after_block(line, parts),
            '-' if parts.key.is_some() && text.starts_with("- ") => {
                self.fault(
                    "list-beside-key",
                    from,
                    to,
                    words!(
                        "A list begins on the line after its name.",
                        "列表要从名称的下一行开始。"
                    ),
                    words!(
                        "Put `{text}` on a line of its own, or write `[…]`.",
                        "请把 `{text}` 另起一行，或写成 `[…]`。"
                    ),
                );
                self.cover(from, to, Masked::Broken);
                line + 1
            }
            '“' | '”' | '‘' | '’' | '„' | '«' => {
                let inside = text.trim_matches(['“', '”', '‘', '’', '„', '«', '»']).to_owned();
                self.fault(
                    "curly-quote",
                    from,
                    to,
                    words!(
                        "`{first}` is not a quote that the file knows.",
                        "`{first}` 不是可识别的引号。"
                    ),
                    words!(
                        "Use straight quotes: `\"{inside}\"`, or none.",
                        "请用直引号：`\"{inside}\"`，或不用引号。"
                    ),
                );
                self.cover(from, to, Masked::Broken);
                line + 1
            }
            _ if "%@`!*&>|?,]}".contains(first) => {
                self.starts_with_sign(from, to, first, &text);
                line + 1
            }
            _ => {
                self.plain(parts, &text);
                line + 1
            }
        }
    }

    pub(super) fn starts_with_sign(&mut self, from: usize, to: usize, first: char, text: &str) {
        let word_after = text.chars().nth(1).is_some_and(char::is_alphanumeric);
        let hint = match first {
            '!' => {
                let rest = text.trim_start_matches('!');
                words!(
                    "If you mean the opposite, write `not {rest}`; a text goes in double quotes.",
                    "若表示相反，请写 `not {rest}`；文本放进双引号。"
                )
            }
            '>' | '|' => words!(
                "A condition begins with what is compared, like `amount {text}`; a text goes in double quotes: `\"{text}\"`.",
                "条件要写出被比较者，如 `amount {text}`；文本放进双引号：`\"{text}\"`。"
            ),
            '&' | '*' if word_after => words!(
                "Nothing is copied by `&` and `*` here: write it out again. A text goes in double quotes: `\"{text}\"`.",
                "这里不能用 `&` 和 `*` 复制：请重新写出。文本放进双引号：`\"{text}\"`。"
            ),
            _ => words!(
                "Put it in double quotes: `\"{text}\"`.",
                "请放进双引号：`\"{text}\"`。"
            ),
        };
        let code = if word_after && matches!(first, '&' | '*') {
            "alias"
        } else {
            "starts-with-sign"
        };
        self.fault(
            code,
            from,
            to,
            words!(
                "A text that starts with `{first}` wants quotes.",
                "以 `{first}` 开头的文本需要引号。"
            ),
            hint,
        );
        self.cover(from, to, Masked::Broken);
    }

    pub(super) fn plain(&mut self, parts: &Parts, text: &str) {
        let (from, to) = parts.value;
        let letters: Vec<char> = text.chars().collect();
        for (at, letter) in letters.iter().enumerate() {
            let before = at.checked_sub(1).and_then(|at| letters.get(at));
            let next = letters.get(at + 1);
            if *letter == '#' && before.is_some_and(|before| before.is_whitespace()) {
                if next.is_none_or(|next| next.is_whitespace() || *next == '#') {
                    return;
                }
                self.fault(
                    "hash-in-text",
                    from + at,
                    to,
                    words!(
                        "From ` #` on this would be cut off as a remark.",
                        "从 ` #` 起会被当作注释截断。"
                    ),
                    words!(
                        "Put the text in double quotes: `\"{text}\"`. For a remark, leave a space after `#`.",
                        "请把文本放进双引号：`\"{text}\"`。若是注释，请在 `#` 后加空格。"
                    ),
                );
                self.cover(from, to, Masked::Raw(text.to_owned()));
                return;
            }
            if *letter == ':' && next.is_none_or(|next| next.is_whitespace()) && parts.key.is_some() {
                self.fault(
                    "colon-in-text",
                    from + at,
                    from + at + 1,
                    words!(
                        "A colon inside a text makes YAML look for another name and value.",
                        "文本中的冒号会被当作另一个名称和值的分隔。"
                    ),
                    words!(
                        "Put the text in double quotes: `\"{text}\"`.",
                        "请把文本放进双引号：`\"{text}\"`。"
                    ),
                );
                self.cover(from, to, Masked::Broken);
                return;
            }
        }
    }

    pub(super) fn quote(&mut self, line: usize, parts: &Parts, quote: char) -> usize {
        let (from, to) = parts.value;
        let limit = self.limit(line);
        let Some(end) = flow::quoted(self.source, from, limit, quote) else {
            self.fault(
                "unclosed-quote",
                from,
                from + 1,
                words!("This quote is never closed.", "这个引号没有闭合。"),
                words!(
                    "Put a `{quote}` at the end of the text.",
                    "请在文本末尾加上 `{quote}`。"
                ),
            );
            self.cover(from, to, Masked::Broken);
            return line + 1;
        };
        let end_line = self.source.place(end, end + 1).line;
        let (_, end_to) = self.source.bounds(end_line);
        let rest = self.source.slice(end + 1, end_to);
        let clean = rest.trim().is_empty()
            || rest.trim_start().starts_with('#')
            || rest.trim_start().starts_with(':');
        if !clean && end_line == line {
            let text = self.source.slice(from, to);
            self.fault(
                "text-after-quote",
                from,
                to,
                words!(
                    "The text goes on after its closing quote.",
                    "文本在右引号之后仍继续。"
                ),
                flow::after_quote(&text),
            );
            self.cover(from, to, Masked::Broken);
        }
        end_line + 1
    }

    pub(super) fn bracket(&mut self, line: usize, parts: &Parts) -> usize {
        let (from, to) = parts.value;
        let limit = self.limit(line);
        let text = self.source.slice(from, to);
        let first = text.chars().next().unwrap_or('{');
        let end = flow::closing(self.source, from, limit);
        if let End::TooDeep(at) = end {
            self.masks.faults.push(bounds::too_deep(self.source, at));
            self.masks.stopped = true;
            return self.source.line_count() + 1;
        }
        let End::At(end) = end else {
            let wanted = if first == '{' { '}' } else { ']' };
            self.fault(
                "unclosed-bracket",
                from,
                from + 1,
                words!("This `{first}` is never closed.", "这个 `{first}` 没有闭合。"),
                words!(
                    "Put a `{wanted}` where it ends, and look whether every bracket inside it is closed too.",
                    "请在结尾加上 `{wanted}`，并检查其中每个括号都已闭合。"
                ),
            );
            self.cover(from, to, Masked::Broken);
            self.blank(to, limit);
            return self.source.place(limit, limit + 1).line.max(line + 1);
        };
        let end_line = self.source.place(end.saturating_sub(1), end).line;
        let (_, end_to) = self.source.bounds(end_line);
        let rest = self.source.slice(end, end_to);
        if !rest.trim().is_empty() && !rest.trim_start().starts_with('#') {
            self.fault(
                "starts-with-sign",
                from,
                to,
                words!(
                    "A text that starts with `{first}` wants quotes.",
                    "以 `{first}` 开头的文本需要引号。"
                ),
                words!(
                    "Put it in double quotes: `\"{text}\"`.",
                    "请放进双引号：`\"{text}\"`。"
                ),
            );
            self.cover(from, to, Masked::Broken);
            return line + 1;
        }
        for wrong in flow::check(self.source, from, end) {
            self.masks.faults.push(wrong.fault);
            self.cover(wrong.from, wrong.to, Masked::Broken);
        }
        end_line + 1
    }

    /// Where a value that goes over several lines must have ended: before the next line that stands no further in.
    pub(super) fn limit(&self, line: usize) -> usize {
        if self.flow.is_some() {
            return self.source.letters.len();
        }
        self.limits
            .get(line)
            .copied()
            .unwrap_or(self.source.letters.len())
    }

    /// The first line after a block of text.
    pub(super) fn after_block(&self, line: usize, parts: &Parts) -> usize {
        let mut next = line + 1;
        while next <= self.source.line_count() {
            let (from, to) = self.source.bounds(next);
            let indent = self
                .source
                .letters
                .get(from..to)
                .unwrap_or_default()
                .iter()
                .take_while(|letter| **letter == ' ')
                .count();
            if from + indent < to && indent <= parts.indent && !(parts.dashes && indent == parts.indent) {
                return next;
            }
            next += 1;
        }
        next
    }
}

pub(super) fn is_block_header(text: &str) -> bool {
    let rest = text
        .trim_start_matches(['|', '>', '+', '-'])
        .trim_start_matches(|letter: char| letter.is_ascii_digit());
    let rest = rest.trim();
    rest.is_empty() || rest.starts_with('#')
}
