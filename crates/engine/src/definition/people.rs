//! The people of stories: short names and what they stand for.

use std::collections::BTreeMap;

use countersign_kernel::directory::Directory;
use countersign_kernel::id::UserId;

/// A small company for stories, from a file's `people:`, from `people.yaml`, or the built-in sample.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct People {
    pub directory: Directory,
    /// `bo` -> who that is.
    pub names: BTreeMap<String, Member>,
}

/// Someone of a story.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    pub id: UserId,
    /// The short name of their deputy.
    pub deputy: Option<String>,
}

impl People {
    pub fn id(&self, name: &str) -> Option<UserId> {
        self.names.get(name).map(|member| member.id)
    }

    /// The short name of a person.
    pub fn name(&self, id: UserId) -> Option<&str> {
        self.names
            .iter()
            .find(|(_, member)| member.id == id)
            .map(|(name, _)| name.as_str())
    }
}
