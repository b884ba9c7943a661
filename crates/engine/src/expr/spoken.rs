//! An expression in people's words: labels instead of names, "is at least" instead of `>=`.

mod table;

use super::node::{Arithmetic, Comparison, Node, Over, Plain, RangePart};
use super::{Expr, PersonPart, Reference, RequestPart, Value, called};
use crate::definition::{Each, Field, FieldKind, Form, StepKind};
use crate::why::Telling;

impl Expr {
    /// What it says, in the words of the workflow that is told of.
    pub(crate) fn spoken(&self, telling: &Telling<'_>) -> String {
        Speaker {
            telling,
            items: Vec::new(),
        }
        .say(&self.node)
    }
}

struct Speaker<'a> {
    telling: &'a Telling<'a>,
    /// The forms of the lists that are walked over, outermost first.
    items: Vec<Option<&'a Form>>,
}

impl<'a> Speaker<'a> {
    fn pick(&self, en: impl Into<String>, zh: impl Into<String>) -> String {
        self.telling.locale.pick(en.into(), zh.into())
    }

    fn say(&mut self, node: &Node) -> String {
        match node {
            Node::Value(value) => self.value(value),
            Node::Read(reference) => match self.yes_no(node) {
                Some(label) => self.pick(format!("{label} is yes"), format!("{label}为是")),
                None => called(reference, self.telling),
            },
            Node::Item(_) => self.pick("the entry", "该项"),
            Node::Part(whole, name) => self.part(node, whole, name),
            Node::RangePart(whole, part) => self.range(whole, *part),
            Node::PersonPart(whole, part) => self.person(whole, *part),
            Node::Not(inside) => self.not(inside),
            Node::Negative(inside) => format!("−{}", self.inner(inside)),
            Node::And(one, other) => self.both(one, other, (" and ", "且")),
            Node::Or(one, other) => self.both(one, other, (" or ", "或")),
            Node::Compare(how, one, other) => self.compare(*how, one, other),
            Node::Arithmetic(how, one, other) => {
                let sign = match how {
                    Arithmetic::Add => "+",
                    Arithmetic::Subtract => "−",
                    Arithmetic::Multiply => "×",
                    Arithmetic::Divide => "÷",
                };
                format!("{} {sign} {}", self.inner(one), self.inner(other))
            }
            Node::If(when, one, other) => {
                let (when, one, other) = (self.inner(when), self.inner(one), self.inner(other));
                self.pick(
                    format!("{one} if {when}, otherwise {other}"),
                    format!("若{when}则{one}，否则{other}"),
                )
            }
            Node::List(items) => {
                let all: Vec<String> = items.iter().map(|item| self.inner(item)).collect();
                all.join(self.telling.locale.pick(", ", "、"))
            }
            Node::CivilDate(inside) => self.inner(inside),
            Node::Call(function, inside) => self.call(*function, inside),
            Node::Over(how, list, inside) => self.over(*how, list, inside),
            Node::Table(asked, given) => self.table(&asked.name, given),
            Node::In(..)
            | Node::ContainsText(..)
            | Node::StartsWith(..)
            | Node::Matches(..)
            | Node::IsEmpty(..) => self.test(node, true),
        }
    }

    /// In brackets where it has parts of its own.
    fn inner(&mut self, node: &Node) -> String {
        let said = self.operand(node);
        match node {
            Node::And(..) | Node::Or(..) | Node::Arithmetic(..) | Node::If(..) => format!("({said})"),
            _ => said,
        }
    }

    /// A value beside others: a yes or no by its name alone.
    fn operand(&mut self, node: &Node) -> String {
        self.yes_no(node).unwrap_or_else(|| self.say(node))
    }

    /// The label, if it is a field of yes or no.
    fn yes_no(&self, node: &Node) -> Option<String> {
        let field = self.field(node)?;
        matches!(field.kind, FieldKind::YesNo).then(|| self.telling.label(field))
    }

    fn both(&mut self, one: &Node, other: &Node, (en, zh): (&str, &str)) -> String {
        let mut side = |node: &Node| match node {
            Node::And(..) if en == " or " => format!("({})", self.say(node)),
            Node::Or(..) if en == " and " => format!("({})", self.say(node)),
            _ => self.say(node),
        };
        let (one, other) = (side(one), side(other));
        self.pick(format!("{one}{en}{other}"), format!("{one}{zh}{other}"))
    }

    fn not(&mut self, inside: &Node) -> String {
        if let Some(label) = self.yes_no(inside) {
            return self.pick(format!("{label} is no"), format!("{label}为否"));
        }
        match inside {
            Node::Compare(how, one, other) => self.compare(opposite(*how), one, other),
            Node::In(..)
            | Node::ContainsText(..)
            | Node::StartsWith(..)
            | Node::Matches(..)
            | Node::IsEmpty(..) => self.test(inside, false),
            _ => {
                let said = self.say(inside);
                self.pick(format!("it is not so that {said}"), format!("并非{said}"))
            }
        }
    }

    fn compare(&mut self, how: Comparison, one: &Node, other: &Node) -> String {
        let of_time = self.is_time(one) || self.is_time(other);
        let (en, zh) = match (how, of_time) {
            (Comparison::Equal, _) => ("is", "为"),
            (Comparison::NotEqual, _) => ("is not", "不为"),
            (Comparison::Less, false) => ("is under", "小于"),
            (Comparison::LessOrEqual, false) => ("is at most", "不超过"),
            (Comparison::Greater, false) => ("is over", "大于"),
            (Comparison::GreaterOrEqual, false) => ("is at least", "不少于"),
            (Comparison::Less, true) => ("is before", "早于"),
            (Comparison::LessOrEqual, true) => ("is no later than", "不晚于"),
            (Comparison::Greater, true) => ("is after", "晚于"),
            (Comparison::GreaterOrEqual, true) => ("is no earlier than", "不早于"),
        };
        let (left, right) = (self.beside(one, other), self.beside(other, one));
        self.pick(format!("{left} {en} {right}"), format!("{left}{zh}{right}"))
    }

    /// A value by the option that it is, where what it is compared with has options.
    fn beside(&mut self, node: &Node, other: &Node) -> String {
        let field = self.field(other);
        match (node, field) {
            (Node::Value(value @ Value::Text(_)), Some(field)) => {
                self.telling.value(Some(field), &value.to_json())
            }
            (Node::List(items), Some(_)) => {
                let all: Vec<String> = items.iter().map(|item| self.beside(item, other)).collect();
                all.join(self.telling.locale.pick(" or ", "或"))
            }
            _ => self.inner(node),
        }
    }

    fn is_time(&self, node: &Node) -> bool {
        match node {
            Node::Read(Reference::Today | Reference::Now | Reference::Request(RequestPart::SubmittedAt))
            | Node::CivilDate(_)
            | Node::Value(Value::Date(_) | Value::Instant(_))
            | Node::RangePart(_, RangePart::Start | RangePart::End) => true,
            Node::Arithmetic(_, one, _) => self.is_time(one),
            _ => self
                .field(node)
                .is_some_and(|field| matches!(field.kind, FieldKind::Date | FieldKind::DateTime)),
        }
    }

    fn test(&mut self, node: &Node, holds: bool) -> String {
        let verb = |yes: (&'static str, &'static str), no: (&'static str, &'static str)| {
            if holds { yes } else { no }
        };
        let (one, (en, zh), other) = match node {
            Node::In(one, list) if matches!(**list, Node::List(_)) => {
                let list = self.beside(list, one);
                (self.operand(one), verb(("is", "为"), ("is not", "不为")), list)
            }
            Node::In(one, list) => {
                let one = self.beside(one, list);
                let verb = verb(("include", "包含"), ("do not include", "不包含"));
                (self.operand(list), verb, one)
            }
            Node::ContainsText(one, text) => {
                let verb = verb(("contains", "包含"), ("does not contain", "不包含"));
                (self.operand(one), verb, self.inner(text))
            }
            Node::StartsWith(one, text) => {
                let verb = verb(
                    ("begins with", "以此开头："),
                    ("does not begin with", "不以此开头："),
                );
                (self.operand(one), verb, self.inner(text))
            }
            Node::Matches(one, _) => {
                let verb = verb(
                    ("has the form that is wanted", "符合规定的格式"),
                    ("does not have the form that is wanted", "不符合规定的格式"),
                );
                (self.operand(one), verb, String::new())
            }
            Node::IsEmpty(one, positive) => {
                let verb = if *positive == holds {
                    ("is empty", "为空")
                } else {
                    ("is filled in", "已填写")
                };
                (self.operand(one), verb, String::new())
            }
            _ => return self.say(node),
        };
        let said = self.pick(format!("{one} {en} {other}"), format!("{one}{zh}{other}"));
        said.trim_end().to_owned()
    }

    fn part(&mut self, node: &Node, whole: &Node, name: &str) -> String {
        let label = self
            .field(node)
            .map_or_else(|| crate::step::words(name), |field| self.telling.label(field));
        match whole {
            Node::Item(_) | Node::Read(Reference::Item(..)) => label,
            _ => {
                let whole = self.inner(whole);
                self.pick(format!("{label} of {whole}"), format!("{whole}的{label}"))
            }
        }
    }

    fn range(&mut self, whole: &Node, part: RangePart) -> String {
        let whole = self.inner(whole);
        let (en, zh) = match part {
            RangePart::Start => ("the first day", "第一天"),
            RangePart::End => ("the last day", "最后一天"),
            RangePart::Days => ("the days", "天数"),
            RangePart::WorkingDays => ("the working days", "工作日数"),
        };
        self.pick(format!("{en} of {whole}"), format!("{whole}的{zh}"))
    }

    fn person(&mut self, whole: &Node, part: PersonPart) -> String {
        let whole = self.inner(whole);
        let (en, zh) = match part {
            PersonPart::Id => return whole,
            PersonPart::Name => ("name", "姓名"),
            PersonPart::Email => ("e-mail address", "邮箱"),
            PersonPart::Department => ("department", "部门"),
            PersonPart::Title => ("title", "职务"),
            PersonPart::Grade => ("grade", "职级"),
            PersonPart::CostCenter => ("cost center", "成本中心"),
            PersonPart::Manager => ("manager", "上级"),
            PersonPart::Limit => ("limit", "额度"),
            PersonPart::Country => ("country", "国家"),
            PersonPart::Roles => ("roles", "角色"),
            PersonPart::Groups => ("groups", "小组"),
            PersonPart::Skills => ("skills", "技能"),
        };
        self.pick(format!("the {en} of {whole}"), format!("{whole}的{zh}"))
    }

    fn call(&mut self, function: Plain, inside: &[Node]) -> String {
        let all: Vec<String> = inside.iter().map(|node| self.inner(node)).collect();
        let first = all.first().cloned().unwrap_or_default();
        let listed = |and: &str| all.join(and);
        match function {
            Plain::Max => self.pick(
                format!("the greatest of {}", listed(" and ")),
                format!("{}中的最大者", listed("、")),
            ),
            Plain::Min => self.pick(
                format!("the least of {}", listed(" and ")),
                format!("{}中的最小者", listed("、")),
            ),
            Plain::Round => self.pick(format!("{first} rounded"), format!("四舍五入的{first}")),
            Plain::Year => self.pick(format!("the year of {first}"), format!("{first}的年份")),
            Plain::Month => self.pick(format!("the month of {first}"), format!("{first}的月份")),
            Plain::DaysBetween => self.pick(
                format!("the days between {}", listed(" and ")),
                format!("{}之间的天数", listed("与")),
            ),
            Plain::WorkingDaysBetween => self.pick(
                format!("the working days between {}", listed(" and ")),
                format!("{}之间的工作日数", listed("与")),
            ),
        }
    }

    fn over(&mut self, how: Over, list: &Node, inside: &Node) -> String {
        let whole = self.inner(list);
        let form = self.form(list);
        self.items.push(form);
        let each = self.say(inside);
        self.items.pop();
        // A walk that only hands on its items says nothing of its own.
        let plain = matches!(inside, Node::Item(_)) || matches!(inside, Node::Value(Value::YesNo(true)));
        let of = |word: (&str, &str)| {
            if plain {
                (format!("{} of {whole}", word.0), format!("{whole}的{}", word.1))
            } else {
                (
                    format!("{} of {each} in {whole}", word.0),
                    format!("{whole}中{each}的{}", word.1),
                )
            }
        };
        let (en, zh) = match how {
            Over::Sum { .. } => of(("the sum", "合计")),
            Over::Max => of(("the greatest", "最大值")),
            Over::Min => of(("the least", "最小值")),
            Over::Count if plain => (format!("the number of {whole}"), format!("{whole}的数量")),
            Over::Count => (
                format!("the number of {whole} where {each}"),
                format!("{whole}中{each}的数量"),
            ),
            Over::Any => (
                format!("{each} in one of {whole}"),
                format!("{whole}中至少一项{each}"),
            ),
            Over::All => (
                format!("{each} in each of {whole}"),
                format!("{whole}中每一项{each}"),
            ),
            Over::Map => (format!("{each} of {whole}"), format!("{whole}的{each}")),
            Over::Filter => (format!("{whole} where {each}"), format!("{whole}中{each}的项")),
        };
        self.pick(en, zh)
    }

    fn value(&self, value: &Value) -> String {
        match value {
            Value::Empty => self.pick("nothing", "空"),
            Value::YesNo(true) => self.pick("yes", "是"),
            Value::YesNo(false) => self.pick("no", "否"),
            Value::Text(text) => self.pick(format!("\"{text}\""), format!("“{text}”")),
            Value::Instant(at) => self.telling.instant(*at),
            Value::Person(id) => self.telling.name(*id),
            Value::Duration(span) => self.telling.span(*span),
            Value::Unlimited => self.pick("unlimited", "无上限"),
            other => other.to_string(),
        }
    }

    fn field(&self, node: &Node) -> Option<&'a Field> {
        match node {
            Node::Read(Reference::Field(name)) => self.telling.workflow?.form.field(name),
            Node::Part(whole, name) => match self.grouped(whole) {
                Some((_, by)) if name == "key" => self.field(&by.node),
                _ => self.form(whole)?.field(name),
            },
            _ => None,
        }
    }

    /// The list of an `each`, if the node is its item.
    fn list_of(&self, node: &Node) -> Option<&'a Each> {
        let Node::Read(Reference::Item(each, _)) = node else {
            return None;
        };
        match &self.telling.workflow?.step(each)?.kind {
            StepKind::Each(each) => Some(each),
            _ => None,
        }
    }

    /// The list, and by what it is grouped, if the node is such a group.
    fn grouped(&self, node: &Node) -> Option<(&'a Expr, &'a Expr)> {
        let each = self.list_of(node)?;
        Some((&each.list, each.group_by.as_ref()?))
    }

    fn form(&self, node: &Node) -> Option<&'a Form> {
        match node {
            Node::Item(place) => *self.items.get(*place)?,
            Node::Over(Over::Filter, list, _) => self.form(list),
            Node::Read(Reference::Item(..)) => self.form(&self.list_of(node)?.list.node),
            Node::Part(whole, name) if name == "items" && self.grouped(whole).is_some() => {
                self.form(&self.grouped(whole)?.0.node)
            }
            _ => match &self.field(node)?.kind {
                FieldKind::List { fields } | FieldKind::Group { fields } => Some(fields),
                _ => None,
            },
        }
    }
}

fn opposite(how: Comparison) -> Comparison {
    match how {
        Comparison::Equal => Comparison::NotEqual,
        Comparison::NotEqual => Comparison::Equal,
        Comparison::Less => Comparison::GreaterOrEqual,
        Comparison::LessOrEqual => Comparison::Greater,
        Comparison::Greater => Comparison::LessOrEqual,
        Comparison::GreaterOrEqual => Comparison::Less,
    }
}
