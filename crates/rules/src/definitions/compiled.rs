//! A published version, as requests, automations and readers use it.

use std::collections::BTreeSet;
use std::sync::Arc;

use countersign_engine::Outline;
use countersign_engine::definition::{Automation, Document, Workflow};
use countersign_events::{Acting, Rights};
use countersign_kernel::actor::Actor;
use countersign_kernel::cache::Weigh;
use countersign_kernel::calendar::Calendar;
use countersign_kernel::catalogue::ActionType;
use countersign_kernel::directory::Directory;
use countersign_kernel::id::{DefinitionId, UserId};
use countersign_kernel::text::Text;
use countersign_kernel::time::Instant;
use countersign_storage::Error;

use super::texts::CompiledText;
use super::{Kind, store};

/// A compiled file takes up to so many times the bytes of its text; short ones a third of it.
const COMPILED_BY_TEXT: usize = 45;

/// A published version, compiled.
#[derive(Debug)]
pub struct Compiled {
    pub id: DefinitionId,
    pub kind: Kind,
    pub name: String,
    pub title: Text,
    pub version: i64,
    pub text: String,
    pub document: Arc<Document>,
    /// Shared by whoever uses the same text.
    _source: Arc<CompiledText>,
    /// What others are checked for circles against.
    pub(super) outline: Option<Arc<Outline>>,
    publisher: Publisher,
    pub created_at: Instant,
    pub updated_at: Instant,
}

/// Who published a version.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Publisher {
    Server,
    /// Whoever it was; of versions from before it was kept, only the roles count that they hold now.
    Person {
        user: UserId,
        roles: Option<BTreeSet<String>>,
    },
}

impl Publisher {
    fn of(version: &store::version::Model) -> Result<Self, Error> {
        let actor: Option<Actor> = version.published_by.parse().ok();
        let Some(user) = actor.and_then(|actor| actor.user()) else {
            return Ok(Self::Server);
        };
        let roles = version.publisher_roles.as_deref().map(serde_json::from_str);
        let roles = roles.transpose().map_err(Error::broken)?;
        Ok(Self::Person { user, roles })
    }
}

impl Compiled {
    /// A version, of this text and its document.
    pub(super) fn new(
        kind: Kind,
        head: store::head::Model,
        version: store::version::Model,
        source: Arc<CompiledText>,
        document: Arc<Document>,
        actions: &[ActionType],
    ) -> Result<Self, Error> {
        Ok(Self {
            id: head.id,
            kind,
            title: title(&document),
            publisher: Publisher::of(&version)?,
            name: version.name,
            version: version.version,
            text: version.text,
            outline: Outline::of(&document, actions).map(Arc::new),
            document,
            _source: source,
            created_at: head.created_at,
            updated_at: version.published_at,
        })
    }

    /// Who published this version, if a person did.
    pub fn publisher(&self) -> Option<UserId> {
        match &self.publisher {
            Publisher::Server => None,
            Publisher::Person { user, .. } => Some(*user),
        }
    }

    /// By whose rights this version has something done: the requester's, else its publisher's.
    pub fn rights(&self, requester: Option<UserId>, directory: &Arc<Directory>) -> Rights {
        let Publisher::Person { user, roles } = &self.publisher else {
            return Rights::Server;
        };
        let now = || directory.person(*user).map(|person| person.roles.clone());
        let publisher = Acting {
            user: *user,
            roles: roles.clone().or_else(now).unwrap_or_default(),
        };
        Rights::of(requester, Some(&publisher), directory)
    }

    pub fn workflow(&self) -> Option<&Workflow> {
        match &*self.document {
            Document::Workflow(workflow) => Some(workflow),
            Document::Automation(_) | Document::Calendar(_) => None,
        }
    }

    pub fn automation(&self) -> Option<&Automation> {
        match &*self.document {
            Document::Automation(automation) => Some(automation),
            Document::Workflow(_) | Document::Calendar(_) => None,
        }
    }

    pub(super) fn calendar(&self) -> Option<&Calendar> {
        match &*self.document {
            Document::Calendar(calendar) => Some(calendar),
            Document::Workflow(_) | Document::Automation(_) => None,
        }
    }
}

impl Weigh for Compiled {
    fn bytes(&self) -> usize {
        size_of::<Self>() + self.text.len() * (1 + COMPILED_BY_TEXT)
    }
}

/// The title in the file, else its name.
pub(crate) fn title(document: &Document) -> Text {
    let own = match document {
        Document::Workflow(workflow) => Some(workflow.title.clone()),
        Document::Automation(automation) => automation.title.clone(),
        Document::Calendar(_) => None,
    };
    own.unwrap_or_else(|| Text::One(document.name().to_owned()))
}
