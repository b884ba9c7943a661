//! From text to tokens, with the mistakes that people bring from elsewhere explained.

use rust_decimal::Decimal;

use super::Trouble;
use crate::finding::words;

/// A token and where it stands, in characters.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Token {
    pub kind: Kind,
    pub from: usize,
    pub to: usize,
}

/// What a token is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    Number(Decimal),
    Text(String),
    Word(String),
    /// `==`, `(`, `.` …
    Sign(&'static str),
}

const SIGNS: [&str; 18] = [
    "==", "!=", "<=", ">=", "<", ">", "+", "-", "*", "/", "%", "(", ")", "[", "]", ",", ".", "\u{0}",
];

/// Signs from elsewhere, and how it is said here.
const FOREIGN: [(&str, &str); 25] = [
    ("&&", "and"),
    ("||", "or"),
    ("<>", "!="),
    ("=>", ">="),
    ("=<", "<="),
    ("===", "=="),
    ("=", "=="),
    ("≥", ">="),
    ("≤", "<="),
    ("≠", "!="),
    ("！", "not"),
    ("×", "*"),
    ("÷", "/"),
    ("（", "("),
    ("）", ")"),
    ("，", ","),
    ("＞", ">"),
    ("＜", "<"),
    ("＝", "=="),
    ("＋", "+"),
    ("％", "%"),
    ("&", "and"),
    ("|", "or"),
    ("!", "not"),
    ("^", "*"),
];

pub(super) fn tokens(text: &str) -> Result<Vec<Token>, Trouble> {
    let letters: Vec<char> = text.chars().collect();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(letter) = letters.get(at).copied() {
        if letter.is_whitespace() {
            at += 1;
            continue;
        }
        let token = next(&letters, at, letter)?;
        at = token.to;
        found.push(token);
    }
    Ok(found)
}

fn next(letters: &[char], at: usize, letter: char) -> Result<Token, Trouble> {
    match letter {
        '0'..='9' => number(letters, at),
        '\'' => quoted(letters, at),
        '"' | '“' | '”' | '‘' | '’' | '`' | '„' | '«' => Err(other_quote(letters, at, letter)),
        '€' | '$' | '£' | '¥' | '￥' => Err(currency_sign(letters, at, letter)),
        _ if letter.is_alphabetic() || letter == '_' => Ok(word(letters, at)),
        _ => sign(letters, at, letter),
    }
}

fn take_while(letters: &[char], from: usize, fits: impl Fn(char) -> bool) -> usize {
    letters
        .iter()
        .skip(from)
        .take_while(|letter| fits(**letter))
        .count()
        + from
}

fn slice(letters: &[char], from: usize, to: usize) -> String {
    letters.get(from..to).unwrap_or_default().iter().collect()
}

fn word(letters: &[char], at: usize) -> Token {
    let to = take_while(letters, at, |letter| letter.is_alphanumeric() || letter == '_');
    Token {
        kind: Kind::Word(slice(letters, at, to)),
        from: at,
        to,
    }
}

fn number(letters: &[char], at: usize) -> Result<Token, Trouble> {
    let mut to = take_while(letters, at, |letter| letter.is_ascii_digit());
    let digit_after = |place: usize| letters.get(place + 1).is_some_and(char::is_ascii_digit);
    if letters.get(to) == Some(&'.') && digit_after(to) {
        to = take_while(letters, to + 1, |letter| letter.is_ascii_digit());
    }
    thousands(letters, at, to)?;
    let text = slice(letters, at, to);
    if letters
        .get(to)
        .is_some_and(|next| next.is_alphabetic() || *next == '_')
    {
        let end = take_while(letters, to, |letter| {
            letter.is_alphanumeric() || letter == '_' || letter == '-'
        });
        let written = slice(letters, at, end);
        let power = written
            .trim_start_matches(|letter: char| letter.is_ascii_digit() || letter == '.')
            .trim_start_matches(['e', 'E']);
        let hint = if power
            .trim_start_matches(['-', '+'])
            .chars()
            .all(|letter| letter.is_ascii_digit())
        {
            words!("Write the number out in digits.", "请把数字完整写出。")
        } else {
            words!(
                "Put a space between number and word: `{text} {rest}`.",
                "请在数字和单词之间加空格：`{text} {rest}`。",
                text = text,
                rest = slice(letters, to, end)
            )
        };
        return Err(Trouble::new(
            "expression-syntax",
            at,
            end,
            words!(
                "`{written}` is neither a number nor a name.",
                "`{written}` 既不是数字也不是名称。"
            ),
        )
        .hint(hint));
    }
    let value = Decimal::from_str_exact(&text).map_err(|_| {
        Trouble::new(
            "expression-syntax",
            at,
            to,
            words!("The number `{text}` is too long.", "数字 `{text}` 太长。"),
        )
        .hint(words!("Numbers have up to 28 digits.", "数字最多 28 位。"))
    })?;
    Ok(Token {
        kind: Kind::Number(value),
        from: at,
        to,
    })
}

/// `1,000`, `1.000,50` and `1 000` are no numbers here; a comma between the items of a list or function is fine
/// with a space after it.
fn thousands(letters: &[char], at: usize, to: usize) -> Result<(), Trouble> {
    let end = take_while(letters, to, |letter| {
        letter.is_ascii_digit() || letter == ',' || letter == '.' || letter == '\''
    });
    let rest = slice(letters, to, end);
    let grouped =
        rest.starts_with([',', '.']) && rest.chars().nth(1).is_some_and(|next| next.is_ascii_digit());
    if !grouped {
        return Ok(());
    }
    let written = slice(letters, at, end);
    let plain = plain_number(&written);
    Err(Trouble::new(
        "number-format",
        at,
        end,
        words!(
            "`{written}` is not how a number is written here.",
            "`{written}` 不是这里的数字写法。"
        ),
    )
    .hint(words!(
        "Write `{plain}`: no signs between thousands, and a point before decimals.",
        "请写 `{plain}`：千位不加分隔符，小数用点。"
    )))
}

/// What was meant by `1.000,50` or `1,000`.
pub(super) fn plain_number(written: &str) -> String {
    let last = written.rfind([',', '.']).unwrap_or(written.len());
    let (whole, part) = written.split_at(last);
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let both = written.contains(',') && written.contains('.');
    let part = digits(part);
    if both || part.len() != 3 {
        format!("{}.{part}", digits(whole))
    } else {
        format!("{}{part}", digits(whole))
    }
}

fn quoted(letters: &[char], at: usize) -> Result<Token, Trouble> {
    let mut text = String::new();
    let mut place = at + 1;
    loop {
        match (letters.get(place), letters.get(place + 1)) {
            (Some('\''), Some('\'')) => {
                text.push('\'');
                place += 2;
            }
            (Some('\''), _) => {
                return Ok(Token {
                    kind: Kind::Text(text),
                    from: at,
                    to: place + 1,
                });
            }
            (Some(letter), _) => {
                text.push(*letter);
                place += 1;
            }
            (None, _) => {
                return Err(Trouble::new(
                    "expression-syntax",
                    at,
                    at + 1,
                    words!("This quote is never closed.", "这个引号没有闭合。"),
                )
                .hint(words!(
                    "Put a `'` after the text. An apostrophe inside a text is written twice: `'Ann''s'`.",
                    "请在文本后加上 `'`。文本中的撇号写两次：`'Ann''s'`。"
                )));
            }
        }
    }
}

fn other_quote(letters: &[char], at: usize, letter: char) -> Trouble {
    let closing = ['"', '“', '”', '‘', '’', '`', '»'];
    let to = take_while(letters, at + 1, |next| !closing.contains(&next));
    let text = slice(letters, at + 1, to);
    let end = (to + 1).min(letters.len());
    let code = if letter == '"' {
        "double-quote"
    } else {
        "curly-quote"
    };
    Trouble::new(
        code,
        at,
        end,
        words!(
            "Inside an expression a text stands in single straight quotes.",
            "表达式中的文本要用英文单引号。"
        ),
    )
    .hint(words!("Write `'{text}'`.", "请写 `'{text}'`。"))
}

fn currency_sign(letters: &[char], at: usize, letter: char) -> Trouble {
    let code = match letter {
        '€' => "EUR",
        '£' => "GBP",
        '¥' | '￥' => "CNY",
        _ => "USD",
    };
    let from = take_while(letters, at + 1, char::is_whitespace);
    let to = take_while(letters, from, |next| {
        next.is_ascii_digit() || next == '.' || next == ','
    });
    let amount = slice(letters, from, to);
    let amount = if amount.is_empty() {
        "500".to_owned()
    } else {
        amount
    };
    Trouble::new(
        "expression-syntax",
        at,
        to.max(at + 1),
        words!(
            "Money is written with the code of its currency.",
            "金额要写货币代码。"
        ),
    )
    .hint(words!("Write `{amount} {code}`.", "请写 `{amount} {code}`。"))
}

fn sign(letters: &[char], at: usize, letter: char) -> Result<Token, Trouble> {
    let fits = |sign: &str| {
        sign.chars()
            .enumerate()
            .all(|(place, wanted)| letters.get(at + place) == Some(&wanted))
    };
    let mut foreign: Vec<&(&str, &str)> = FOREIGN.iter().filter(|(sign, _)| fits(sign)).collect();
    foreign.sort_by_key(|(sign, _)| std::cmp::Reverse(sign.chars().count()));
    let known = SIGNS
        .iter()
        .filter(|sign| fits(sign))
        .max_by_key(|sign| sign.len());
    if let Some((written, right)) = foreign.first()
        && known.is_none_or(|known| known.chars().count() < written.chars().count())
    {
        let to = at + written.chars().count();
        return Err(Trouble::new(
            "foreign-sign",
            at,
            to,
            words!(
                "`{written}` is not a word of this language.",
                "`{written}` 不是这种语言的符号。"
            ),
        )
        .hint(words!("Write `{right}`.", "请写 `{right}`。")));
    }
    match known {
        Some(sign) => Ok(Token {
            kind: Kind::Sign(sign),
            from: at,
            to: at + sign.chars().count(),
        }),
        None => Err(Trouble::new(
            "expression-syntax",
            at,
            at + 1,
            words!("`{letter}` means nothing here.", "`{letter}` 在这里没有意义。"),
        )
        .hint(words!(
            "Take it out, or put the text in single quotes.",
            "请去掉它，或把文本放进单引号。"
        ))),
    }
}
