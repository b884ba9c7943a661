//! The shape of a body: what its type's schema allows, with all faults at once.
//!
//! Compiled once for each type from the schema that the OpenAPI document shows too, so the two cannot differ.

mod compile;
mod judge;
mod text;

use std::any::TypeId;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

use utoipa::ToSchema;
use uuid::Uuid;

use crate::problem::Fault;

pub(crate) use compile::{compile, shape};
pub(crate) use text::unknown_member;

/// What a value must look like.
#[derive(Debug)]
pub(crate) enum Shape {
    Any,
    Null,
    Object(Object),
    /// `{"amount": "1800.00", "currency": "EUR"}`.
    Money,
    List {
        of: Box<Shape>,
        least: usize,
        most: usize,
    },
    Text {
        form: Form,
        least: usize,
        most: usize,
    },
    Choice(Vec<String>),
    Integer {
        least: i64,
        most: i64,
    },
    Number,
    YesNo,
    Nullable(Box<Shape>),
    OneOf(Vec<Shape>),
    /// A schema with a name of its own.
    Named(String),
}

#[derive(Debug, Default)]
pub(crate) struct Object {
    pub(crate) members: Vec<Member>,
    pub(crate) rest: Rest,
}

#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) name: String,
    pub(crate) shape: Shape,
    pub(crate) required: bool,
    pub(crate) read_only: bool,
}

/// Members that the type does not name.
#[derive(Debug, Default)]
pub(crate) enum Rest {
    #[default]
    Refused,
    Each(Box<Shape>),
}

/// The form of a text.
#[derive(Debug)]
pub(crate) enum Form {
    Free,
    Date,
    Instant,
    Uuid,
    /// An id of this kind.
    Id(&'static str),
    Pattern(regex_lite::Regex),
    /// A pattern that cannot be read, so that nothing fits it.
    Unreadable,
}

/// A type's shape, with the named shapes that it refers to.
#[derive(Debug)]
pub(crate) struct Shapes {
    pub(crate) root: Shape,
    pub(crate) named: HashMap<String, Shape>,
}

/// What was found in a value.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// Unknown members, wrong types, members that the server sets: 400.
    pub(crate) of_shape: Vec<Fault>,
    /// Members missing or of a wrong form: 422.
    pub(crate) of_form: Vec<Fault>,
    /// Every well-formed id: where, of which kind.
    pub(crate) ids: Vec<(String, &'static str, Uuid)>,
}

impl Shapes {
    /// The shape of this type; compiled at its first use.
    pub(crate) fn of<T: ToSchema + 'static>() -> Arc<Self> {
        static KNOWN: LazyLock<RwLock<HashMap<TypeId, Arc<Shapes>>>> = LazyLock::new(RwLock::default);
        let known = KNOWN
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&TypeId::of::<T>())
            .cloned();
        known.unwrap_or_else(|| {
            let shapes = Arc::new(compile::<T>());
            KNOWN
                .write()
                .unwrap_or_else(PoisonError::into_inner)
                .insert(TypeId::of::<T>(), shapes.clone());
            shapes
        })
    }

    /// The names of the object's members.
    pub(crate) fn members(&self) -> Vec<&str> {
        match self.resolve(&self.root) {
            Shape::Object(object) => object.members.iter().map(|member| member.name.as_str()).collect(),
            _ => Vec::new(),
        }
    }

    pub(crate) fn resolve<'a>(&'a self, shape: &'a Shape) -> &'a Shape {
        match shape {
            Shape::Named(name) => self
                .named
                .get(name)
                .map_or(&Shape::Any, |shape| self.resolve(shape)),
            other => other,
        }
    }
}

/// A member's name within a JSON pointer.
pub(crate) fn escape(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}
