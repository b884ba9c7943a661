//! Texts with what stands in the form, in people's words.

use countersign_kernel::text::{Locale, Text};

use super::Reading;
use crate::definition::{Field, FieldKind, Localized, Piece};
use crate::expr::{Expr, Fault, Value};
use crate::spoken::option;

impl<'a> Reading<'a> {
    /// A text with its values, in every language that it is written in.
    pub(crate) fn render(&self, text: &Localized) -> Result<Text, Fault> {
        let mut all = std::collections::BTreeMap::new();
        for (tag, template) in &text.0 {
            let locale = if tag == Locale::ZhCn.tag() {
                Locale::ZhCn
            } else {
                Locale::En
            };
            let show = |expr: &Expr, value: &Value| self.show_of(expr, value, locale);
            all.insert(tag.clone(), template.render(self, &show)?);
        }
        // A text of one language may hold options that have labels in two.
        let labels = text.0.values().flat_map(|template| &template.pieces);
        if labels.filter_map(|piece| self.field_of(piece)).any(has_languages) {
            for locale in [Locale::En, Locale::ZhCn] {
                let show = |expr: &Expr, value: &Value| self.show_of(expr, value, locale);
                if let (false, Some(template)) = (all.contains_key(locale.tag()), text.get(locale)) {
                    all.insert(locale.tag().to_owned(), template.render(self, &show)?);
                }
            }
        }
        match (all.len(), all.pop_first()) {
            (1, Some((_, only))) => Ok(Text::One(only)),
            (_, Some((locale, first))) => {
                all.insert(locale, first);
                Ok(Text::Many(all))
            }
            (_, None) => Ok(Text::One(String::new())),
        }
    }

    fn field_of(&self, piece: &Piece) -> Option<&'a Field> {
        match piece {
            Piece::Value(expr) => self.definition.form.field(expr.source().trim()),
            Piece::Text(_) => None,
        }
    }

    /// The value of an expression: of a field that has options, by their labels.
    fn show_of(&self, expr: &Expr, value: &Value, locale: Locale) -> String {
        self.show_in(self.definition.form.field(expr.source().trim()), value, locale)
    }

    /// A value of a field: options by their labels.
    pub(super) fn show_in(&self, field: Option<&Field>, value: &Value, locale: Locale) -> String {
        match (field.map(|field| &field.kind), value) {
            (Some(FieldKind::Choice { options } | FieldKind::Choices { options }), Value::Text(name)) => {
                option(options, name, locale)
            }
            (Some(FieldKind::Choices { options }), Value::List(items)) => {
                let label = |item: &Value| match item {
                    Value::Text(name) => option(options, name, locale),
                    other => self.show(other),
                };
                let all: Vec<String> = items.iter().map(label).collect();
                all.join(locale.pick(", ", "、"))
            }
            (_, Value::YesNo(yes)) => {
                let (en, zh) = if *yes { ("yes", "是") } else { ("no", "否") };
                locale.pick(en, zh).to_owned()
            }
            _ => self.show(value),
        }
    }

    /// A value as people read it; people by name.
    pub(crate) fn show(&self, value: &Value) -> String {
        match value {
            Value::Empty => String::new(),
            Value::Person(id) => self.name(*id),
            Value::List(items) => items
                .iter()
                .map(|item| self.show(item))
                .collect::<Vec<_>>()
                .join(", "),
            other => other.to_string(),
        }
    }
}

/// Whether its options are written in several languages.
fn has_languages(field: &Field) -> bool {
    match &field.kind {
        FieldKind::Choice { options } | FieldKind::Choices { options } => options
            .iter()
            .any(|(_, label)| matches!(label, Some(Text::Many(_)))),
        _ => false,
    }
}
