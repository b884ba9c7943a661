//! From sea-orm's values to the arguments of a prepared statement.

use sea_orm::sea_query::OptionEnum;
use sea_orm::{DbErr, Value};
use sqlx::Arguments;
use sqlx::error::BoxDynError;
use sqlx::postgres::PgArguments;
use sqlx::sqlite::SqliteArguments;

/// The value of a kind that no column of ours has: money and decimals are integers, lists are JSON.
fn foreign() -> BoxDynError {
    "a value of a kind that no column has".into()
}

fn signed(value: Option<u64>) -> Result<Option<i64>, BoxDynError> {
    Ok(value.map(i64::try_from).transpose()?)
}

fn word(value: OptionEnum) -> Option<String> {
    match value {
        OptionEnum::Some(value) => Some(value.value.into_owned()),
        OptionEnum::None(_) => None,
    }
}

macro_rules! binder {
    ($(#[$doc:meta])* $name:ident, $arguments:ty) => {
        $(#[$doc])*
        pub(crate) fn $name(values: Vec<Value>) -> Result<$arguments, DbErr> {
            let mut arguments = <$arguments>::default();
            arguments.reserve(values.len(), values.len() * 16);
            for value in values {
                match value {
                    Value::Bool(value) => arguments.add(value),
                    Value::TinyInt(value) => arguments.add(value.map(i64::from)),
                    Value::SmallInt(value) => arguments.add(value.map(i64::from)),
                    Value::Int(value) => arguments.add(value.map(i64::from)),
                    Value::BigInt(value) => arguments.add(value),
                    Value::TinyUnsigned(value) => arguments.add(value.map(i64::from)),
                    Value::SmallUnsigned(value) => arguments.add(value.map(i64::from)),
                    Value::Unsigned(value) => arguments.add(value.map(i64::from)),
                    Value::BigUnsigned(value) => signed(value).and_then(|value| arguments.add(value)),
                    Value::Double(value) => arguments.add(value),
                    Value::String(value) => arguments.add(value),
                    Value::Char(value) => arguments.add(value.map(String::from)),
                    Value::Enum(value) => arguments.add(word(value)),
                    Value::Bytes(value) => arguments.add(value),
                    Value::Uuid(value) => arguments.add(value),
                    Value::ChronoDate(value) => arguments.add(value),
                    Value::ChronoDateTimeUtc(value) => arguments.add(value),
                    Value::Json(value) => arguments.add(value.map(|value| value.to_string())),
                    _ => Err(foreign()),
                }
                .map_err(|error| DbErr::Type(error.to_string()))?;
            }
            Ok(arguments)
        }
    };
}

binder!(
    /// For SQLite.
    sqlite,
    SqliteArguments
);
binder!(
    /// For PostgreSQL.
    postgres,
    PgArguments
);
