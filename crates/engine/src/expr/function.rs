//! Every function, with an example that is a test.

/// A function of the expression language.
#[derive(Debug, Clone, Copy)]
pub struct Function {
    pub name: &'static str,
    /// How it is called.
    pub form: &'static str,
    pub about: &'static str,
    pub about_zh: &'static str,
    /// An expression that holds, over `lines` with the amounts 10 and 32.50 EUR.
    pub example: &'static str,
}

/// All functions, in the order of the guide.
pub const FUNCTIONS: [Function; 14] = [
    Function {
        name: "sum",
        form: "sum(LIST, VALUE)",
        about: "Adds a value of every item; nothing for an empty list.",
        about_zh: "把每一项的值相加；空列表为零。",
        example: "sum(lines, line.amount) == 42.50",
    },
    Function {
        name: "count",
        form: "count(LIST) or count(LIST, CONDITION)",
        about: "How many items there are, or how many of them meet a condition.",
        about_zh: "项的数量，或满足条件的项的数量。",
        example: "count(lines) == 2 and count(lines, line.amount > 20) == 1",
    },
    Function {
        name: "max",
        form: "max(LIST, VALUE), max(LIST) or max(VALUE, VALUE, …)",
        about: "The largest value; empty for an empty list.",
        about_zh: "最大值；空列表为空。",
        example: "max(lines, line.amount) == 32.50 and max(3, 7) == 7",
    },
    Function {
        name: "min",
        form: "min(LIST, VALUE), min(LIST) or min(VALUE, VALUE, …)",
        about: "The smallest value; empty for an empty list.",
        about_zh: "最小值；空列表为空。",
        example: "min(lines, line.amount) == 10 and min(3, 7) == 3",
    },
    Function {
        name: "any",
        form: "any(LIST, CONDITION)",
        about: "Whether at least one item meets the condition.",
        about_zh: "是否至少有一项满足条件。",
        example: "any(lines, line.category == 'meals')",
    },
    Function {
        name: "all",
        form: "all(LIST, CONDITION)",
        about: "Whether every item meets the condition; so does every item of an empty list.",
        about_zh: "是否每一项都满足条件；空列表视为满足。",
        example: "all(lines, line.amount >= 10)",
    },
    Function {
        name: "map",
        form: "map(LIST, VALUE)",
        about: "The list of a value of every item.",
        about_zh: "由每一项的值组成的列表。",
        example: "map(lines, line.category) contains 'travel'",
    },
    Function {
        name: "filter",
        form: "filter(LIST, CONDITION)",
        about: "The items that meet the condition.",
        about_zh: "满足条件的项。",
        example: "count(filter(lines, line.category == 'travel')) == 1",
    },
    Function {
        name: "round",
        form: "round(VALUE) or round(VALUE, PLACES)",
        about: "Rounds to so many decimal places (none unless said); a half goes away from zero, as in a spreadsheet.",
        about_zh: "四舍五入（负数按绝对值），与电子表格一致，保留指定小数位（默认整数）。",
        example: "round(2.345, 2) == 2.35 and round(-2.5) == -3",
    },
    Function {
        name: "year",
        form: "year(DATE)",
        about: "The year of a date.",
        about_zh: "日期的年份。",
        example: "year(spent_on) == 2026",
    },
    Function {
        name: "month",
        form: "month(DATE)",
        about: "The month of a date, 1 to 12.",
        about_zh: "日期的月份，1 到 12。",
        example: "month(spent_on) == 3",
    },
    Function {
        name: "days_between",
        form: "days_between(DATE, DATE)",
        about: "The second minus the first, in whole days.",
        about_zh: "第二个日期减第一个日期的整天数。",
        example: "days_between(spent_on, '2026-03-09') == 7",
    },
    Function {
        name: "working_days_between",
        form: "working_days_between(DATE, DATE)",
        about: "The working days from the first up to the second, which is not counted, on the requester's calendar.",
        about_zh: "从第一个日期到第二个日期（不含）的工作日数，按申请人的日历计算。",
        example: "working_days_between(spent_on, '2026-03-09') == 5",
    },
    Function {
        name: "table",
        form: "table('NAME', VALUE, …)",
        about: "What a table gives for these values: one value, several by name (`.limit`), or a list where it takes all rows.",
        about_zh: "表对这些值给出的结果：单个值、按名称的多个值（`.limit`），或在取所有行时的列表。",
        example: "table('limits', 'travel', 32.50).approver == 'finance'",
    },
];
