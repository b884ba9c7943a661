//! The items of an `each`: worked out from its list whenever they are read, so that they are kept nowhere twice.

use std::collections::BTreeMap;
use std::rc::Rc;

use countersign_kernel::text::{Locale, Text};
use serde_json::Value as Json;

use super::Reading;
use crate::definition::{Each, Field, FieldKind, Step, StepKind};
use crate::expr::{Items, Value};
use crate::refusal::both;
use crate::state::{Kind, Scope};
use crate::vocabulary::{Outcome, ScopeId, Trouble};

impl Reading<'_> {
    /// The items, or the groups of them in order of their first items.
    pub(crate) fn items_of(&self, each: &Each) -> Result<Vec<Value>, Trouble> {
        let items = match self.value(&each.list)? {
            Value::List(items) => items,
            _ => Vec::new(),
        };
        let Some(group_by) = &each.group_by else {
            return Ok(items);
        };
        let mut groups: Vec<(Value, Vec<Value>)> = Vec::new();
        for item in items {
            let key = self.clone().of_item(item.clone()).value(group_by)?;
            match groups.iter_mut().find(|(other, _)| *other == key) {
                Some((_, members)) => members.push(item),
                None => groups.push((key, vec![item])),
            }
        }
        let group = |(key, items): (Value, Vec<Value>)| {
            let parts = [("key".to_owned(), key), ("items".to_owned(), Value::List(items))];
            Value::Group(BTreeMap::from(parts))
        };
        Ok(groups.into_iter().map(group).collect())
    }

    /// The items of an `each` that runs or ran as this scope.
    fn items_in(&self, block: ScopeId) -> Rc<Vec<Value>> {
        if let Some(known) = self.effort.items.borrow().get(&block) {
            return Rc::clone(known);
        }
        let scope = self.state.scope(block);
        let place = scope.and_then(|scope| scope.parent);
        let items = match scope.and_then(|scope| self.each(&scope.step)).zip(place) {
            Some((each, place)) => self.clone().within(place).items_of(each).unwrap_or_default(),
            None => Vec::new(),
        };
        let items = Rc::new(items);
        self.effort.items.borrow_mut().insert(block, Rc::clone(&items));
        items
    }

    fn each(&self, step: &str) -> Option<&Each> {
        match &self.definition.step(step)?.kind {
            StepKind::Each(each) => Some(each),
            _ => None,
        }
    }

    /// The item of an `each` in which this is read.
    pub(super) fn item(&self, each: &str) -> Value {
        if let Some(item) = &self.item {
            return item.clone();
        }
        let path = self.place.map(|place| self.state.path(place)).unwrap_or_default();
        let mut scopes = path.iter().filter_map(|id| self.state.scope(*id));
        let found = scopes.find_map(|scope| numbered(scope).filter(|_| scope.step == each));
        found.map_or(Value::Empty, |(block, number)| self.numbered_item(block, number))
    }

    fn numbered_item(&self, block: ScopeId, number: u32) -> Value {
        let place = (number as usize).saturating_sub(1);
        self.items_in(block).get(place).cloned().unwrap_or(Value::Empty)
    }

    /// The items of an `each` that came to this, in the order of the list.
    pub(super) fn items_with(&self, each: &str, which: Items) -> Value {
        let wanted = match which {
            Items::Approved => Outcome::Approved,
            Items::Rejected => Outcome::Rejected,
        };
        let scopes = self.state.scopes.iter().rev();
        let latest = scopes.into_iter().find(|(id, scope)| {
            let is_block = matches!(scope.kind, Kind::Parallel { .. }) && scope.step == each;
            is_block && self.state.is_seen_from(**id, self.place)
        });
        let Some((block, Kind::Parallel { results, .. })) = latest.map(|(id, scope)| (*id, &scope.kind))
        else {
            return Value::List(Vec::new());
        };
        let with = |(place, item): (usize, &Value)| {
            let outcome = results.get(&(place + 1).to_string());
            (outcome == Some(&wanted)).then(|| item.clone())
        };
        let items = self.items_in(block);
        Value::List(items.iter().enumerate().filter_map(with).collect())
    }

    /// The items that a scope stands in, outermost first.
    pub(crate) fn items_around(&self, scope: ScopeId) -> Vec<Item> {
        let path = self.state.path(scope).into_iter().rev();
        let scopes = path.filter_map(|id| self.state.scope(id));
        let numbered = scopes.filter_map(|scope| Some((&scope.step, numbered(scope)?)));
        numbered
            .map(|(each, (block, number))| Item {
                each: each.clone(),
                name: self.each(each).map(|each| each.name.clone()).unwrap_or_default(),
                number,
                of: self.items_in(block).len() as u32,
                value: self.numbered_item(block, number).to_json(),
            })
            .collect()
    }

    /// What a step is called where it stands: inside `each`, with what tells its item from the others.
    pub(crate) fn title(&self, step: &Step) -> Text {
        self.titled(step, None)
    }

    /// The same of an item that begins: the block and the number.
    pub(crate) fn title_of_item(&self, step: &Step, block: ScopeId, number: u32) -> Text {
        self.titled(step, Some((block, number)))
    }

    fn titled(&self, step: &Step, item: Option<(ScopeId, u32)>) -> Text {
        let title = crate::step::title(step);
        let path = self.place.map(|place| self.state.path(place)).unwrap_or_default();
        let around = path
            .iter()
            .rev()
            .filter_map(|id| numbered(self.state.scope(*id)?));
        let labels: Vec<(String, String)> = around
            .chain(item)
            .map(|(block, number)| self.label(block, number))
            .collect();
        if labels.is_empty() {
            return title;
        }
        let (mut en, mut zh) = (
            title.get(Locale::En).to_owned(),
            title.get(Locale::ZhCn).to_owned(),
        );
        for label in labels {
            en = format!("{en} ({})", label.0);
            zh = format!("{zh}（{}）", label.1);
        }
        both(en, zh)
    }

    /// The field of the form that says how what tells items apart is shown.
    fn field_of_items(&self, each: &Each) -> Option<&Field> {
        let list = self.definition.form.field(each.list.source().trim());
        let Some(group_by) = &each.group_by else {
            return list;
        };
        match (&list?.kind, group_by.source().trim().split_once('.')) {
            (FieldKind::List { fields }, Some((item, part))) if item == each.name => fields.field(part),
            _ => None,
        }
    }

    /// What a story may call an item: its number, and what it is told apart by.
    pub(crate) fn names_of_item(&self, item: ScopeId, number: u32) -> Vec<String> {
        let mut names = vec![number.to_string()];
        if let Some(block) = self.state.scope(item).and_then(|scope| scope.parent) {
            let item = self.numbered_item(block, number);
            names.extend(told_apart_by(&item).map(|value| self.show(value)));
            let (en, zh) = self.label(block, number);
            names.extend([zh, en]);
        }
        names
    }

    /// What tells an item from the others: what its group has in common, itself, else its number.
    fn label(&self, block: ScopeId, number: u32) -> (String, String) {
        let each = self.state.scope(block).and_then(|scope| self.each(&scope.step));
        let in_both = |value: &Value| {
            let field = each.and_then(|each| self.field_of_items(each));
            (
                self.show_in(field, value, Locale::En),
                self.show_in(field, value, Locale::ZhCn),
            )
        };
        let item = self.numbered_item(block, number);
        let shown = told_apart_by(&item).map(in_both);
        shown.unwrap_or_else(|| {
            let of = self.items_in(block).len();
            (format!("{number} of {of}"), format!("{number}/{of}"))
        })
    }
}

/// An item of an `each`, as whoever is asked for it sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// The step.
    pub each: String,
    /// What the file calls an item.
    pub name: String,
    /// From 1.
    pub number: u32,
    pub of: u32,
    /// What stands in it; of a group its `key` and its `items`.
    pub value: Json,
}

/// The block and the number, if a scope is an item.
fn numbered(scope: &Scope) -> Option<(ScopeId, u32)> {
    match scope.kind {
        Kind::Item { number, .. } => scope.parent.map(|block| (block, number)),
        _ => None,
    }
}

/// What its group has in common, or the item itself; lines of a form have nothing that tells them apart.
fn told_apart_by(item: &Value) -> Option<&Value> {
    match item {
        Value::Group(parts) => parts.get("key").filter(|key| !key.is_empty()),
        Value::Empty | Value::List(_) => None,
        item => Some(item),
    }
}
