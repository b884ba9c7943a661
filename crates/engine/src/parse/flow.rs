//! `{ }` and `[ ]` on a line: where they end, and what inside them wants quotes.

use super::Fault;
use super::bounds::DEPTH;
use super::source::Source;
use crate::finding::words;

/// How a bracket ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// One past its closing bracket.
    At(usize),
    /// Not before the limit, or by another kind of bracket.
    Never,
    /// Brackets inside it nest too deep; the first that does stands here.
    TooDeep(usize),
}

/// Where a bracket closes before `limit`.
pub(super) fn closing(source: &Source, from: usize, limit: usize) -> End {
    let mut open = Vec::new();
    let mut quotes = Quotes::default();
    let mut at = from;
    while at < limit {
        let Some(letter) = source.letters.get(at).copied() else {
            break;
        };
        match letter {
            '{' | '[' if open.len() == DEPTH => return End::TooDeep(at),
            '{' | '[' => open.push(letter),
            '}' | ']' => {
                let wanted = if letter == '}' { '{' } else { '[' };
                if open.pop() != Some(wanted) {
                    return End::Never;
                }
                if open.is_empty() {
                    return End::At(at + 1);
                }
            }
            '"' | '\'' => at = quotes.end(source, at, limit).unwrap_or(at),
            '#' if at > 0
                && source
                    .letters
                    .get(at - 1)
                    .is_some_and(|before| before.is_whitespace()) =>
            {
                while at + 1 < limit && source.letters.get(at + 1) != Some(&'\n') {
                    at += 1;
                }
            }
            _ => {}
        }
        at += 1;
    }
    End::Never
}

/// Quotes met by a walk. One that is never closed is a letter like any other, and so are all later ones of its kind:
/// each of them would otherwise be looked for to the end again.
#[derive(Default)]
struct Quotes {
    unclosed: [Option<char>; 2],
}

impl Quotes {
    /// The closing quote of a quote that begins a text (after a blank, a bracket, a comma or a sign).
    fn end(&mut self, source: &Source, at: usize, limit: usize) -> Option<usize> {
        let quote = *source.letters.get(at)?;
        let before = at
            .checked_sub(1)
            .and_then(|before| source.letters.get(before))
            .copied()
            .unwrap_or(' ');
        if before.is_alphanumeric() || self.unclosed.contains(&Some(quote)) {
            return None;
        }
        let end = quoted(source, at, limit, quote);
        if end.is_none() {
            let place = usize::from(quote == '"');
            self.unclosed.get_mut(place).map(|kind| kind.replace(quote));
        }
        end
    }
}

/// The place of the quote that closes the one at `at`.
pub(super) fn quoted(source: &Source, at: usize, limit: usize, quote: char) -> Option<usize> {
    let mut place = at + 1;
    while place < limit {
        let letter = *source.letters.get(place)?;
        let next = source.letters.get(place + 1).copied();
        let escaped = letter == '\\' && quote == '"';
        let doubled = letter == '\'' && quote == '\'' && next == Some('\'');
        if escaped || doubled {
            place += 2;
        } else if letter == quote {
            return Some(place);
        } else {
            place += 1;
        }
    }
    None
}

/// A piece that was found wrong: masked, so that the rest can be read.
pub(super) struct Wrong {
    pub from: usize,
    pub to: usize,
    pub fault: Fault,
}

/// What inside a closed bracket would be read otherwise than it was meant.
pub(super) fn check(source: &Source, from: usize, to: usize) -> Vec<Wrong> {
    let mut wrong = Vec::new();
    inside(source, (from, to), DEPTH, &mut wrong);
    wrong
}

/// The same `depth` brackets deep at most: [`closing`] has refused what is deeper.
fn inside(source: &Source, (from, to): (usize, usize), depth: usize, wrong: &mut Vec<Wrong>) {
    let mapping = source.letters.get(from) == Some(&'{');
    let pieces = split(source, from + 1, to - 1);
    let mut last_value: Option<(usize, usize)> = None;
    let mut tail = None;
    for (begin, end) in pieces {
        let (begin, end) = trim(source, begin, end);
        if begin == end {
            continue;
        }
        if !mapping {
            value(source, (begin, end), depth, wrong);
            continue;
        }
        match colon(source, begin, end) {
            Some(at) => {
                let (first, last) = trim(source, at + 1, end);
                (last_value, tail) = (Some((first, last)), None);
                value(source, (first, last), depth, wrong);
            }
            None => {
                let found = no_colon(source, begin, end, last_value);
                let torn = found.fault.code == "needs-quotes";
                match tail.and_then(|tail: usize| wrong.get_mut(tail)) {
                    // More of a text that is torn apart already: masked with it, and not told again.
                    Some(told) if torn => told.to = end,
                    _ => {
                        if torn && last_value.take().is_some() {
                            tail = Some(wrong.len());
                        }
                        wrong.push(found);
                    }
                }
            }
        }
    }
}

/// The pieces between commas, round brackets and quotes respected.
fn split(source: &Source, from: usize, to: usize) -> Vec<(usize, usize)> {
    let (mut pieces, mut begin, mut depth, mut at) = (Vec::new(), from, 0_usize, from);
    let mut quotes = Quotes::default();
    while at < to {
        match source.letters.get(at) {
            Some('(' | '[' | '{') => depth += 1,
            Some(')' | ']' | '}') => depth = depth.saturating_sub(1),
            Some('"' | '\'') => at = quotes.end(source, at, to).unwrap_or(at),
            Some(',') if depth == 0 => {
                pieces.push((begin, at));
                begin = at + 1;
            }
            _ => {}
        }
        at += 1;
    }
    pieces.push((begin, to));
    pieces
}

fn trim(source: &Source, from: usize, to: usize) -> (usize, usize) {
    let blank = |at: usize| {
        source
            .letters
            .get(at)
            .is_some_and(|letter| letter.is_whitespace())
    };
    let (mut from, mut to) = (from, to);
    while from < to && blank(from) {
        from += 1;
    }
    while to > from && blank(to - 1) {
        to -= 1;
    }
    (from, to)
}

/// The colon that ends the key of an entry.
fn colon(source: &Source, from: usize, to: usize) -> Option<usize> {
    let mut at = from;
    if let Some(quote @ ('"' | '\'')) = source.letters.get(at).copied() {
        at = quoted(source, at, to, quote)? + 1;
        return (source.letters.get(at) == Some(&':')).then_some(at);
    }
    while at < to {
        let ends = at + 1 >= to
            || source
                .letters
                .get(at + 1)
                .is_some_and(|next| next.is_whitespace());
        if source.letters.get(at) == Some(&':') && ends {
            return Some(at);
        }
        at += 1;
    }
    None
}

fn no_colon(source: &Source, from: usize, to: usize, before: Option<(usize, usize)>) -> Wrong {
    let text = source.slice(from, to);
    if let Some((key, rest)) = text.split_once([':', '：'])
        && !rest.is_empty()
        && key
            .chars()
            .all(|letter| letter.is_alphanumeric() || letter == '_')
    {
        let hint = words!("Write `{key}: {rest}`.", "请写 `{key}: {rest}`。");
        let fault = Fault {
            code: "space-after-colon",
            place: source.place(from, to),
            message: words!("A space is missing after the colon.", "冒号后缺少空格。"),
            hint: Some(hint),
        };
        return Wrong { from, to, fault };
    }
    let (begin, whole) = before.map_or((from, text.clone()), |(begin, _)| {
        (begin, source.slice(begin, to))
    });
    let fault = Fault {
        code: "needs-quotes",
        place: source.place(begin, to),
        message: words!(
            "Inside {{ }} a comma begins the next entry, and `{text}` is none.",
            "在 {{ }} 内，逗号表示下一项，而 `{text}` 不是一项。"
        ),
        hint: Some(match before {
            Some(_) => words!(
                "Put the whole text in double quotes: `\"{whole}\"`.",
                "请把整段文本放进双引号：`\"{whole}\"`。"
            ),
            None => words!(
                "Give it a name and a value: `{text}: …`.",
                "请写出名称和值：`{text}: …`。"
            ),
        }),
    };
    Wrong {
        from: begin,
        to,
        fault,
    }
}

fn value(source: &Source, (from, to): (usize, usize), depth: usize, all: &mut Vec<Wrong>) {
    let text = || source.slice(from, to);
    let mut wrong = |code: &'static str, message, hint| {
        all.push(Wrong {
            from,
            to,
            fault: Fault {
                code,
                place: source.place(from, to),
                message,
                hint: Some(hint),
            },
        });
    };
    let in_quotes = || {
        let text = text();
        words!(
            "Put it in double quotes: `\"{text}\"`.",
            "请放进双引号：`\"{text}\"`。"
        )
    };
    match source.letters.get(from).filter(|_| from < to) {
        None => {}
        Some('{' | '[') => match closing(source, from, to) {
            End::At(end) if end == to && depth > 0 => inside(source, (from, to), depth - 1, all),
            _ => wrong(
                "starts-with-sign",
                words!(
                    "A text that starts with a bracket wants quotes.",
                    "以括号开头的文本需要引号。"
                ),
                in_quotes(),
            ),
        },
        Some(quote @ ('"' | '\'')) => match quoted(source, from, to, *quote) {
            Some(end) if end + 1 == to => {}
            _ => wrong(
                "text-after-quote",
                words!(
                    "The text goes on after its closing quote.",
                    "文本在右引号之后仍继续。"
                ),
                after_quote(&text()),
            ),
        },
        Some(first @ ('“' | '”' | '‘' | '’' | '„' | '«')) => {
            let inside = text()
                .trim_matches(['“', '”', '‘', '’', '„', '«', '»'])
                .to_owned();
            wrong(
                "curly-quote",
                words!(
                    "`{first}` is not a quote that the file knows.",
                    "`{first}` 不是可识别的引号。"
                ),
                words!(
                    "Use straight quotes: `\"{inside}\"`.",
                    "请用直引号：`\"{inside}\"`。"
                ),
            );
        }
        Some(first) if "%@`!*&>|?".contains(*first) => wrong(
            if is_alias(source, from) {
                "alias"
            } else {
                "starts-with-sign"
            },
            words!(
                "A text that starts with `{first}` wants quotes.",
                "以 `{first}` 开头的文本需要引号。"
            ),
            in_quotes(),
        ),
        Some(_) => all.extend(plain(source, from, to, &text())),
    }
}

/// `&name` or `*name`
fn is_alias(source: &Source, from: usize) -> bool {
    let letter = |at: usize| source.letters.get(at);
    matches!(letter(from), Some('&' | '*')) && letter(from + 1).is_some_and(|next| next.is_alphanumeric())
}

fn plain(source: &Source, from: usize, to: usize, text: &str) -> Option<Wrong> {
    let sign = text
        .chars()
        .find(|letter| matches!(letter, ',' | '[' | ']' | '{' | '}'));
    let colon = text.contains(": ") || text.ends_with(':');
    let sign = sign.or_else(|| colon.then_some(':'))?;
    let fault = Fault {
        code: "needs-quotes",
        place: source.place(from, to),
        message: words!(
            "Inside {{ }} a text with `{sign}` in it wants quotes.",
            "在 {{ }} 内，含 `{sign}` 的文本需要引号。"
        ),
        hint: Some(words!(
            "Put it in double quotes: `\"{text}\"`, or on a line of its own.",
            "请放进双引号：`\"{text}\"`，或单独写一行。"
        )),
    };
    Some(Wrong { from, to, fault })
}

/// How to write a text of which only the beginning is quoted.
pub(super) fn after_quote(text: &str) -> crate::finding::Words {
    if text.contains('"') {
        let single = text.replace('"', "'");
        return words!(
            "Put the whole in double quotes, with single ones inside: `\"{single}\"`.",
            "请整体放进双引号，内部用单引号：`\"{single}\"`。"
        );
    }
    words!(
        "Put the whole in double quotes: `\"{text}\"`.",
        "请整体放进双引号：`\"{text}\"`。"
    )
}
