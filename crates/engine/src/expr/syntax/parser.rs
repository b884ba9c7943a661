//! The parser: one method for each rule of the grammar.

mod values;

use super::{Binary, DEPTH, HEIGHT, RESERVED, Shape, Tree, too_large};
use crate::expr::Trouble;
use crate::expr::token::{Kind, Token};
use crate::finding::{Words, words};

pub(super) struct Parser {
    pub(super) tokens: Vec<Token>,
    pub(super) at: usize,
    pub(super) length: usize,
    pub(super) depth: usize,
}

type Parsed = Result<Tree, Trouble>;

impl Parser {
    pub(super) fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn word(&mut self, word: &str) -> bool {
        let found = matches!(self.peek(), Some(Token { kind: Kind::Word(next), .. }) if next == word);
        self.at += usize::from(found);
        found
    }

    fn sign(&mut self, sign: &str) -> bool {
        let found = matches!(self.peek(), Some(Token { kind: Kind::Sign(next), .. }) if *next == sign);
        self.at += usize::from(found);
        found
    }

    fn end(&self) -> usize {
        self.at
            .checked_sub(1)
            .and_then(|last| self.tokens.get(last))
            .map_or(0, |token| token.to)
    }

    fn wanted(&self, what: Words) -> Trouble {
        match self.peek() {
            Some(token) => self.unexpected(token.clone(), Some(what)),
            None => Trouble::new(
                "expression-syntax",
                self.length.saturating_sub(1),
                self.length,
                Words::new(
                    format!("The expression breaks off here: {} is missing.", what.en),
                    format!("表达式在这里中断：缺少{}。", what.zh),
                ),
            )
            .hint(Words::new(
                format!("Add {} here, or remove what waits for it.", what.en),
                format!("请在此补上{}，或删去等待它的部分。", what.zh),
            )),
        }
    }

    fn deeper(&mut self, part: fn(&mut Self) -> Parsed) -> Parsed {
        self.depth += 1;
        if self.depth > DEPTH {
            let at = self.peek().map_or(0, |token| token.from);
            return Err(Trouble::new(
                "expression-syntax",
                at,
                at + 1,
                words!(
                    "This expression is nested deeper than {DEPTH} levels.",
                    "表达式嵌套超过 {DEPTH} 级。"
                ),
            )
            .hint(words!(
                "Split it: a `computed` field can hold a part.",
                "请拆分：可用 `computed` 字段保存一部分。"
            )));
        }
        let parsed = part(self);
        self.depth -= 1;
        parsed
    }

    pub(super) fn choice(&mut self) -> Parsed {
        self.deeper(Self::choice_inside)
    }

    fn choice_inside(&mut self) -> Parsed {
        let from = self.peek().map_or(self.length, |token| token.from);
        if !self.word("if") {
            return self.either();
        }
        let condition = self.choice()?;
        if !self.word("then") {
            return Err(self.wanted(words!("`then`", "`then`")));
        }
        let yes = self.choice()?;
        if !self.word("else") {
            return Err(self.wanted(words!("`else`", "`else`")));
        }
        let no = self.choice()?;
        let to = no.to;
        Ok(Tree::new(
            Shape::If(Box::new(condition), Box::new(yes), Box::new(no)),
            from,
            to,
        ))
    }

    fn either(&mut self) -> Parsed {
        let mut left = self.both()?;
        while self.word("or") {
            left = binary(Binary::Or, left, self.both()?)?;
        }
        Ok(left)
    }

    fn both(&mut self) -> Parsed {
        let mut left = self.denial()?;
        while self.word("and") {
            left = binary(Binary::And, left, self.denial()?)?;
        }
        Ok(left)
    }

    fn denial(&mut self) -> Parsed {
        let from = self.peek().map_or(self.length, |token| token.from);
        if self.word("not") {
            let inside = self.deeper(Self::denial)?;
            let to = inside.to;
            return Ok(Tree::new(Shape::Not(Box::new(inside)), from, to));
        }
        self.comparison()
    }

    fn comparison(&mut self) -> Parsed {
        let left = self.sum()?;
        self.refuse_late_not(&left)?;
        if self.word("between") {
            let low = self.sum()?;
            if !self.word("and") {
                return Err(self.wanted(words!(
                    "`and` (as in `amount between 100 and 500`)",
                    "`and`（如 `amount between 100 and 500`）"
                )));
            }
            let high = self.sum()?;
            let (from, to) = (left.from, high.to);
            return Ok(Tree::new(
                Shape::Between(Box::new(left), Box::new(low), Box::new(high)),
                from,
                to,
            ));
        }
        if self.word("is") {
            let positive = !self.word("not");
            if !self.word("empty") {
                return Err(self.wanted(words!(
                    "`empty` (`is` only asks `is empty` or `is not empty`; values are compared with `==`)",
                    "`empty`（`is` 只用于 `is empty` 或 `is not empty`；比较值请用 `==`）"
                )));
            }
            let (from, to) = (left.from, self.end());
            return Ok(Tree::new(Shape::IsEmpty(Box::new(left), positive), from, to));
        }
        let Some(operation) = self.comparing()? else {
            return Ok(left);
        };
        let right = self.sum()?;
        let tree = binary(operation, left, right)?;
        self.refuse_chain()?;
        Ok(tree)
    }

    /// `x not in […]`, as other languages write it.
    fn refuse_late_not(&self, left: &Tree) -> Result<(), Trouble> {
        let word = |at: usize| match self.tokens.get(at).map(|token| &token.kind) {
            Some(Kind::Word(word)) => Some(word.as_str()),
            _ => None,
        };
        let (Some("not"), Some(next)) = (word(self.at), word(self.at + 1)) else {
            return Ok(());
        };
        let rest = match next {
            "in" => "in […]",
            "between" => "between … and …",
            "contains" | "contain" => "contains …",
            "matches" | "match" => "matches …",
            "starts" | "start" | "starts_with" => "starts with …",
            _ => return Ok(()),
        };
        let value = match &left.shape {
            Shape::Name(name) => name.as_str(),
            _ => "…",
        };
        let (from, to) = (self.at, self.at + 1);
        let place = |at: usize| self.tokens.get(at).map_or((0, 0), |token| (token.from, token.to));
        Err(Trouble::new(
            "expression-syntax",
            place(from).0,
            place(to).1,
            words!(
                "`not` stands before the whole comparison.",
                "`not` 要放在整个比较之前。"
            ),
        )
        .hint(words!(
            "Write `not {value} {rest}`.",
            "请写 `not {value} {rest}`。"
        )))
    }

    fn comparing(&mut self) -> Result<Option<Binary>, Trouble> {
        const SIGNS: [(&str, Binary); 6] = [
            ("==", Binary::Equal),
            ("!=", Binary::NotEqual),
            ("<=", Binary::LessOrEqual),
            (">=", Binary::GreaterOrEqual),
            ("<", Binary::Less),
            (">", Binary::Greater),
        ];
        for (sign, operation) in SIGNS {
            if self.sign(sign) {
                return Ok(Some(operation));
            }
        }
        for (word, operation) in [
            ("in", Binary::In),
            ("contains", Binary::Contains),
            ("matches", Binary::Matches),
        ] {
            if self.word(word) {
                return Ok(Some(operation));
            }
        }
        if self.word("starts") {
            if !self.word("with") {
                return Err(self.wanted(words!("`with`", "`with`")));
            }
            return Ok(Some(Binary::StartsWith));
        }
        Ok(None)
    }

    fn refuse_chain(&mut self) -> Result<(), Trouble> {
        let next = self.peek().cloned();
        if let Some(token) = next
            && self.comparing()?.is_some()
        {
            return Err(Trouble::new(
                "expression-syntax",
                token.from,
                token.to,
                words!("Two comparisons cannot be chained.", "比较不能连写。"),
            )
            .hint(words!(
                "Write `amount between 100 and 500`, or join two comparisons with `and`.",
                "请写 `amount between 100 and 500`，或用 `and` 连接两个比较。"
            )));
        }
        Ok(())
    }

    fn sum(&mut self) -> Parsed {
        let mut left = self.product()?;
        loop {
            let operation = if self.sign("+") {
                Binary::Add
            } else if self.sign("-") {
                Binary::Subtract
            } else {
                return Ok(left);
            };
            left = binary(operation, left, self.product()?)?;
        }
    }

    fn product(&mut self) -> Parsed {
        let mut left = self.negation()?;
        loop {
            let operation = if self.sign("*") {
                Binary::Multiply
            } else if self.sign("/") {
                Binary::Divide
            } else {
                return Ok(left);
            };
            left = binary(operation, left, self.negation()?)?;
        }
    }

    fn negation(&mut self) -> Parsed {
        let from = self.peek().map_or(self.length, |token| token.from);
        if self.sign("-") {
            let inside = self.deeper(Self::negation)?;
            let to = inside.to;
            return Ok(Tree::new(Shape::Negative(Box::new(inside)), from, to));
        }
        self.part()
    }

    fn part(&mut self) -> Parsed {
        let mut whole = self.value()?;
        while self.sign(".") {
            let Some(Token {
                kind: Kind::Word(name),
                to,
                ..
            }) = self.peek().cloned()
            else {
                return Err(self.wanted(words!("a name after the point", "点号后的名称")));
            };
            self.at += 1;
            let from = whole.from;
            whole = bounded(Tree::new(Shape::Part(Box::new(whole), name), from, to))?;
        }
        Ok(whole)
    }

    pub(super) fn unexpected(&self, token: Token, wanted: Option<Words>) -> Trouble {
        let shown = match &token.kind {
            Kind::Number(number) => number.to_string(),
            Kind::Text(text) => format!("'{text}'"),
            Kind::Word(word) => word.clone(),
            Kind::Sign(sign) => (*sign).to_owned(),
        };
        let message = match wanted {
            Some(what) => Words::new(
                format!("`{shown}` stands where {} is wanted.", what.en),
                format!("`{shown}` 处应为{}。", what.zh),
            ),
            None => words!("`{shown}` is not expected here.", "这里不应出现 `{shown}`。"),
        };
        let trouble = Trouble::new("expression-syntax", token.from, token.to, message);
        match hint(
            &token.kind,
            self.at.checked_sub(1).and_then(|last| self.tokens.get(last)),
        ) {
            Some(hint) => trouble.hint(hint),
            None => trouble,
        }
    }
}

/// What was probably meant.
pub(super) fn hint(kind: &Kind, before: Option<&Token>) -> Option<Words> {
    let Kind::Word(word) = kind else { return None };
    let lower = word.to_lowercase();
    let right = match lower.as_str() {
        "equals" | "equal" => "==",
        "greater" | "more" | "above" | "over" => ">",
        "less" | "under" | "below" => "<",
        "like" => "contains",
        "null" | "none" | "nil" => "empty",
        _ => "",
    };
    if !right.is_empty() {
        return Some(words!("Write `{right}`.", "请写 `{right}`。"));
    }
    let after_is = matches!(before, Some(Token { kind: Kind::Word(word), .. }) if word == "is");
    if let (true, "yes" | "no" | "true" | "false") = (after_is, lower.as_str()) {
        let right = matches!(lower.as_str(), "yes" | "true");
        return Some(words!("Write `== {right}`.", "请写 `== {right}`。"));
    }
    if lower == "in" && matches!(before, Some(Token { kind: Kind::Word(word), .. }) if word == "not") {
        return Some(words!(
            "Write `not x in [...]`: `not` stands before the whole comparison.",
            "请写 `not x in [...]`：`not` 放在整个比较之前。"
        ));
    }
    if let Some(near) = countersign_kernel::text::nearest(&lower, RESERVED) {
        return Some(words!("Did you mean `{near}`?", "是否想写 `{near}`？"));
    }
    Some(words!(
        "A word is missing between the two values, like `and`, `==` or `+`. A text stands in single quotes: `'{word}'`.",
        "两个值之间缺少词，如 `and`、`==` 或 `+`。文本要放在单引号中：`'{word}'`。"
    ))
}

/// Two values joined, unless their tree becomes too high to be walked.
fn binary(operation: Binary, left: Tree, right: Tree) -> Parsed {
    let (from, to) = (left.from, right.to);
    bounded(Tree::new(
        Shape::Binary(operation, Box::new(left), Box::new(right)),
        from,
        to,
    ))
}

fn bounded(tree: Tree) -> Parsed {
    if tree.height > HEIGHT {
        return Err(too_large(tree.from, tree.to));
    }
    Ok(tree)
}
