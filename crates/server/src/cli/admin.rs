//! `admin`: the first tenant and its people, without the API.

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;
use clap::{Args, Subcommand};
use countersign_identity::passwords::service::MakeLink;
use countersign_identity::people::{ADMIN, Profile, service as people_service, store as people_store};
use countersign_identity::set_up::service::Founding;
use countersign_identity::set_up::shipped::Shipped;
use countersign_identity::tenants::{NewTenant, service as tenant_service, store as tenant_store};
use countersign_identity::{Error, Identity, Occasion};
use countersign_kernel::id::{TenantId, TypedId as _, UserId};
use countersign_kernel::text::Locale;
use countersign_web::Expected;

use super::Place;
use crate::clock::{SystemClock, SystemEntropy};
use crate::compose::Composed;
use crate::config::Config;
use crate::{audit_key, compose, run};

/// Make a tenant or a user.
#[derive(Subcommand)]
pub(crate) enum Admin {
    /// Make a tenant, with the roles that the shipped workflows name.
    CreateTenant(CreateTenant),
    /// Make a user; the password is read from standard input.
    CreateUser(CreateUser),
    /// Make a link, good once and for a day, with which somebody sets a password: for an admin who has none.
    PasswordLink(PasswordLink),
    /// Make a new key for the audit's signatures, where the old one is lost or must no longer be used. Servers that run take
    /// it up when they are started again.
    ReplaceAuditKey(ReplaceAuditKey),
}

#[derive(Args)]
pub(crate) struct ReplaceAuditKey {
    #[command(flatten)]
    place: Place,
}

impl ReplaceAuditKey {
    async fn run(&self) -> anyhow::Result<ExitCode> {
        let config = Config::read(&Config::default(), self.place.overrides())?;
        let db = run::open(&config).await?;
        db.migrate().await?;
        let id = audit_key::replace(&config, &db, &SystemEntropy).await?;
        db.close().await;
        outln!("the audit's key is now {id}; copy audit.key to every server, and start them again");
        Ok(ExitCode::SUCCESS)
    }
}

#[derive(Args)]
pub(crate) struct PasswordLink {
    /// The tenant's slug.
    #[arg(long)]
    tenant: String,
    #[arg(long)]
    email: String,
    #[command(flatten)]
    place: Place,
}

#[derive(Args)]
pub(crate) struct CreateTenant {
    /// How people name it at sign-in: acme.
    slug: String,
    /// Its name in words.
    #[arg(long)]
    name: Option<String>,
    /// The currency of its requests (ISO 4217).
    #[arg(long, default_value = "EUR")]
    currency: String,
    /// Its time zone (IANA).
    #[arg(long, default_value = "Europe/Berlin")]
    zone: String,
    /// Its language: en or zh-CN.
    #[arg(long, default_value = "en")]
    locale: String,
    /// The address of its first admin, for whom a link is printed with which they set their password.
    #[arg(long, value_name = "EMAIL")]
    admin: Option<String>,
    /// Their name [default: their address up to the @]
    #[arg(long, value_name = "NAME", requires = "admin")]
    admin_name: Option<String>,
    /// Publish the workflows, calendars and automations that ship (or those of the folder `workflows`, if there is one) in the
    /// name of the first admin.
    #[arg(long, requires = "admin")]
    with_workflows: bool,
    #[command(flatten)]
    place: Place,
}

#[derive(Args)]
pub(crate) struct CreateUser {
    /// The tenant's slug.
    #[arg(long)]
    tenant: String,
    #[arg(long)]
    email: String,
    #[arg(long)]
    name: String,
    /// A role; may be repeated: --role admin
    #[arg(long)]
    role: Vec<String>,
    #[command(flatten)]
    place: Place,
}

impl Admin {
    pub(crate) fn run(&self) -> anyhow::Result<ExitCode> {
        crate::logging::begin();
        match self {
            Self::CreateTenant(create) => run::block_on(create.run()),
            Self::CreateUser(create) => run::block_on(create.run()),
            Self::PasswordLink(link) => run::block_on(link.run()),
            Self::ReplaceAuditKey(replace) => run::block_on(replace.run()),
        }
    }
}

async fn composed(place: &Place) -> anyhow::Result<Composed> {
    let config = Config::read(&Config::default(), place.overrides())?;
    let db = run::open(&config).await?;
    db.migrate().await?;
    compose::compose(&config, db, Arc::new(SystemClock), Arc::new(SystemEntropy)).await
}

async fn identity(place: &Place) -> anyhow::Result<Identity> {
    Ok(composed(place).await?.identity)
}

/// Faults as a terminal shows them.
fn words(error: Error) -> anyhow::Error {
    match error {
        Error::Invalid(faults) => {
            let each = faults.iter().map(|fault| {
                format!(
                    "{}: {}",
                    fault.pointer.trim_start_matches('/'),
                    fault.detail.get(Locale::En)
                )
            });
            anyhow::anyhow!("{}", each.collect::<Vec<_>>().join("\n"))
        }
        other => other.into(),
    }
}

/// The same of a tenant that is made.
fn words_of_new(slug: &str, error: Error) -> anyhow::Error {
    match error {
        Error::Storage(error) if error.is_unique_in("tenants", "slug") => anyhow::anyhow!(
            "there is a tenant {slug} already; to add people to it: countersign admin create-user --tenant {slug}"
        ),
        other => words(other),
    }
}

impl CreateTenant {
    async fn run(&self) -> anyhow::Result<ExitCode> {
        let composed = composed(&self.place).await?;
        let identity = &composed.identity;
        let now = identity.clock().now();
        let id = TenantId::mint(identity.entropy(), now);
        let new = NewTenant {
            slug: self.slug.clone(),
            name: self.name.clone().unwrap_or_else(|| self.slug.clone()),
            currency: self.currency.clone(),
            zone: self.zone.clone(),
            locale: self.locale.clone(),
        };
        let tenant = new
            .checked(id, "", now)
            .map_err(|faults| words(Error::Invalid(faults)))?;
        let occasion = Occasion::system(identity.clock(), identity.entropy());
        let tenant = tenant_service::Create { tenant, occasion };
        let Some(email) = &self.admin else {
            let made = identity.db().write(id, tenant).await;
            made.map_err(|error| words_of_new(&self.slug, error))?;
            outln!(
                "made the tenant {} ({id}); next: countersign admin create-user --tenant {}",
                self.slug,
                self.slug
            );
            identity.db().close().await;
            return Ok(ExitCode::SUCCESS);
        };
        let admin = self.first_admin(identity, email);
        let user = admin.id;
        let made = identity.db().write(id, Founding { tenant, admin }).await;
        made.map_err(|error| words_of_new(&self.slug, error))?;
        outln!(
            "made the tenant {} ({id}) and its admin {email} ({user})",
            self.slug
        );
        let mut complete = true;
        if self.with_workflows {
            let shipped = composed.publisher.all(id, user).await;
            tell(&shipped, email);
            complete = shipped.refused.is_empty();
        }
        print_link(identity, id, user).await?;
        identity.db().close().await;
        Ok(if complete {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        })
    }

    fn first_admin(&self, identity: &Identity, email: &str) -> people_service::Create {
        let before_at = email.split('@').next().unwrap_or(email);
        let occasion = Occasion::system(identity.clock(), identity.entropy());
        people_service::Create {
            id: UserId::mint(identity.entropy(), occasion.at),
            profile: Profile {
                name: self.admin_name.clone().unwrap_or_else(|| before_at.to_owned()),
                email: email.to_owned(),
                ..Profile::default()
            },
            roles: vec![ADMIN.to_owned()],
            password: None,
            occasion,
            directories: identity.directories().clone(),
        }
    }
}

/// What of the files that ship is in force now, and what is not.
fn tell(shipped: &Shipped, publisher: &str) {
    for one in &shipped.published {
        outln!(
            "published the {} {} (version {})",
            one.kind,
            one.name,
            one.version
        );
    }
    for one in &shipped.refused {
        outln!(
            "not published: {}: {}",
            one.file,
            one.detail.replace('\n', "\n  ")
        );
    }
    if !shipped.refused.is_empty() {
        outln!(
            "the tenant is made without them: when they are mended, send them to PUT /v1/workflows/NAME (or calendars, automations)"
        );
    }
    outln!("{publisher} is the publisher, so others decide by these versions");
}

/// A link with which somebody sets a password.
async fn print_link(identity: &Identity, tenant: TenantId, user: UserId) -> anyhow::Result<()> {
    let occasion = Occasion::system(identity.clock(), identity.entropy());
    let work = MakeLink::new(identity, tenant, user, Expected::NotGiven, occasion);
    let link = work.link();
    identity.db().write(tenant, work).await.map_err(words)?;
    outln!("{}", link.text);
    errln!("works once, until {}", link.expires_at);
    Ok(())
}

/// The tenant of a slug.
async fn named(identity: &Identity, slug: &str) -> anyhow::Result<TenantId> {
    let tenant = tenant_store::by_slug(&*identity.db().across_tenants().await?, slug).await?;
    tenant.with_context(|| format!("there is no tenant {slug}: countersign admin create-tenant {slug}"))
}

impl PasswordLink {
    async fn run(&self) -> anyhow::Result<ExitCode> {
        let identity = identity(&self.place).await?;
        let tenant = named(&identity, &self.tenant).await?;
        let reader = identity.db().across_tenants().await?;
        let found = people_store::by_email(&reader, &self.email, Some(&self.tenant)).await?;
        drop(reader);
        let (_, user) = found
            .first()
            .with_context(|| format!("nobody in {} has the address {}", self.tenant, self.email))?;
        print_link(&identity, tenant, *user).await?;
        identity.db().close().await;
        Ok(ExitCode::SUCCESS)
    }
}

impl CreateUser {
    async fn run(&self) -> anyhow::Result<ExitCode> {
        let identity = identity(&self.place).await?;
        let tenant = named(&identity, &self.tenant).await?;
        errln!("password for {}:", self.email);
        let mut password = String::new();
        std::io::stdin().read_line(&mut password)?;
        let password = password.trim_end_matches(['\r', '\n']);
        let about = [&self.name, &self.email, &self.tenant].map(String::as_str);
        if let Some((_, detail)) = identity.password_fault(password, &about) {
            anyhow::bail!("{}", detail.get(Locale::En));
        }
        let now = identity.clock().now();
        let create = people_service::Create {
            id: UserId::mint(identity.entropy(), now),
            profile: Profile {
                name: self.name.clone(),
                email: self.email.clone(),
                ..Profile::default()
            },
            roles: self.role.clone(),
            password: Some(identity.hash_password(password).await?),
            occasion: Occasion::system(identity.clock(), identity.entropy()),
            directories: identity.directories().clone(),
        };
        let user = identity.db().write(tenant, create).await.map_err(words)?;
        outln!("made {} ({})", self.email, user.id);
        identity.db().close().await;
        Ok(ExitCode::SUCCESS)
    }
}
