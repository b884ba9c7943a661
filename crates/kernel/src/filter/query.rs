//! The short form: `?status=open&amount[gte]=1000&account.country=DE`.

use std::sync::Arc;

use super::field::{FilterField, Op};
use super::member::{self, Member, PREFIX};
use super::value::{Value, no_yes_no, short, yes_no};
use super::{Fault, Filter, Surroundings, Test};
use crate::text::{Words, nearest};

/// A parameter of a query, percent-decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Param<'a> {
    pub name: &'a str,
    pub value: &'a str,
}

/// How many comparisons a filter may hold, and values an `in`.
const MOST: usize = 100;

/// Reads a filter; the same name again is or, different ones are and. `also` are the other parameters
/// that are known here, so that a slip finds its nearest word.
pub fn query(
    fields: &[FilterField],
    params: &[Param],
    also: &[&str],
    around: &Surroundings<'_>,
) -> Result<Filter, Vec<Fault>> {
    let mut groups: Vec<(String, Vec<Filter>)> = Vec::new();
    let mut faults = Vec::new();
    if params.len() > MOST {
        return Err(vec![too_many(String::new())]);
    }
    for param in params {
        match read(fields, *param, also, around) {
            Ok((key, test)) => match groups.iter_mut().find(|(known, _)| *known == key) {
                Some((_, tests)) => tests.push(Filter::Test(test)),
                None => groups.push((key, vec![Filter::Test(test)])),
            },
            Err(fault) => faults.push(fault),
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let one_or_any = |mut tests: Vec<Filter>| match (tests.len(), tests.pop()) {
        (1, Some(test)) => test,
        (_, last) => Filter::Any(tests.into_iter().chain(last).collect()),
    };
    Ok(Filter::All(
        groups.into_iter().map(|(_, tests)| one_or_any(tests)).collect(),
    ))
}

/// One parameter: its key (path and operator) and its test.
fn read(
    fields: &[FilterField],
    param: Param,
    also: &[&str],
    around: &Surroundings<'_>,
) -> Result<(String, Test), Fault> {
    let (path, op) = match param.name.strip_suffix(']').and_then(|name| name.split_once('[')) {
        Some((path, op)) => (path, Some(op)),
        None => (param.name, None),
    };
    let values: Vec<String> = match op {
        Some("in" | "nin") => param.value.split(',').map(str::to_owned).collect(),
        _ => vec![param.value.to_owned()],
    };
    let test = test(fields, path, op, &values, param.name, also, around)?;
    Ok((format!("{path}[{}]", test.op.name()), test))
}

/// Builds a comparison from its words.
pub(super) fn test(
    fields: &[FilterField],
    path: &str,
    op: Option<&str>,
    texts: &[String],
    place: &str,
    also: &[&str],
    around: &Surroundings<'_>,
) -> Result<Test, Fault> {
    let fault = |code, detail| Fault {
        place: place.to_owned(),
        code,
        detail,
    };
    let (through, field, member) = match member::named(around.members, path) {
        Some(member) => (None, member.field, Some(Arc::clone(member))),
        None => {
            let found = resolve(fields, path, also, around.members);
            let (through, field) = found.map_err(|detail| fault("unknown_parameter", detail))?;
            (through, field, None)
        }
    };
    let op = operator(&field, path, op).map_err(|detail| fault("unknown_operator", detail))?;
    if texts.len() > MOST {
        return Err(too_many(place.to_owned()));
    }
    let read = |text: &String| match op {
        Op::IsNull => yes_no(text)
            .map(Value::YesNo)
            .ok_or_else(|| no_yes_no("is_null", text)),
        _ => match member.as_deref() {
            Some(member) => Value::of_member(member, text, around),
            None => Value::read(&field, text, around),
        },
    };
    let values = texts.iter().map(read).collect::<Result<Vec<_>, _>>();
    Ok(Test {
        through,
        field,
        member,
        op,
        values: values.map_err(|detail| fault("bad_value", detail))?,
    })
}

/// Finds the field that a path names, one relation deep.
fn resolve(
    fields: &[FilterField],
    path: &str,
    also: &[&str],
    members: &[Arc<Member>],
) -> Result<(Option<FilterField>, FilterField), Words> {
    if !members.is_empty() && path.split_once('.').is_some_and(|(first, _)| first == PREFIX) {
        let known: Vec<&str> = members.iter().map(|member| member.path.as_str()).collect();
        return Err(words(path, "", nearest(path, known.iter().copied()), &known));
    }
    let Some((first, second)) = path.split_once('.') else {
        return named(fields, path)
            .map(|field| (None, field))
            .ok_or_else(|| unknown(path, "", fields, also));
    };
    let through = named(fields, first).ok_or_else(|| unknown(first, "", fields, also))?;
    let Some(relation) = through.relation else {
        return Err(Words::new(
            format!(
                "{} leads nowhere: {first} has no fields to filter by.",
                short(path)
            ),
            format!("{} 无法使用：{first} 没有可筛选的字段。", short(path)),
        ));
    };
    if second.contains('.') {
        return Err(Words::new(
            format!("{} goes too far: a filter follows one relation.", short(path)),
            format!("{} 层级过深：筛选只能经过一层关系。", short(path)),
        ));
    }
    let prefix = format!("{first}.");
    let field =
        named(relation.fields, second).ok_or_else(|| unknown(second, &prefix, relation.fields, &[]))?;
    Ok((Some(through), field))
}

fn named(fields: &[FilterField], name: &str) -> Option<FilterField> {
    fields.iter().find(|field| field.name == name).copied()
}

fn unknown(name: &str, prefix: &str, fields: &[FilterField], also: &[&str]) -> Words {
    let known: Vec<&str> = fields
        .iter()
        .map(|field| field.name)
        .chain(also.iter().copied())
        .collect();
    words(
        &format!("{prefix}{name}"),
        prefix,
        nearest(name, known.iter().copied()),
        &known,
    )
}

/// The sentence about an unknown parameter.
pub fn words(given: &str, prefix: &str, near: Option<&str>, known: &[&str]) -> Words {
    let given = short(given);
    match near {
        Some(near) => Words::new(
            format!("There is no parameter {given} here; did you mean {prefix}{near}?"),
            format!("这里没有参数 {given}；是否想写 {prefix}{near}？"),
        ),
        None if known.is_empty() => Words::new(
            format!("There is no parameter {given} here."),
            format!("这里没有参数 {given}。"),
        ),
        None => Words::new(
            format!(
                "There is no parameter {given} here; known are {}.",
                known.join(", ")
            ),
            format!("这里没有参数 {given}；可用：{}。", known.join(", ")),
        ),
    }
}

fn operator(field: &FilterField, path: &str, name: Option<&str>) -> Result<Op, Words> {
    let Some(name) = name else { return Ok(Op::Eq) };
    let allowed: Vec<&str> = field.of.ops().iter().map(|op| op.name()).collect();
    match Op::read(name) {
        Some(op) if field.of.ops().contains(&op) => Ok(op),
        Some(_) => Err(Words::new(
            format!(
                "{path} cannot be compared with {name}; it takes {}.",
                allowed.join(", ")
            ),
            format!("{path} 不能用 {name} 比较；可用：{}。", allowed.join(", ")),
        )),
        None => {
            let near = nearest(name, allowed.iter().copied());
            let (en, zh) = near.map_or((String::new(), String::new()), |near| {
                (format!("; did you mean {near}"), format!("；是否想写 {near}"))
            });
            let given = short(name);
            Err(Words::new(
                format!(
                    "There is no operator {given}{en}? {path} takes {}.",
                    allowed.join(", ")
                ),
                format!("没有运算符 {given}{zh}？{path} 可用：{}。", allowed.join(", ")),
            ))
        }
    }
}

pub(super) fn too_many(place: String) -> Fault {
    let detail = Words::fixed(
        "A filter holds at most 100 conditions, and a list of values 100.",
        "一个筛选最多 100 个条件，一个列表最多 100 个值。",
    );
    Fault {
        place,
        code: "filter_too_long",
        detail,
    }
}
