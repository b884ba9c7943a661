//! What can be filtered: fields, their types, and the operators that each type has.

/// A kind of record that can be listed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Noun {
    /// `deal`, as `object` says it.
    pub object: &'static str,
    /// `deals`, as the path says it.
    pub plural: &'static str,
    /// The fields to filter and sort by. `id`, `created_at` and `updated_at` are to be listed like any other.
    pub fields: &'static [FilterField],
    /// Fields that `expand` turns into objects, and the kind of each: `("owner", "user")`.
    pub expandable: &'static [(&'static str, &'static str)],
    /// `-created_at`.
    pub default_sort: &'static str,
}

/// A field that a filter may name.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FilterField {
    /// As the API calls it: `owner`.
    pub name: &'static str,
    pub of: FilterType,
    /// As the table calls it: `owner_id`. Money `amount` stands in `amount_minor` and `amount_currency`.
    pub column: &'static str,
    /// Indexed, so `sort` may name it. The view must show it under the same name: cursors are cut from there.
    pub sortable: bool,
    /// Whether the column may hold nothing.
    pub nullable: bool,
    /// Whether `q=` looks in here.
    pub searched: bool,
    /// A text that people write: compared by `text::key`, which the table keeps in `name_key`. If it is sortable, that is
    /// `text::index_key`, and `name_sort` keeps `text::sort_key`. Any other text is a word of the product's own, compared
    /// letter by letter.
    pub written: bool,
    /// The record that it leads to, for `account.country`.
    pub relation: Option<&'static Relation>,
}

/// Where a field leads.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Relation {
    /// The kind of the other record: `account`.
    pub kind: &'static str,
    /// The scope that reads the kind: without it nothing is asked about its records either.
    pub scope: &'static str,
    /// The other table; its key is (`tenant_id`, `id`).
    pub table: &'static str,
    pub fields: &'static [FilterField],
}

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FilterType {
    Text,
    /// One of these words.
    Choice(&'static [&'static str]),
    Integer,
    /// A decimal; of members alone.
    Number,
    /// Minor units and a currency.
    Money,
    Date,
    Instant,
    YesNo,
    /// The id of a person, or `me`.
    Person,
    /// The id of a record of this kind.
    Record(&'static str),
}

/// How a field is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Op {
    Eq,
    Ne,
    Lt,
    Lte,
    Gt,
    Gte,
    In,
    Nin,
    Contains,
    StartsWith,
    IsNull,
}

impl Op {
    pub const ALL: [Self; 11] = [
        Self::Eq,
        Self::Ne,
        Self::Lt,
        Self::Lte,
        Self::Gt,
        Self::Gte,
        Self::In,
        Self::Nin,
        Self::Contains,
        Self::StartsWith,
        Self::IsNull,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Eq => "eq",
            Self::Ne => "ne",
            Self::Lt => "lt",
            Self::Lte => "lte",
            Self::Gt => "gt",
            Self::Gte => "gte",
            Self::In => "in",
            Self::Nin => "nin",
            Self::Contains => "contains",
            Self::StartsWith => "starts_with",
            Self::IsNull => "is_null",
        }
    }

    pub fn read(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|op| op.name() == name)
    }
}

impl FilterType {
    /// The operators that make sense for it.
    pub const fn ops(self) -> &'static [Op] {
        match self {
            Self::Text => &[
                Op::Eq,
                Op::Ne,
                Op::In,
                Op::Nin,
                Op::Contains,
                Op::StartsWith,
                Op::IsNull,
            ],
            Self::Choice(_) | Self::Person | Self::Record(_) => {
                &[Op::Eq, Op::Ne, Op::In, Op::Nin, Op::IsNull]
            }
            Self::Integer | Self::Number | Self::Money | Self::Date | Self::Instant => &[
                Op::Eq,
                Op::Ne,
                Op::Lt,
                Op::Lte,
                Op::Gt,
                Op::Gte,
                Op::In,
                Op::Nin,
                Op::IsNull,
            ],
            Self::YesNo => &[Op::Eq, Op::Ne, Op::IsNull],
        }
    }
}

impl FilterField {
    /// A field whose column bears its name, and may be empty.
    pub const fn new(name: &'static str, of: FilterType) -> Self {
        Self {
            name,
            of,
            column: name,
            sortable: false,
            nullable: true,
            searched: false,
            written: false,
            relation: None,
        }
    }

    pub const fn text(name: &'static str) -> Self {
        Self::new(name, FilterType::Text)
    }

    /// A text that people write, with its key beside it, and its sort key if it is sortable.
    pub const fn written(name: &'static str) -> Self {
        let mut field = Self::text(name);
        field.written = true;
        field
    }

    /// A status or the like: always there, one of a few words.
    pub const fn choice(name: &'static str, words: &'static [&'static str]) -> Self {
        Self::new(name, FilterType::Choice(words)).required()
    }

    pub const fn money(name: &'static str) -> Self {
        Self::new(name, FilterType::Money)
    }

    pub const fn date(name: &'static str) -> Self {
        Self::new(name, FilterType::Date)
    }

    /// `created_at`, `updated_at` and their like: always there, sortable.
    pub const fn instant(name: &'static str) -> Self {
        Self::new(name, FilterType::Instant)
    }

    /// The record's own id; the tie-break of every sort.
    pub const fn id(kind: &'static str) -> Self {
        Self::new("id", FilterType::Record(kind)).required().sortable()
    }

    pub const fn person(name: &'static str, column: &'static str) -> Self {
        Self::new(name, FilterType::Person).column(column)
    }

    /// A field that leads to a record of another kind: `FilterField::record("account", "account", "account_id")`.
    pub const fn record(name: &'static str, kind: &'static str, column: &'static str) -> Self {
        Self::new(name, FilterType::Record(kind)).column(column)
    }

    pub const fn column(mut self, column: &'static str) -> Self {
        self.column = column;
        self
    }

    /// The column holds something in every row.
    pub const fn required(mut self) -> Self {
        self.nullable = false;
        self
    }

    /// There is an index on (`tenant_id`, this column, `id`).
    pub const fn sortable(mut self) -> Self {
        self.sortable = true;
        self
    }

    /// `q=` looks in here.
    pub const fn searched(mut self) -> Self {
        self.searched = true;
        self
    }

    /// Filters may look one step further: `account.country`.
    pub const fn through(mut self, relation: &'static Relation) -> Self {
        self.relation = Some(relation);
        self
    }
}
