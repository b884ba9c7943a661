//! A published version, as requests, automations and readers use it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use countersign_engine::definition::{Automation, Document, Signature, Table, Workflow};
use countersign_engine::leave::LeaveTypes;
use countersign_engine::{Asking, Outline};
use countersign_events::{Acting, Rights};
use countersign_kernel::actor::{Actor, Publisher};
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
    by: By,
    asks: Asks,
    pub created_at: Instant,
    pub updated_at: Instant,
}

/// The tables that a text asks, as they were when it was published.
pub(super) type Asks = BTreeMap<String, Signature>;

/// As a version keeps them.
pub(super) fn asks(kept: Option<&str>) -> Result<Asks, Error> {
    let read = |kept| serde_json::from_str(kept).map_err(Error::broken);
    kept.map_or_else(|| Ok(Asks::new()), read)
}

/// Who published a version.
#[derive(Debug, Clone, PartialEq, Eq)]
enum By {
    Server,
    /// These people, with the roles that they held; of versions from before that was kept, only those count that they hold
    /// now.
    People {
        publisher: Publisher,
        roles: Option<BTreeSet<String>>,
        proposer_roles: Option<BTreeSet<String>>,
    },
}

impl By {
    fn of(version: &store::version::Model) -> Result<Self, Error> {
        let user = |actor: &str| actor.parse::<Actor>().ok().and_then(|actor| actor.user());
        let Some(publisher) = user(&version.published_by) else {
            return Ok(Self::Server);
        };
        let proposer = version.proposed_by.as_deref().and_then(user);
        let read = |roles: &str| serde_json::from_str::<BTreeSet<String>>(roles).map_err(Error::broken);
        let roles = |kept: &Option<String>| kept.as_deref().map(read).transpose();
        Ok(Self::People {
            publisher: Publisher {
                user: publisher,
                proposer,
            },
            roles: roles(&version.publisher_roles)?,
            proposer_roles: roles(&version.proposer_roles)?,
        })
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
            by: By::of(&version)?,
            asks: asks(version.tables.as_deref())?,
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

    /// Who published this version, if people did.
    pub fn publisher(&self) -> Option<Publisher> {
        match &self.by {
            By::Server => None,
            By::People { publisher, .. } => Some(*publisher),
        }
    }

    /// By whose rights this version has something done: the requester's, else its publisher's; where two published it,
    /// what both may.
    pub fn rights(&self, requester: Option<UserId>, directory: &Arc<Directory>) -> Rights {
        let By::People {
            publisher,
            roles,
            proposer_roles,
        } = &self.by
        else {
            return Rights::Server;
        };
        let acting = |user: UserId, roles: &Option<BTreeSet<String>>| {
            let now = || directory.person(user).map(|person| person.roles.clone());
            Acting {
                user,
                with: None,
                roles: roles.clone().or_else(now).unwrap_or_default(),
            }
        };
        let proposer = publisher.proposer;
        let publisher = Acting {
            with: proposer.map(|user| Box::new(acting(user, proposer_roles))),
            ..acting(publisher.user, roles)
        };
        Rights::of(requester, Some(&publisher), directory)
    }

    pub fn workflow(&self) -> Option<&Workflow> {
        match &*self.document {
            Document::Workflow(workflow) => Some(workflow),
            _ => None,
        }
    }

    pub fn automation(&self) -> Option<&Automation> {
        match &*self.document {
            Document::Automation(automation) => Some(automation),
            _ => None,
        }
    }

    pub(super) fn calendar(&self) -> Option<&Calendar> {
        match &*self.document {
            Document::Calendar(calendar) => Some(calendar),
            _ => None,
        }
    }

    /// The table with its version.
    pub(super) fn table(&self) -> Option<(Arc<Table>, Option<i64>)> {
        match &*self.document {
            Document::Table(table) => Some((Arc::clone(table), Some(self.version))),
            _ => None,
        }
    }

    pub fn leave_types(&self) -> Option<&Arc<LeaveTypes>> {
        match &*self.document {
            Document::LeaveTypes(types) => Some(types),
            _ => None,
        }
    }

    /// How it asks tables.
    pub(super) fn asked(&self) -> impl Iterator<Item = Asking> {
        self.asks.iter().map(|(table, as_was)| Asking {
            by: (self.kind.word(), self.name.clone()),
            table: table.clone(),
            as_was: as_was.clone(),
        })
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
        Document::Table(table) => table.title.clone(),
        Document::LeaveTypes(types) => types.title.clone(),
    };
    own.unwrap_or_else(|| Text::One(document.name().to_owned()))
}
