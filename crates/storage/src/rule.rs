//! The locks of rules that stand on several rows.
//!
//! A row's own lock guards that row. A rule such as "somebody active is admin" stands on many rows, and on rows that are
//! not there yet: two units of work that each read what the other is about to change would both be right, and the rule
//! broken. So each such rule has one lock in a tenant, which a unit of work names in [`crate::Work::rules`] and has from
//! before its first statement to its end; where only what it reads says that it needs the rule, it takes it then ([`crate::Uow::hold`]). On PostgreSQL a statement sees what was committed when it began, so all that
//! it reads is what the lock guards. SQLite has one writer: there is nothing to wait for.

use countersign_kernel::id::TenantId;

/// A rule over several rows of a tenant, by a name that no other rule has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule(&'static str);

/// A rule, and how a unit of work holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleLock {
    rule: Rule,
    shared: bool,
    /// Empty: all that the rule is about.
    thing: String,
}

impl Rule {
    pub const fn named(name: &'static str) -> Self {
        Self(name)
    }

    /// For whoever could break the rule for others: one after the other.
    pub const fn exclusive(self) -> RuleLock {
        RuleLock {
            rule: self,
            shared: false,
            thing: String::new(),
        }
    }

    /// For whoever relies on what the rule guards: beside each other, and not beside those who hold it exclusively.
    pub const fn shared(self) -> RuleLock {
        RuleLock {
            rule: self,
            shared: true,
            thing: String::new(),
        }
    }

    /// For a rule about one thing that may not be there yet, such as an external id.
    pub const fn exclusive_for(self, thing: String) -> RuleLock {
        RuleLock {
            rule: self,
            shared: false,
            thing,
        }
    }
}

impl RuleLock {
    pub fn rule(&self) -> Rule {
        self.rule
    }

    /// The call that waits for it on PostgreSQL, in a place apart from those of turns. Two rules in one place wait for
    /// each other, no more.
    pub(crate) fn call(&self, tenant: TenantId) -> String {
        let about = tenant.0.as_bytes().iter().copied().chain(self.thing.bytes());
        let function = if self.shared {
            "pg_advisory_xact_lock_shared"
        } else {
            "pg_advisory_xact_lock"
        };
        format!("{function}({}, {})", fnv(self.rule.0.bytes()), fnv(about))
    }
}

/// FNV-1a.
fn fnv(bytes: impl Iterator<Item = u8>) -> i32 {
    let hash = bytes.fold(0x811c_9dc5_u32, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    });
    hash.cast_signed()
}
