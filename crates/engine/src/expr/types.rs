//! Types of values, and whether they may be empty.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// The type of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Type {
    YesNo,
    Number,
    Percent,
    Money,
    Text,
    /// A text that is one of these.
    Choice(Arc<[String]>),
    Date,
    Instant,
    /// A length of time, by the clock or by the calendar.
    Duration,
    DateRange,
    Person,
    /// The id of a record of this kind.
    Record(&'static str),
    File,
    List(Box<Type>),
    Group(Arc<BTreeMap<String, Slot>>),
    /// `empty`, which fits everywhere.
    Empty,
    /// Not known before it is there (another workflow's form in an event): may be compared and shown only.
    Unknown,
    /// Of a field that was found wrong: whatever reads it is not judged, because that would only follow.
    Unread,
}

/// A place for a value: its type, and whether it may be empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    pub of: Type,
    pub optional: bool,
}

impl Slot {
    pub fn always(of: Type) -> Self {
        Self { of, optional: false }
    }

    pub fn maybe(of: Type) -> Self {
        Self { of, optional: true }
    }
}

impl Type {
    pub fn list(of: Self) -> Self {
        Self::List(Box::new(of))
    }

    /// Texts of any kind.
    pub fn is_text(&self) -> bool {
        matches!(self, Self::Text | Self::Choice(_) | Self::Record(_) | Self::File)
    }

    /// In Chinese.
    pub fn zh(&self) -> String {
        match self {
            Self::YesNo => "是或否".to_owned(),
            Self::Number => "数字".to_owned(),
            Self::Percent => "百分比".to_owned(),
            Self::Money => "金额".to_owned(),
            Self::Text | Self::Choice(_) => "文本".to_owned(),
            Self::Date => "日期".to_owned(),
            Self::Instant => "时刻".to_owned(),
            Self::Duration => "时长".to_owned(),
            Self::DateRange => "日期范围".to_owned(),
            Self::Person => "人员".to_owned(),
            Self::Record(_) => "记录".to_owned(),
            Self::File => "文件".to_owned(),
            Self::List(of) => format!("{}列表", of.zh()),
            Self::Group(_) => "字段组".to_owned(),
            Self::Empty => "空".to_owned(),
            Self::Unknown | Self::Unread => "类型未知的值".to_owned(),
        }
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::YesNo => f.write_str("yes or no"),
            Self::Number => f.write_str("a number"),
            Self::Percent => f.write_str("a percentage"),
            Self::Money => f.write_str("money"),
            Self::Text | Self::Choice(_) => f.write_str("a text"),
            Self::Date => f.write_str("a date"),
            Self::Instant => f.write_str("an instant"),
            Self::Duration => f.write_str("a duration"),
            Self::DateRange => f.write_str("a range of dates"),
            Self::Person => f.write_str("a person"),
            Self::Record(kind) => write!(f, "a record ({kind})"),
            Self::File => f.write_str("a file"),
            Self::List(of) => write!(f, "a list ({of} each)"),
            Self::Group(_) => f.write_str("a group of fields"),
            Self::Empty => f.write_str("empty"),
            Self::Unknown | Self::Unread => f.write_str("a value whose type is not known here"),
        }
    }
}
